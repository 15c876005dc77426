"""Many series at once, flat: what the rules look at.

A portfolio holds the points of its series one after another, oldest first, so that
one pass of array operations judges them all; a single series is a portfolio of one.
A *point* is a complete period with a live value. ``ordinal`` numbers the periods of a
frequency without gaps (kpis.rules.ordinals), so that two points are neighbours in
time when their ordinals differ by one. Numbers here are doubles and decide what is
clear; what lies so near an edge that a double cannot tell is judged exactly by
kpis.rules.progress (``TIE`` says how near).

Public names::

    Portfolio(...)              the points and what is known of each series
    Fired(series, ordinal, point, holds, evidence)      where one rule fires
    POINT, EXTRA                record types of kpis.models.Track
    PROVISIONAL, BACKFILLED, BOUND, OVERDUE             bits of ``flags``
    LEAD, APART                 bits too: not judged, there for what follows; of an earlier group
    TIE                         relative distance below which a comparison is a tie
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpis.rules import ordinals
from kpis.rules.periods import FREQUENCIES, Period

Evidence = dict[str, object]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

# Days since 1970-01-01 of the first day of the period; NaN for a value that is a bound.
POINT = np.dtype([("start", "<i4"), ("value", "<f8"), ("flags", "u1")])
# The ends of a bound (infinite where open), and the day on which the value was entered.
EXTRA = np.dtype([("start", "<i4"), ("low", "<f8"), ("high", "<f8"), ("entered", "<i4")])

PROVISIONAL, BACKFILLED, BOUND, OVERDUE, LEAD, APART = 1, 2, 4, 8, 16, 32
TIE = 1e-12

INCREASE, DECREASE, HOLD, CONTEXT = 1, -1, 0, 2


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Points of S series, N in all. ``offsets[s]:offsets[s + 1]`` are those of series s.

    ``low`` and ``high`` equal ``value`` but for bounds (−∞ or +∞ where open; ``value`` is
    then NaN). ``asked_low`` and ``asked_high`` are what the period was to reach (equal for
    one value; NaN where nothing was asked), from its own target or from the trajectory;
    ``baseline`` is where the way to it starts, NaN when not known. ``group`` numbers the
    baseline groups of control charts through the whole portfolio. ``locked`` holds, per
    series, mean, lower and upper limit where they are locked, else NaN. ``frequency``
    (an index into periods.FREQUENCIES) and ``fiscal_start`` name the periods in the
    evidence; without them evidence that names periods cannot be told.
    """

    ids: Ints  # (S,) series ids
    direction: NDArray[np.int8]  # (S,) INCREASE, DECREASE, HOLD, CONTEXT
    offsets: Ints  # (S + 1,)
    of: Ints  # (N,) index of the series of each point
    ordinal: Ints  # (N,)
    value: Floats  # (N,)
    low: Floats  # (N,)
    high: Floats  # (N,)
    flags: Bytes  # (N,)
    group: Ints  # (N,)
    asked_low: Floats  # (N,)
    asked_high: Floats  # (N,)
    baseline: Floats  # (N,)
    locked: Floats  # (S, 3)
    frequency: NDArray[np.int8] | None = None  # (S,)
    fiscal_start: NDArray[np.int8] | None = None  # (S,) month; None: January throughout

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def points(self) -> int:
        """N, the number of points."""
        return len(self.of)

    def period(self, series: int, ordinal: int) -> Period:
        """The period that an ordinal of this series stands for."""
        if self.frequency is None:
            raise ValueError("a portfolio without frequencies cannot name its periods")
        start = 1 if self.fiscal_start is None else int(self.fiscal_start[series])
        return ordinals.period(ordinal, FREQUENCIES[self.frequency[series]], start)


@dataclass(frozen=True, slots=True)
class Fired:
    """Where one rule fires: parallel arrays, by series and then by period.

    ``point`` is the index of the point, -1 where the finding is that there is none.
    ``holds`` (N,) marks points that a pattern still covers: no new firing there, and not
    clear either. ``evidence(i)`` tells the numbers of the i-th firing as plain text,
    enough to work the verdict out again (kpis.rules.recompute).
    """

    series: Ints
    ordinal: Ints
    point: Ints
    holds: Bools
    evidence: Callable[[int], Evidence]
