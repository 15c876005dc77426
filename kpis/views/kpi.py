"""One KPI: its page, its chart, and one of its deviations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from config import clock
from kpis import permissions
from kpis.charts import draw
from kpis.models import Deviation
from kpis.selectors import definitions, deviations, kpis
from kpis.selectors.pages import beside, courses, facts, history, making, measuring, paths
from kpis.selectors.pages import deviation as deviation_page
from kpis.selectors.pages import kpi as pages
from kpis.views import pictures
from kpis.views.loading import chosen_series, readable_kpi
from labs.selectors import bargains, labs

ROWS, PARTS = 24, 25
WIDE, NARROW = (840, 300), (350, 260)  # pixels


@require_safe
def kpi(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one series of a KPI; ``?cell=`` shows a part of a breakdown."""
    at = clock.now()
    on = at.date()
    found = readable_kpi(request, code, on)
    page = pages.page(found, chosen_series(request, found), at)
    versions = definitions.versions(page.definitions, kpis.readable(request.user, on))
    every = "all" in request.GET
    rows = page.history.rows[: None if every else ROWS]
    targets = page.targets[: None if every else ROWS]
    text = request.GET.get("part", "").strip()[:100]
    context: dict[str, Any] = {
        "kpi": found,
        "page": page,
        "versions": versions,
        "version": next(each for each in versions if each.definition == page.definition),
        "rows": rows,
        "measuring": measuring.of(page.series, page.history, page.today, in_use=page.is_newest),
        "made_of": making.made_of(request.user, on, page.series),
        "used_in": making.used_in(request.user, on, found),
        "breakdowns": making.breakdowns(page.series) if page.parts else [],
        "beside": beside.of_history(page.series, page.history, page.today),
        "more": len(page.history.rows) - len(rows),
        "targets": targets,
        # Plans the reader may see: what set a target is told by name of these alone.
        "plans": set(labs.readable_plans(request.user, on).values_list("pk", flat=True)),
        "more_targets": len(page.targets) - len(targets),
        "bargains": bargains.over(page.series.key, request.user, on, found.area.programme),
        "charted": pictures.is_worth_drawing(page.history),
        "summary": pictures.summary(found, page.series, page.history, page.status),
        "part_text": text,
        "reviews_url": _url("reviews:kpi_reviews", code),
        "disputes_url": _url("reviews:disputes"),
        # KPIs know no panel: the setting names the function above that does.
        "validations": import_string(settings.KPI_NOTES)(found, request.user, on),
        "may_report": permissions.may_report(request.user, found, on=on),
        "may_change": permissions.may_change_kpi(request.user, found, on=on),
        "may_choose": permissions.may_choose_source(request.user, found, on=on),
        "may_check": _may_check(request, page),
        "may_set_status": permissions.may_set_status(request.user, found, on=on),
        "pair": kpis.readable(request.user, on).filter(pk=found.quality_pair_id).first()
        if found.quality_pair_id
        else None,
    }
    if page.parts and page.series.cell.is_total:
        context["parts"] = Paginator(pages.parts(found, text), PARTS).get_page(
            request.GET.get("page")
        )
    return render(request, "kpis/kpi.html", context)


@require_safe
def chart(request: HttpRequest, code: str) -> HttpResponse:
    """The chart of a series as SVG; ``?narrow=1`` for phones, ``?promised=`` an earlier path."""
    at = clock.now()
    found = readable_kpi(request, code, at.date())
    series = chosen_series(request, found)
    past = history.of(series, facts.today_of(found.area.programme, at))
    width, height = NARROW if "narrow" in request.GET else WIDE
    promised = request.GET.get("promised", "")[:20]
    then = courses.chosen(paths.versions_of(series, past), promised) if promised else None
    if then is not None and then.is_now:
        then = None
    drawing = draw.svg(pictures.chart(series, past, then), width=width, height=height)
    response = HttpResponse(drawing, content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def deviation(request: HttpRequest, pk: int) -> HttpResponse:
    """One episode: the rule as it was set, and each signal with its evidence."""
    on = clock.now().date()
    rows = deviations.listed().select_related("rule__programme", "rule__owner__organisation")
    found: Deviation = get_object_or_404(rows, pk=pk)
    _require_readable(request, found, on)
    subject = pages.subject_of(found)
    signals = list(pages.signals_of(found))
    context = {
        "deviation": found,
        "subject": subject,
        "signals": signals,
        "weight": deviation_page.weight_of(found, signals),
        "rules_url": _rules_url(found, subject),
        "reviews_url": _url("reviews:kpi_reviews", subject.code) if subject.code else "",
    }
    return render(request, "kpis/deviation.html", context)


def _rules_url(found: Deviation, subject: pages.Subject) -> str:
    """Where the rule is set: for this KPI, or in the programme."""
    if found.rule.kpi_id is not None:
        return f"{reverse('kpis:kpi_rules', args=[subject.code])}#{found.rule.kind}"
    return f"{reverse('kpis:rules', args=[found.rule.programme.code])}#{found.rule.kind}"


def _require_readable(request: HttpRequest, found: Deviation, on: date) -> None:
    """404 for those who may not read what deviates."""
    if found.series is not None:
        may = permissions.may_read_kpi(request.user, found.series.definition.kpi, on=on)
    else:
        may = labs.readable_plans(request.user, on).filter(pk__in=[found.plan_id]).exists()
    if not may:
        raise Http404


def _may_check(request: HttpRequest, page: pages.Page) -> bool:
    """Whether to offer the check of values: who may verify the newest may be offered it."""
    latest = page.history.latest
    if latest is None or latest.reading is None or hasattr(latest.reading, "verification"):
        return False
    latest.reading.series = page.series
    on = clock.now().date()
    return permissions.may_verify(request.user, latest.reading, on=on)


def _url(name: str, *args: str) -> str:
    """The address of a page of a higher app, or "" where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
