"""Paths: what a trajectory asks of each period, from the baseline through the targets.

Public names::

    METHODS = ("points", "steps", "linear")           a method as a number is its index here
    Point(ordinal, low, high)                         a target; low == high for a single value
    Path(method, baseline, baseline_ordinal, points)  one series; points in any order
        .asked(ordinal) -> Asked | None               exact
        .between(first, last) -> list[(ordinal, Asked | None)]
    Asked(low, high, kind, start, end)                Fractions, and what they rest on
        .arithmetic() -> dict[str, str]
    NONE, OWN, PATH = 0, 1, 2                         kinds: nothing, its own target, the path
    asked_flat(...) -> (low, high, kind)              many series at once, in float64

Periods are counted by ordinals (kpis.rules.ordinals): whole numbers without gaps.

What is asked of a period by method:

* ``points``: its own target, else nothing;
* ``steps``: each target from its own period on, until the period of the next one;
  nothing before the first; the last one goes on being asked;
* ``linear``: the values on straight lines, even per period, from the baseline in its
  period through each target; the last target goes on being asked. Nothing is asked of
  the baseline's own period or before it, and without a baseline (or with one that
  does not lie before the first target) nothing before the first target.

A range has two edges, each on a line of its own; a baseline counts for both.

The value on a line: ``a + (b − a) × (t − s) ÷ (e − s)``, from value a in period s to
value b in period e, for period t.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kpis.rules.values import to_text

Method = Literal["points", "steps", "linear"]
Number = Decimal | Fraction
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

METHODS: tuple[Method, ...] = ("points", "steps", "linear")
NONE, OWN, PATH = 0, 1, 2
_POINTS, _STEPS, _LINEAR = range(3)


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """What a target asks of its own period; ``low`` and ``high`` are one number or a range."""

    ordinal: int
    low: Number
    high: Number


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one period, exactly; ``start`` and ``end`` are the points it lies between.

    Both are the target itself where that is asked, or goes on being asked.
    """

    ordinal: int
    low: Fraction
    high: Fraction
    kind: int
    start: Point
    end: Point

    @property
    def is_range(self) -> bool:
        """Whether two edges are asked."""
        return self.low != self.high

    def arithmetic(self) -> dict[str, str]:
        """The numbers of the line as plain text: from, to, steps done and steps in all."""
        said = {
            "asked": to_text(self.low),
            "from": to_text(self.start.low),
            "to": to_text(self.end.low),
            "done": str(self.ordinal - self.start.ordinal),
            "steps": str(self.end.ordinal - self.start.ordinal),
        }
        if self.is_range or self.end.low != self.end.high:
            said |= {
                "asked_high": to_text(self.high),
                "from_high": to_text(self.start.high),
                "to_high": to_text(self.end.high),
            }
        return said


@dataclass(frozen=True)
class Path:
    """The path of one series."""

    method: Method = "points"
    baseline: Number | None = None
    baseline_ordinal: int | None = None
    points: Sequence[Point] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", tuple(sorted(self.points)))

    @property
    def start(self) -> Point | None:
        """Where the way starts: the baseline, if it lies before the first target."""
        if self.baseline is None or self.baseline_ordinal is None or not self.points:
            return None
        if self.baseline_ordinal >= self.points[0].ordinal:
            return None
        return Point(self.baseline_ordinal, self.baseline, self.baseline)

    def asked(self, ordinal: int) -> Asked | None:
        """What the path asks of a period; None where it asks for nothing."""
        at = bisect_right([point.ordinal for point in self.points], ordinal) - 1
        before = self.points[at] if at >= 0 else None
        if before is not None and before.ordinal == ordinal:
            return _held(ordinal, before, OWN)
        if self.method == "points":
            return None
        if self.method == "steps" or at == len(self.points) - 1:
            return None if before is None else _held(ordinal, before, PATH)
        start = before or self.start
        if start is None or ordinal <= start.ordinal:
            return None
        return _on_line(ordinal, start, self.points[at + 1])

    def between(self, first: int, last: int) -> list[tuple[int, Asked | None]]:
        """What is asked of each period from ``first`` to ``last``, both included."""
        return [(ordinal, self.asked(ordinal)) for ordinal in range(first, last + 1)]


def _held(ordinal: int, point: Point, kind: int) -> Asked:
    return Asked(ordinal, Fraction(point.low), Fraction(point.high), kind, point, point)


def _on_line(ordinal: int, start: Point, end: Point) -> Asked:
    share = Fraction(ordinal - start.ordinal, end.ordinal - start.ordinal)
    low, high = (
        Fraction(a) + (Fraction(b) - Fraction(a)) * share
        for a, b in ((start.low, end.low), (start.high, end.high))
    )
    return Asked(ordinal, low, high, PATH, start, end)


def asked_flat(
    method: NDArray[np.integer],
    base: Floats,
    base_ordinal: Ints,
    point_offsets: Ints,
    point_ordinal: Ints,
    point_low: Floats,
    point_high: Floats,
    query_of: Ints,
    query_ordinal: Ints,
) -> tuple[Floats, Floats, Bytes]:
    """What is asked at N places of S series: (low (N,), high (N,), kind (N,)); NaN where nothing is.

    ``method`` (S,) indexes METHODS; ``base`` (S,) is NaN without a baseline. The points of
    series s are ``point_offsets[s]:point_offsets[s + 1]``, by rising ordinal; place i asks
    for period ``query_ordinal[i]`` of series ``query_of[i]``. Agrees with Path.asked as far
    as doubles go.
    """
    n = len(query_of)
    low, high = np.full(n, np.nan), np.full(n, np.nan)
    kind = np.zeros(n, np.uint8)
    if not n or not len(point_ordinal):
        return low, high, kind
    at = _newest_point(point_offsets, point_ordinal, query_of, query_ordinal)
    first, last = point_offsets[query_of], point_offsets[query_of + 1] - 1
    has = at >= first
    here = np.where(has, at, 0)
    own = has & (point_ordinal[here] == query_ordinal)
    how = np.asarray(method)[query_of]
    held = own | (has & ((how == _STEPS) | ((how == _LINEAR) & (at == last))))
    low[held], high[held] = point_low[here[held]], point_high[here[held]]
    kind[held] = np.where(own[held], OWN, PATH)
    # On a line: from the point before, or from the baseline, to the point after.
    lined = np.flatnonzero((how == _LINEAR) & ~held & (at < last))
    of, end, started = query_of[lined], at[lined] + 1, has[lined]
    s = np.where(started, point_ordinal[here[lined]], base_ordinal[of])
    steps, done = point_ordinal[end] - s, query_ordinal[lined] - s
    sure = (done > 0) & (steps > 0) & (started | ~np.isnan(base[of]))
    lined, of, end, started = lined[sure], of[sure], end[sure], started[sure]
    share = done[sure] / steps[sure]
    for out, edge in ((low, point_low), (high, point_high)):
        a = np.where(started, edge[here[lined]], base[of])
        out[lined] = a + (edge[end] - a) * share
    kind[lined] = PATH
    return low, high, kind


def _newest_point(offsets: Ints, ordinal: Ints, query_of: Ints, query_ordinal: Ints) -> Ints:
    """Index of the newest point of each place's series at or before its period.

    One less than the first index of the series where it has none: points and places
    become one rising number, (series, period), so that one search serves all.
    """
    of = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
    floor = min(int(ordinal.min()), int(query_ordinal.min()))
    span = max(int(ordinal.max()), int(query_ordinal.max())) - floor + 1
    points = of * span + (ordinal - floor)
    places = query_of.astype(np.int64) * span + (query_ordinal - floor)
    return np.searchsorted(points, places, side="right") - 1
