"""Composites: what they are made of, and the values of their components."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from kpis.models import Component, Definition, Kpi, LiveReading, Reading
from kpis.rules.composites import Seen
from kpis.rules.periods import Period
from kpis.rules.values import Observation
from kpis.selectors import kpis

COLUMNS = (
    *("series__definition__kpi", "series__cell__key", "period_start", "period_end"),
    *("reading__comparator", "reading__value", "reading__high"),
    *("reading__numerator", "reading__denominator", "series__definition__scale"),
    *("reading__state", "reading__verification", "reading__backfilled", "reading"),
)


@dataclass(frozen=True)
class Values:
    """Values of components: by cell, component and period; and each cell's label."""

    by_cell: dict[str, dict[int, dict[Period, Seen]]] = field(default_factory=dict)

    def of(self, cell: str) -> dict[int, dict[Period, Seen]]:
        """By component and period, of one cell."""
        return self.by_cell.get(cell, {})


def in_use() -> QuerySet[Definition]:
    """The definitions of composites that are worked out: newest, not retired, programme open."""
    return (
        kpis.newest_definitions()
        .exclude(composition="")
        .filter(kpi__retired_on=None, kpi__area__programme__closed_at=None)
    )


def components(definition: Definition) -> list[Component]:
    """What a composite is made of, each with its KPI."""
    return list(
        Component.objects.filter(definition=definition)
        .select_related("kpi__area__programme")
        .order_by("pk")
    )


def made_of(kpi: Kpi) -> QuerySet[Kpi]:
    """The composites that a KPI is a component of, by their newest definitions."""
    uses = Component.objects.filter(kpi=kpi, definition__in=kpis.newest_definitions())
    return Kpi.objects.filter(pk__in=uses.values("definition__kpi"), retired_on=None)


def values(
    kpi_ids: Iterable[int], *, cell: str | None = None, period: Period | None = None
) -> Values:
    """The current values of whole periods; a period has that of the newest definition that
    has one, so that a new definition takes nothing back. One query.
    """
    rows = LiveReading.objects.filter(
        Q(series__definition__kpi__in=list(kpi_ids)), is_current=True, reading__complete=True
    )
    if cell is not None:
        rows = rows.filter(series__cell__key=cell)
    if period is not None:
        rows = rows.filter(period_start=period.start, period_end=period.end)
    found = Values()
    for row in rows.order_by("series__definition__version").values_list(*COLUMNS):
        kpi_id, key, start, end, *seen = row
        of_cell = found.by_cell.setdefault(key, {}).setdefault(kpi_id, {})
        of_cell[Period(start, end)] = _seen(*seen)
    return found


def standing(series_ids: Iterable[int]) -> dict[tuple[int, date, date], LiveReading]:
    """The pointers of a composite's own values with their readings. One query."""
    rows = LiveReading.objects.filter(series__in=list(series_ids), is_current=True)
    return {
        (row.series_id, row.period_start, row.period_end): row
        for row in rows.select_related("reading")
    }


def weights(parts: Iterable[Component]) -> Mapping[int, Decimal]:
    """The weight of each component by its KPI."""
    return {part.kpi_id: part.weight for part in parts}


def _seen(
    comparator: str,
    value: Decimal,
    high: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
    scale: int,
    state: str,
    verification: int | None,
    backfilled: bool,
    reading: int,
) -> Seen:
    return Seen(
        Observation(comparator, value, high, numerator, denominator, Decimal(scale)),  # type: ignore[arg-type]
        provisional=state == Reading.State.PROVISIONAL and verification is None,
        backfilled=backfilled,
        reading=reading,
    )
