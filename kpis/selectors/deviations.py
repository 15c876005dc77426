"""Deviations: what is open, on what, since when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kpis.models import Deviation, Signal


def listed() -> QuerySet[Deviation]:
    """Deviations with all that a list shows, oldest first."""
    return Deviation.objects.select_related(
        "rule",
        "series__cell",
        "series__definition__kpi__area__programme",
        "plan__lab__area__programme",
        "first_signal",
        "last_signal",
    ).order_by("opened_at", "pk")


def of_kpi(kpi_id: int, *, only_open: bool = False) -> QuerySet[Deviation]:
    """The deviations on every series of a KPI, of all its definitions."""
    found = listed().filter(series__definition__kpi=kpi_id)
    return found.filter(closed_at=None) if only_open else found


def of_milestone(key: UUID, *, only_open: bool = False) -> QuerySet[Deviation]:
    """The deviations of a milestone."""
    found = listed().filter(milestone_key=key)
    return found.filter(closed_at=None) if only_open else found


def signals_of(deviation: Deviation) -> QuerySet[Signal]:
    """The signals of an episode, oldest first, with the rule version that fired."""
    first, last = deviation.first_signal, deviation.last_signal
    subject: dict[str, Any] = {"version__rule": deviation.rule_id}
    if deviation.series_id is not None:
        subject["series"] = deviation.series_id
    else:
        subject["milestone_key"] = deviation.milestone_key
    return (
        Signal.objects.filter(
            **subject, period_end__gte=first.period_end, period_end__lte=last.period_end
        )
        .select_related("version__rule")
        .order_by("period_end", "pk")
    )


def programme_id_of(deviation: Deviation) -> int | None:
    """The programme a deviation belongs to."""
    if deviation.series is not None:
        return int(deviation.series.definition.kpi.area.programme_id)
    return None if deviation.plan is None else int(deviation.plan.lab.area.programme_id)
