"""Baselines of control charts: where a series' groups of values start."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from kpis.models import Baseline, Series


def standing() -> QuerySet[Baseline]:
    """Those that were not withdrawn, with their series and who started them."""
    return Baseline.objects.filter(withdrawn_at=None).select_related(
        "by_user",
        "by_post__organisation",
        "series__cell",
        "series__definition__kpi__area__programme",
    )


def withdrawn(series: Series) -> QuerySet[Baseline]:
    """Those of a series that no longer count, newest first."""
    found = Baseline.objects.filter(series=series, withdrawn_at__isnull=False)
    return found.select_related("by_user", "by_post__organisation").order_by("-withdrawn_at")


def of_series(series: Series) -> list[Baseline]:
    """Those of a series that stand, in their order. One query."""
    return list(standing().filter(series=series).order_by("starts_on"))


def around(baselines: Iterable[Baseline], day: date) -> Baseline | None:
    """The one whose group a day belongs to, of baselines in their order."""
    return next((each for each in reversed(list(baselines)) if each.starts_on <= day), None)
