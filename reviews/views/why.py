"""Why is this 87? The chain of decisions behind one value, back to the lab."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from labs.rules.revisions import TARGET
from reviews.selectors import why as selectors


@require_safe
def why(request: HttpRequest, part: str, key: uuid.UUID) -> HttpResponse:
    """``?field=`` names the field of the part, or the period of the target."""
    on = clock.now().date()
    name = request.GET.get("field", "")[:60]
    if part == TARGET:
        found = selectors.of_target(request.user, key, name, on)
    else:
        found = selectors.of_part(request.user, part, key, name, on)
    if found is None:
        raise Http404
    return render(request, "reviews/lineage/why.html", {"why": found})
