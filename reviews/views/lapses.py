"""What has lapsed behind a programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config import clock
from labs.selectors import programmes
from reviews.selectors import lapses as selectors


@require_safe
def lapses(request: HttpRequest, code: str) -> HttpResponse:
    """Owners, money and meetings that are missing, of one programme."""
    on = clock.now().date()
    programme = get_object_or_404(programmes.readable(request.user, on), code=code)
    context = {
        "programme": programme,
        "lapses": selectors.lapses(request.user, programme, on),
        "on": on,
    }
    return render(request, "reviews/continuity/lapses.html", context)
