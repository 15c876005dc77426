"""Targets: which are in force, what set each, and what went before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from kpis.models import Series, Target
from kpis.rules.values import to_text

Asked = dict[str, str | None]


def in_force(series: Series) -> QuerySet[Target]:
    """The targets in force of one series, by period, each with what set it."""
    return (
        Target.objects.filter(series=series, until_change=None)
        .select_related("source", "change__revision__decision__motion__forum")
        .order_by("period_end", "pk")
    )


def history(series_ids: Iterable[int]) -> QuerySet[Target]:
    """Every target ever set, newest setting first within a period; nothing is dropped."""
    return (
        Target.objects.filter(series__in=list(series_ids))
        .select_related(
            "source",
            "change__revision__decision__motion__forum",
            "change__revision__plan__lab",
            "until_change__revision__decision__motion__forum",
        )
        .order_by("series_id", "period_end", "-set_at", "-pk")
    )


def in_force_by_key(keys: Iterable[UUID]) -> dict[tuple[UUID, str], Asked]:
    """What is asked now, by (series key, "start/end"): the ``before`` of a change."""
    rows = Target.objects.filter(series__key__in=list(keys), until_change=None).values_list(
        "series__key", "period_start", "period_end", "value", "high", "baseline"
    )
    return {
        (key, field_of(start, end)): asked(value, high, baseline)
        for key, start, end, value, high, baseline in rows
    }


def field_of(start: date, end: date) -> str:
    """The name a change gives a period: "2012-01-01/2012-12-31"."""
    return f"{start.isoformat()}/{end.isoformat()}"


def asked(value: Decimal, high: Decimal | None, baseline: Decimal | None) -> Asked:
    """A target as a change writes it."""
    return {
        "value": to_text(value),
        "high": None if high is None else to_text(high),
        "baseline": None if baseline is None else to_text(baseline),
    }
