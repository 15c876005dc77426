"""The paths promised for a series: the one in force, and every one before it.

A *version* is what stood after a revision, or after something was loaded: the targets and
how the path ran between them. Nothing is queried here; all is told from the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from kpis.models import Series, Target, Trajectory
from kpis.rules import ordinals
from kpis.rules import targets as rules
from kpis.rules.paths import OWN, Asked, Path, Point
from kpis.rules.periods import Period, is_complete
from kpis.selectors.facts import direction_of, target_of
from labs.models import Revision


@dataclass(frozen=True)
class Calendar:
    """How often a series has periods, and when its years start."""

    frequency: Any
    fiscal_start: int

    def ordinal(self, period: Period) -> int:
        return ordinals.of_period(period, self.frequency, self.fiscal_start)

    def period(self, ordinal: int) -> Period:
        return ordinals.period(ordinal, self.frequency, self.fiscal_start)

    def is_complete(self, period: Period) -> bool:
        return is_complete(period, self.frequency, self.fiscal_start)


@dataclass(frozen=True)
class Version:
    """What was promised from ``at`` on, by ``revision`` or, where that is None, from outside."""

    key: str
    at: datetime
    revision: Revision | None
    source: str
    path: Path
    targets: Sequence[Target]
    trajectory: Trajectory | None
    until: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether it is the one in force."""
        return self.until is None


def calendar_of(series: Series) -> Calendar:
    """The periods of a series loaded with its KPI, area and programme."""
    programme = series.definition.kpi.area.programme
    return Calendar(series.definition.frequency, programme.fiscal_year_start)


def path_of(series: Series, targets: Iterable[Target], trajectory: Trajectory | None) -> Path:
    """The path through these targets; those of part-years are no points of it."""
    direction, calendar = direction_of(series.definition.direction), calendar_of(series)
    points = []
    for each in targets:
        period = Period(each.period_start, each.period_end)
        target = target_of(direction, each)
        if target is not None and calendar.is_complete(period):
            points.append(Point(calendar.ordinal(period), *target.edges))
    if trajectory is None:
        return Path(points=points)
    base = None
    if trajectory.baseline_on is not None:
        day = trajectory.baseline_on
        base = calendar.ordinal(Period(day, day))
    return Path(trajectory.method, trajectory.baseline, base, points)  # type: ignore[arg-type]


def expected(
    series: Series, path: Path, targets: Mapping[Period, rules.Target], periods: Iterable[Period]
) -> tuple[dict[Period, rules.Target], dict[Period, rules.Target], dict[Period, Asked]]:
    """What the path asks of periods: (target it leads to, its own value there, how), by period.

    The first two are what a verdict takes (kpis.rules.progress.judge).
    """
    calendar, hold = calendar_of(series), direction_of(series.definition.direction) == "hold"
    leads: dict[Period, rules.Target] = {}
    there: dict[Period, rules.Target] = {}
    found: dict[Period, Asked] = {}
    by_ordinal = {
        calendar.ordinal(p): each for p, each in targets.items() if calendar.is_complete(p)
    }
    for period in periods:
        asked = path.asked(calendar.ordinal(period)) if calendar.is_complete(period) else None
        if asked is None:
            continue
        found[period] = asked
        if asked.kind != OWN and asked.end.ordinal in by_ordinal:
            leads[period] = by_ordinal[asked.end.ordinal]
            if asked.start != asked.end:
                there[period] = _target(asked, hold)
    return leads, there, found


def _target(asked: Asked, hold: bool) -> rules.Target:
    """What is asked, as a verdict takes it: exactly, though a third has no end."""
    if hold:
        return rules.Target(low=asked.low, high=asked.high)  # type: ignore[arg-type]
    return rules.Target(value=asked.low)  # type: ignore[arg-type]


def versions(
    series: Series, targets: Sequence[Target], trajectories: Sequence[Trajectory]
) -> list[Version]:
    """Every version, newest first; rows loaded with what set and what ended them."""
    rows: list[Target | Trajectory] = [*targets, *trajectories]
    epochs: dict[str, tuple[datetime, Revision | None, str]] = {}
    for row in rows:
        revision = row.change.revision if row.change else None
        source = row.source.name if row.source else ""
        key = f"r{revision.pk}" if revision else f"d{row.set_at:%Y%m%d}"
        first = min(row.set_at, epochs[key][0]) if key in epochs else row.set_at
        epochs[key] = (first, revision, source)
        ended = _ended(row)
        if ended is not None and row.until_change is not None:
            by = row.until_change.revision
            epochs.setdefault(f"r{by.pk}", (ended, by, ""))
    order = sorted(epochs.items(), key=lambda item: (item[1][0], item[0]))
    found = []
    for i, (key, (at, revision, source)) in enumerate(order):
        until = order[i + 1][1][0] if i + 1 < len(order) else None
        stood = [t for t in targets if _stood(t, at, until)]
        ways = [w for w in trajectories if _stood(w, at, until)]
        way = ways[0] if ways else None
        path = path_of(series, stood, way)
        found.append(Version(key, at, revision, source, path, stood, way, until))
    return found[::-1]


def _ended(row: Target | Trajectory) -> datetime | None:
    """When a row was closed; None while it is in force."""
    if row.until_change is None:
        return None
    return row.until_change.revision.adopted_at or row.set_at


def _stood(row: Target | Trajectory, at: datetime, until: datetime | None) -> bool:
    """Whether a row was in force in all of the span from ``at``."""
    begun = until is None or row.set_at < until
    ended = _ended(row)
    return begun and (ended is None or ended > at)


def chosen(found: Sequence[Version], text: str) -> Version | None:
    """A version by its key, or by a year: the one in force when that year ended."""
    if text.isdigit() and len(text) == 4:
        year = int(text)
        return next((each for each in found if each.at.year <= year), None)
    return next((each for each in found if each.key == text), None)


@dataclass(frozen=True)
class Step:
    """One period along a path: what it asks there, or where it starts."""

    period: Period
    low: Fraction
    high: Fraction
    asked: Asked | None

    @property
    def is_start(self) -> bool:
        """Whether it is the baseline, of which nothing is asked."""
        return self.asked is None


def along(series: Series, path: Path, most: int = 400) -> list[Step]:
    """The path from its baseline to its last target; thinned where it has very many periods."""
    if not path.points:
        return []
    calendar, start = calendar_of(series), path.start if path.method == "linear" else None
    first = start.ordinal if start is not None else path.points[0].ordinal
    last = path.points[-1].ordinal
    own = {point.ordinal for point in path.points}
    every = max(1, (last - first) // most)
    kept = own if path.method == "points" else own | {*range(first, last + 1, every)}
    found = []
    for ordinal in sorted(kept):
        asked = path.asked(ordinal)
        if asked is not None:
            found.append(Step(calendar.period(ordinal), asked.low, asked.high, asked))
        elif start is not None and ordinal == start.ordinal:
            value = Fraction(start.low)
            found.append(Step(calendar.period(ordinal), value, value, None))
    return found
