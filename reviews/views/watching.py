"""How the installation is: what stands still, and since when."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from reviews.permissions import watching as permissions
from reviews.selectors import health as selectors


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """What the audit found, whether it runs, and what waits at the top."""
    if not permissions.may_read_health(request.user):
        raise PermissionDenied
    now = clock.now()
    context = {"health": selectors.health(request.user, now), "now": now}
    return render(request, "reviews/health.html", context)
