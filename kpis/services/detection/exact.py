"""The decimals behind points: read for what fired or lies on an edge, and judged exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from kpis.rules import ordinals, paths
from kpis.rules.periods import FREQUENCIES, Period
from kpis.rules.portfolio import CONTEXT, DECREASE, HOLD, INCREASE
from kpis.rules.progress import Judgement, judge
from kpis.rules.rules_catalogue import Typed, tolerances
from kpis.rules.targets import Direction, Target
from kpis.rules.values import Observation, to_text
from kpis.services.detection.slices import Slice
from kpis.services.statements import dates, day_of, ids, rows

READINGS = """
SELECT l.series_id, $day(l.period_start), r.id, r.comparator,
       r.value, r.high, r.numerator, r.denominator, d.scale
FROM $ids_from w
JOIN kpis_livereading l ON l.series_id = w.id AND l.period_start = w.first
JOIN kpis_reading r ON r.id = l.reading_id
JOIN kpis_series s ON s.id = l.series_id
JOIN kpis_definition d ON d.id = s.definition_id
WHERE l.is_current AND r.complete
"""
WORDS: dict[int, Direction] = {
    INCREASE: "increase",
    DECREASE: "decrease",
    HOLD: "hold",
    CONTEXT: "context",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """The current reading of a period: its row and what it says."""

    pk: int
    observation: Observation


class Exact:
    """Readings by series id and first day of the period; read in one query per call of ``read``."""

    def __init__(self, some: Slice) -> None:
        self._some = some
        self._found: dict[tuple[int, int], Seen | None] = {}

    def read(self, places: Iterable[tuple[int, int]]) -> None:
        """Read what is not known yet of these places: series id, first day."""
        wanted = sorted({place for place in places if place not in self._found})
        if not wanted:
            return
        self._found |= dict.fromkeys(wanted)
        days = dates([day_of(day) for _pk, day in wanted])
        for row in rows(READINGS, ids(pk for pk, _day in wanted), days):
            pk, day, reading, sign, *numbers, scale = row
            value, high, above, below = map(decimal, numbers)
            seen = Observation(sign, value, high, above, below, Decimal(scale))
            self._found[pk, day] = Seen(reading, seen)

    def seen(self, series_id: int, start: int) -> Seen | None:
        """The reading of a place that was read."""
        return self._found.get((series_id, start))

    def seen_at(self, point: int) -> Seen | None:
        """The reading of a point."""
        some = self._some
        return self.seen(some.ids[some.portfolio.of[point]], int(some.start[point]))

    def judged(self, point: int, params: Mapping[str, Typed]) -> Judgement:
        """What progress.judge says of a point, from its decimals and from those of its target."""
        some = self._some
        series = int(some.portfolio.of[point])
        direction = WORDS[int(some.portfolio.direction[series])]
        seen = self.seen_at(point)
        assert seen is not None, "the point was not read"
        target, expected = asked_of(some, point)
        baseline = decimal(some.asked.baseline[point])
        return judge(direction, seen.observation, target, baseline, tolerances(params), expected)


def decimal(cell: Any) -> Decimal | None:
    """The decimal that a cell or a double stands for: fifteen digits survive either way.

    What is worked out (a ratio's value on SQLite) may have more; they say nothing.
    """
    if cell is None or cell != cell:
        return None
    if isinstance(cell, Decimal | int):
        return Decimal(cell)
    return Decimal(to_text(Fraction(cell)))


def asked_of(some: Slice, point: int) -> tuple[Target | None, Target | None]:
    """The target that governs a point, and what its trajectory asks by then if that differs."""
    number = int(some.asked.governing[point])
    if number < 0:
        return None, None
    target = _target(some, number)
    if some.asked.kind[point] != paths.PATH:
        return target, None
    found = path_of(some, int(some.portfolio.of[point])).asked(int(some.portfolio.ordinal[point]))
    if found is None:
        return target, None
    return target, _as_target(target, found.low, found.high)


def path_of(some: Slice, series: int) -> paths.Path:
    """The path of a series, exactly."""
    frequency = FREQUENCIES[some.frequency[series]]
    fiscal = int(some.fiscal[series])
    way = some.asked.ways[series]
    points = []
    for number in some.asked.of_series(series):
        row = some.asked.targets[number]
        low = cast(Decimal, decimal(row["value"]))
        high = decimal(row["high"]) if some.portfolio.direction[series] == HOLD else low
        day = day_of(row["start"])
        points.append(
            paths.Point(ordinals.of_period(Period(day, day), frequency, fiscal), low, high or low)
        )
    base_ordinal = None
    if way.baseline_on is not None:
        day = day_of(way.baseline_on)
        base_ordinal = ordinals.of_period(Period(day, day), frequency, fiscal)
    return paths.Path(way.method, decimal(way.baseline), base_ordinal, points)


def _target(some: Slice, number: int) -> Target:
    row = some.asked.targets[number]
    low, high = decimal(row["value"]), decimal(row["high"])
    if high is None:
        return Target(value=low)
    return Target(low=low, high=high)


def _as_target(like: Target, low: Fraction, high: Fraction) -> Target:
    """What a path asks, exactly: a line seldom meets a decimal."""
    edges = cast(Decimal, low), cast(Decimal, high)
    return Target(value=edges[0]) if like.value is not None else Target(low=edges[0], high=edges[1])


def place_of(some: Slice, point: int) -> tuple[int, int]:
    """Series id and first day of a point."""
    return some.ids[some.portfolio.of[point]], int(some.start[point])
