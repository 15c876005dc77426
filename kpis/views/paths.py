"""The paths promised for a series of a KPI: every version, one beside today's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from kpis.selectors.pages import paths as pages
from kpis.views import pictures
from kpis.views.loading import chosen_series, readable_kpi
from labs.selectors import labs

ROWS = 36


@require_safe
def paths(request: HttpRequest, code: str) -> HttpResponse:
    """``?promised=`` names the version, or a year, to be drawn beside the path in force."""
    at = clock.now()
    found = readable_kpi(request, code, at.date())
    series = chosen_series(request, found)
    page = pages.page(series, at, request.GET.get("promised", "").strip()[:20])
    lines = page.lines[: None if "all" in request.GET else ROWS]
    context = {
        "kpi": found,
        "page": page,
        "lines": lines,
        "more": len(page.lines) - len(lines),
        "unit": series.definition.unit,
        "charted": pictures.is_worth_drawing(page.history),
        "summary": pictures.promised_summary(found, page.then),
        # Plans the reader may see: what set a target is told by name of these alone.
        "plans": set(labs.readable_plans(request.user, at.date()).values_list("pk", flat=True)),
    }
    return render(request, "kpis/paths.html", context)
