"""What the value of a KPI is made of: the components of a composite, the parts of a breakdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kpis.models import Definition, Kpi, LiveReading, Reading, Series
from kpis.models.kpis import Composition, PartsCheck
from kpis.rules import composites as composite_rules
from kpis.rules import totals
from kpis.rules.aggregate import Aggregate, Part
from kpis.rules.composites import Seen
from kpis.rules.periods import Period
from kpis.rules.totals import Check
from kpis.selectors import composites, kpis
from kpis.selectors.pages import facts


@dataclass(frozen=True)
class ComponentLine:
    """One component: its KPI, its weight, and what it says of the period."""

    kpi: Kpi
    unit: str
    weight: Decimal
    seen: Seen | None


@dataclass(frozen=True)
class MadeOf:
    """A composite: its components for one period. ``hidden`` are not for this reader."""

    definition: Definition
    lines: list[ComponentLine]
    hidden: int
    period: Period | None
    made: Aggregate
    missing: list[str] = field(default_factory=list)

    @property
    def is_mean(self) -> bool:
        return bool(self.definition.composition == Composition.WEIGHTED)


@dataclass(frozen=True)
class PartLine:
    """One part of a breakdown in one period."""

    label: str
    key: str
    reading: Reading | None


@dataclass(frozen=True)
class Breakdown:
    """The parts cut by one set of dimensions, against the total."""

    dimensions: str
    period: Period
    parts: list[PartLine]
    total: Reading | None
    check: Check
    hundred: bool

    @property
    def missing(self) -> list[str]:
        """The parts without a value."""
        return [part.label for part in self.parts if part.reading is None]


def made_of(user: Any, on: date, series: Series) -> MadeOf | None:
    """The components of a composite in the newest period that any has a value for. Four queries;
    None when the KPI is none.
    """
    definition = series.definition
    if not definition.composition:
        return None
    parts = composites.components(definition)
    weights = composites.weights(parts)
    values = composites.values(weights, cell=series.cell.key).of(series.cell.key)
    period = max((p for each in values.values() for p in each), default=None)
    seen = {kpi_id: values.get(kpi_id, {}).get(period) if period else None for kpi_id in weights}
    readable = set(
        kpis.readable(user, on).filter(pk__in=list(weights)).values_list("pk", flat=True)
    )
    units = dict(kpis.newest_definitions().filter(kpi__in=list(weights)).values_list("kpi", "unit"))
    mean = definition.composition == Composition.WEIGHTED
    return MadeOf(
        definition=definition,
        lines=[
            ComponentLine(part.kpi, units.get(part.kpi_id, ""), part.weight, seen[part.kpi_id])
            for part in parts
            if part.kpi_id in readable
        ],
        hidden=len(parts) - len(readable),
        period=period,
        made=composite_rules.arithmetic(seen, weights, mean=mean),
        missing=[
            part.kpi.name for part in parts if part.kpi_id in readable and seen[part.kpi_id] is None
        ],
    )


def used_in(user: Any, on: date, kpi: Kpi) -> list[Kpi]:
    """The composites this KPI is a component of that the reader may see. One query."""
    return list(
        kpis.readable(user, on).filter(pk__in=composites.made_of(kpi).values("pk")).order_by("name")
    )


def breakdowns(series: Series) -> list[Breakdown]:
    """Each set of parts against the total, in the newest period that has one of them. Four queries."""
    definition = series.definition
    hundred = definition.parts_check == PartsCheck.HUNDRED
    if not series.cell.is_total or not (definition.over_parts or hundred):
        return []
    period = _newest(definition)
    if period is None:
        return []
    readings = _readings(definition, period)
    cells = _cells(definition, period, readings)
    if not cells:
        return []
    tolerance = facts.settings(definition.kpi, ("parts_disagree",))["parts_disagree"]["tolerance"]
    return [
        _breakdown(series, names, {key: cells[key] for key in keys}, period, readings, tolerance)
        for names, keys in totals.by_dimension(cells).items()
    ]


def _breakdown(
    series: Series,
    names: Sequence[str],
    cells: dict[str, str],
    period: Period,
    readings: dict[str, Reading],
    tolerance: Decimal,
) -> Breakdown:
    definition = series.definition
    lines = [PartLine(label, key, readings.get(key)) for key, label in cells.items()]
    total = readings.get(kpis.TOTAL)
    scale = definition.scale
    hundred = definition.parts_check == PartsCheck.HUNDRED
    return Breakdown(
        dimensions=" × ".join(names),
        period=period,
        parts=lines,
        total=total,
        check=totals.check(
            definition.over_parts,
            [
                Part(
                    line.label,
                    None if line.reading is None else facts.observation(line.reading, scale),
                )
                for line in lines
            ],
            None if total is None else facts.observation(total, scale),
            tolerance=Fraction(tolerance),
            hundred=hundred,
        ),
        hundred=hundred,
    )


def _cells(
    definition: Definition, period: Period, readings: Mapping[str, Reading]
) -> dict[str, str]:
    """The labels of the parts that existed on a day of the period, or have a value of it."""
    rows = (
        Series.objects.filter(definition=definition)
        .exclude(cell__key=kpis.TOTAL)
        .order_by("cell__label")
        .values_list("cell__key", "cell__label", "cell__starts_on", "cell__ends_on")
    )
    return {
        key: label
        for key, label, first, last in rows
        if key in readings
        or ((first or period.end) <= period.end and (last or period.start) >= period.start)
    }


def _newest(definition: Definition) -> Period | None:
    """The newest period of which the total or a part has a value."""
    row = (
        _live(definition).order_by("-period_end").values_list("period_start", "period_end").first()
    )
    return None if row is None else Period(*row)


def _readings(definition: Definition, period: Period) -> dict[str, Reading]:
    """The values of one period by cell."""
    rows = _live(definition).filter(period_start=period.start, period_end=period.end)
    return {
        row.series.cell.key: row.reading for row in rows.select_related("reading", "series__cell")
    }


def _live(definition: Definition) -> Any:
    return LiveReading.objects.filter(
        series__definition=definition, is_current=True, reading__complete=True
    )
