"""What came of a lab, and where anything came from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config import clock
from forums import permissions as forum_permissions
from forums.models import Decision
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
    on = clock.now().date()
    found = selectors.back(request.user, kind, ident, on)
    if found is not None:
        return render(request, "reviews/lineage/back.html", {"lineage": found})
    alone = pages.alone(request.user, kind, ident, on)
    if alone is None or (kind == "decision" and not _may_read_decision(request, int(ident))):
        raise Http404
    context = {"title": alone.title, "url": alone.url, "kept": alone.kept}
    return render(request, "reviews/lineage/alone.html", context)


def _may_read_decision(request: HttpRequest, pk: int) -> bool:
    decision = get_object_or_404(Decision, pk=pk)
    return forum_permissions.may_read_decision(request.user, decision, on=clock.now().date())
