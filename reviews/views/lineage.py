"""What came of a lab, and where anything came from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config import clock
from reviews.selectors import lineage as selectors
from reviews.selectors.lineage import pages


@require_safe
def lineage_lab(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that came of one lab."""
    on = clock.now().date()
    lab = get_object_or_404(pages.readable_labs(request.user, on), pk=pk)
    context = {"lineage": selectors.of_lab(request.user, lab, on)}
    return render(request, "reviews/lineage/lab.html", context)


@require_safe
def lineage(request: HttpRequest, kind: str, ident: str) -> HttpResponse:
    """Where one thing came from: backwards, up to its lab."""
    found = selectors.back(request.user, kind, ident, clock.now().date())
    if found is None:
        raise Http404
    return render(request, "reviews/lineage/back.html", {"lineage": found})
