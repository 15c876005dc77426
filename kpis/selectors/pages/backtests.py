"""The pages of back-tests."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from kpis.models import Backtest, BacktestFlag, Kpi, RuleVersion
from labs.models import Programme


def readable(programme_ids: QuerySet[Programme], kpis: QuerySet[Kpi]) -> QuerySet[Backtest]:
    """Back-tests of these programmes; one of a single KPI for its readers alone."""
    return Backtest.objects.filter(
        Q(kpi=None) | Q(kpi__in=kpis.values("pk")), programme__in=programme_ids.values("pk")
    ).select_related("programme", "kpi", "by_user", "by_post__organisation")


def flags(run: Backtest, kpis: QuerySet[Kpi], setting: int) -> QuerySet[BacktestFlag]:
    """The flags of one setting, ready for a sentence; those on KPIs of this reader."""
    return (
        run.flags.filter(setting=setting, series__definition__kpi__in=kpis.values("pk"))
        .select_related("series__cell", "series__definition__kpi")
        .order_by("seen_on", "series", "period_start")
    )


def applying(programme: Programme, kind: str) -> RuleVersion | None:
    """The setting of the programme's rule of a kind as it is now; None when not switched on."""
    return (
        RuleVersion.objects.filter(rule__programme=programme, rule__kpi=None, rule__kind=kind)
        .order_by("-version")
        .first()
    )


def columns(run: Backtest) -> list[dict[str, Any]]:
    """Each setting with its parameters and, once finished, its figures."""
    settings = [run.first] if run.second is None else [run.first, run.second]
    scores = run.scores or [None] * len(settings)
    return [
        {"number": number, "parameters": parameters, "score": score}
        for number, (parameters, score) in enumerate(zip(settings, scores, strict=True), start=1)
    ]
