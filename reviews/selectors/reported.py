"""What a programme reports of itself over a span: value, target and score of each KPI's total.

The newest complete period that ends in the span and has a value counts. A fixed number of
queries, however many KPIs.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpis.models import LiveReading, Reading, Series, Target, Trajectory
from kpis.rules.paths import Path
from kpis.rules.periods import Period
from kpis.rules.targets import Target as Wanted
from kpis.selectors import kpis
from kpis.selectors.facts import direction_of, target_of
from kpis.selectors.pages import courses, facts
from reviews.rules import panels as rules

EXACT = ("=", "≈")


@dataclass(frozen=True)
class Reported:
    """The newest value of a KPI in the span, what was asked of it, and the score it makes."""

    series: Series
    reading: Reading | None = None
    period: Period | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    score: Decimal | None = None

    @property
    def unit(self) -> str:
        return self.series.definition.unit

    @property
    def target(self) -> dict[str, Fraction] | None:
        """What was asked, as templates show it; None where nothing was."""
        if self.low is None or self.high is None:
            return None
        return {"low": self.low, "high": self.high}


def of(
    kpi_ids: Iterable[int], starts_on: datetime.date, ends_on: datetime.date
) -> dict[int, Reported]:
    """By KPI. KPIs without a total are left out."""
    series = {
        row.definition.kpi_id: row
        for row in kpis.with_series_context(
            Series.objects.filter(
                definition__in=kpis.newest_definitions(),
                definition__kpi__in=list(kpi_ids),
                cell__key=kpis.TOTAL,
            )
        )
    }
    ids = [row.pk for row in series.values()]
    newest: dict[int, LiveReading] = {}
    rows = LiveReading.objects.filter(
        series__in=ids,
        is_current=True,
        reading__complete=True,
        period_end__gte=starts_on,
        period_end__lte=ends_on,
    )
    for row in rows.select_related("reading__source").order_by("period_end", "pk"):
        newest[row.series_id] = row
    targets: dict[int, list[Target]] = {}
    for target in Target.objects.filter(series__in=ids, until_change=None).order_by("pk"):
        targets.setdefault(target.series_id, []).append(target)
    ways = {
        row.series_id: row
        for row in Trajectory.objects.filter(series__in=ids, until_change=None).order_by("pk")
    }
    return {
        kpi: _reported(row, newest.get(row.pk), targets.get(row.pk, []), ways.get(row.pk))
        for kpi, row in series.items()
    }


def _reported(
    series: Series,
    live: LiveReading | None,
    targets: list[Target],
    way: Trajectory | None,
) -> Reported:
    if live is None:
        return Reported(series)
    period = Period(live.period_start, live.period_end)
    asked = _asked(series, period, targets, way)
    found = Reported(series, live.reading, period)
    if asked is None:
        return found
    low, high, baseline = asked
    value = _value(live.reading, series.definition.scale)
    direction = direction_of(series.definition.direction)
    score = None if value is None else rules.score(direction, value, low, high, baseline)
    return Reported(series, live.reading, period, low, high, score)


def _asked(
    series: Series, period: Period, targets: list[Target], way: Trajectory | None
) -> tuple[Fraction, Fraction, Fraction | None] | None:
    """What is asked of the period (low, high, baseline): its own target, else what the path asks."""
    direction = direction_of(series.definition.direction)
    own = {
        Period(row.period_start, row.period_end): wanted
        for row in targets
        if (wanted := target_of(direction, row)) is not None
    }
    start = None if way is None or way.baseline is None else Fraction(way.baseline)
    if period in own:
        return (*own[period].edges, _baseline(own[period], start))
    path: Path = courses.path_of(series, targets, way)
    _leads, _there, found = courses.expected(series, path, own, [period])
    if period not in found:
        return None
    asked = found[period]
    leads_to = _leads.get(period)
    baseline = start if leads_to is None else _baseline(leads_to, start)
    return asked.low, asked.high, baseline


def _baseline(target: Wanted, start: Fraction | None) -> Fraction | None:
    return Fraction(target.baseline) if target.baseline is not None else start


def _value(reading: Reading, scale: int) -> Fraction | None:
    """The number that was observed; None for a bound or a range."""
    if reading.comparator not in EXACT:
        return None
    seen = facts.observation(reading, scale)
    if seen.numerator is not None and seen.denominator is not None:
        return Fraction(seen.numerator) / Fraction(seen.denominator) * Fraction(seen.scale)
    return Fraction(reading.value)
