"""What every page about a KPI does first: find it, or say that there is no such page."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from kpis.models import Kpi, Series
from kpis.selectors import kpis
from kpis.selectors.pages import kpi as pages
from labs.models import Revision
from labs.selectors import labs


def readable_kpi(request: HttpRequest, code: str, on: date) -> Kpi:
    """The KPI, or 404 for those who may not read it."""
    readable = kpis.with_context(kpis.readable(request.user, on))
    found: Kpi = get_object_or_404(readable, code=code)
    return found


def chosen_series(request: HttpRequest, kpi: Kpi) -> Series:
    """The series that ``?cell=`` and ``?version=`` name; by default the total in use."""
    found = pages.find(
        kpi,
        cell=request.GET.get("cell") or kpis.TOTAL,
        version=request.GET.get("version", ""),
    )
    if found is None:
        raise Http404
    # One KPI in memory: what the page was asked about, with all that it loaded.
    found.definition.kpi = kpi
    return found


def readable_revision(request: HttpRequest, pk: int, on: date) -> Revision:
    """The revision of a plan, or 404 for those who may not read it."""
    found: Revision = get_object_or_404(labs.readable_revisions(request.user, on), pk=pk)
    return found
