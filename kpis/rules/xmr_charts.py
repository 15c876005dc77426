"""XmR charts of many baseline groups at once, as flat arrays; the method is told in kpis.rules.xmr.

Public names::

    charts(values (N,), group (N,), locked=None (G, 3)) -> Charts
    meanings(cause, direction) -> codes into KINDS             of rows, in their KPI's direction
    assurances(lower, upper, low, high, direction) -> codes into ASSURANCES
    CAUSES, KINDS, ASSURANCES, SHORT_GROUP
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpis.rules import xmr_lines, xmr_patterns
from kpis.rules.xmr_patterns import DOWN, RUN, UP

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]

SHORT_GROUP = 13
# Code 0, then the tests in their order of precedence, each up and then down.
CAUSES = (
    "common_cause",
    *("outside_above", "outside_below"),
    *("trend_rising", "trend_falling"),
    *("two_in_three_above", "two_in_three_below"),
    *("shift_above", "shift_below"),
)
KINDS = (
    "common_cause",
    *("special_cause_improvement", "special_cause_concern"),
    *("special_cause_neutral_high", "special_cause_neutral_low"),
)
ASSURANCES = ("", "consistent_pass", "consistent_fail", "inconsistent")


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts of G groups with N rows in all, side by side.

    Per group (G,): ``starts`` the index of its first row, ``sizes`` rows, ``counts``
    rows with a value, ``mean``, ``lower`` and ``upper`` (NaN where undefined), ``short``, ``locked``.
    Per row (N,), one byte each, 1 up, 2 down, 0 neither: ``side`` of the mean,
    ``outside`` the limits, ``close`` to them on the inside, and ``trend`` (its heading),
    ``two_in_three`` and ``shift`` even where an earlier test won; ``steps`` from the row
    before. ``cause`` is a code into CAUSES. A side is 0 for a blank as for a tie.
    """

    starts: Ints
    sizes: Ints
    counts: Ints
    mean: Floats
    lower: Floats
    upper: Floats
    short: Bools
    locked: Bools
    side: Bytes
    outside: Bytes
    close: Bytes
    steps: Bytes
    in_trend: Bools
    trend: Bytes
    two_in_three: Bytes
    shift: Bytes
    cause: Bytes

    def spread(self, per_group: NDArray[Any]) -> NDArray[Any]:
        """A column of the groups as one of the rows."""
        spread: NDArray[Any] = np.repeat(per_group, self.sizes)
        return spread

    def group_of(self, rows: Any) -> Any:
        """The index of the group of a row, or of each of several."""
        return np.searchsorted(self.starts, rows, "right") - 1


def charts(values: Floats, group: Ints, locked: Floats | None = None) -> Charts:
    """The charts of all groups. Equal numbers side by side in ``group`` make a group.

    ``locked`` holds per group mean, lower and upper limit, NaN where the group's own
    values give them; the limits are then taken to lie evenly around the mean.
    """
    starts = xmr_lines.group_starts(group)
    given = None
    if locked is not None and not np.isnan(locked[:, 0]).all():
        given = np.column_stack((locked[:, 0], (locked[:, 2] - locked[:, 1]) / 2))
    lines = xmr_lines.judge(values, starts, given)
    lower, upper = lines.mean - lines.width, lines.mean + lines.width
    fixed = np.zeros(len(starts), bool)
    if given is not None and locked is not None:
        fixed = ~np.isnan(given[:, 0])
        lower[fixed], upper[fixed] = locked[fixed, 1], locked[fixed, 2]
    sizes = np.diff(starts, append=len(values))
    steps = xmr_patterns.steps(values, starts)
    in_trend, heading = xmr_patterns.trend(steps)
    outside = lines.side * lines.outside
    two = xmr_patterns.two_in_three(lines.close, lines.side, starts)
    shift = xmr_patterns.ends_of_runs(lines.side, RUN)
    xmr_patterns.outside_groups(shift, starts, RUN)
    shift = xmr_patterns.cover(shift, RUN)
    return Charts(
        starts=starts,
        sizes=sizes,
        counts=lines.counts,
        mean=lines.mean,
        lower=lower,
        upper=upper,
        short=(sizes < SHORT_GROUP) & ~fixed,
        locked=fixed,
        side=lines.side,
        outside=outside,
        close=lines.side * lines.close,
        steps=steps,
        in_trend=in_trend,
        trend=heading,
        two_in_three=two,
        shift=shift,
        cause=_FIRST[outside | heading << 2 | two << 4 | shift << 6],
    )


def _first_test(signs: int) -> int:
    """The cause of a row from the signs of its four tests, two bits each, the first lowest."""
    for test in range(4):
        sign = signs >> 2 * test & 3
        if sign in (UP, DOWN):
            return 2 * test + sign
    return 0


_FIRST = np.array([_first_test(signs) for signs in range(256)], np.uint8)


def meanings(cause: Bytes, direction: NDArray[np.int8]) -> Bytes:
    """What causes mean, as codes into KINDS; ``direction`` is 1 increase, -1 decrease, else neutral."""
    up = cause % 2 == 1
    better = np.where(up == (direction == 1), 1, 2)
    found = np.where(np.abs(direction) == 1, better, np.where(up, 3, 4))
    return np.where(cause == 0, 0, found).astype(np.uint8)


def assurances(
    lower: Floats, upper: Floats, low: Floats, high: Floats, direction: NDArray[np.int8]
) -> Bytes:
    """Whether each process meets its target always, never or by chance; codes into ASSURANCES.

    ``low`` and ``high`` are the ends of the target (equal for one value, NaN: none).
    Empty without a target and for a direction in which neither side is better.
    """
    with np.errstate(invalid="ignore"):
        above, below = low > upper, high < lower
    rising = direction == 1
    found = np.where(above, np.where(rising, 2, 1), np.where(below, np.where(rising, 1, 2), 3))
    judged = ~np.isnan(low) & (np.abs(direction) == 1)
    return np.where(judged, found, 0).astype(np.uint8)
