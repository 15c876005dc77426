"""One baseline group worked out without rounding, for rows that lie on or next to a line.

Public names::

    judge(values) -> Verdict                  lines from the values themselves
    against(values, mean, width) -> Verdict   lines that are given (locked limits)
    LIMIT_FACTOR, SCREEN_FACTOR               2.66 and 3.267, see kpis.rules.xmr

Values are decimals seen as doubles. Where every one is a decimal of up to 15 digits
it is turned back into that decimal and counted in whole units, so that 0.2 lies on the
mean of 0.1, 0.2 and 0.3, and a range of exactly 3.267 times the average is dropped.
Other doubles (ratios) are summed without loss, and one within two units in the last
place of a line lies on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]

LIMIT_FACTOR = 2.66
SCREEN_FACTOR = 3.267
ABOVE, BELOW = 1, 2
SLACK = 2 * float(np.finfo(np.float64).eps)
_MOST_UNITS = 10**15
_MOST_PLACES = 22  # powers of ten up to this one are doubles exactly


@dataclass(frozen=True, slots=True)
class Verdict:
    """Mean, width from it to a limit (NaN: undefined), and the three columns of the rows."""

    mean: float
    width: float
    side: Bytes
    outside: Bools
    close: Bools


def judge(values: Floats) -> Verdict:
    """Lines and positions of one group with at least one value."""
    found = _as_units(values)
    return _in_doubles(values) if found is None else _in_units(*found)


def against(values: Floats, mean: float, width: float) -> Verdict:
    """Positions of one group to given lines; a NaN width: no limits."""
    present = values[~np.isnan(values)]
    slack = SLACK * max(float(np.max(np.abs(present), initial=0.0)), abs(mean))
    away = values - mean
    side = (away > slack) * np.uint8(ABOVE) + (away < -slack) * np.uint8(BELOW)
    outside = np.abs(away) - width > slack
    close = (np.abs(away) - 2 * width / 3 > slack) & ~outside
    return Verdict(mean, width, side, outside, close)


def _in_doubles(values: Floats) -> Verdict:
    present = values[~np.isnan(values)].tolist()
    mean = math.fsum(present) / len(present)
    ranges = np.abs(np.diff(values))
    kept = ranges[~np.isnan(ranges)].tolist()
    if kept:
        bound = SCREEN_FACTOR * (math.fsum(kept) / len(kept))
        kept = [r for r in kept if r < bound]
    width = LIMIT_FACTOR * (math.fsum(kept) / len(kept)) if kept else math.nan
    return against(values, mean, width)


def _as_units(values: Floats) -> tuple[list[int | None], int] | None:
    """The values as whole numbers of 10 ** -places; None if they are not decimals of 15 digits."""
    blank = np.isnan(values)
    present = np.where(blank, 0.0, values)
    largest = float(np.max(np.abs(present), initial=0.0))
    for places in range(_MOST_PLACES + 1):
        unit = 10.0**places
        if largest * unit > _MOST_UNITS:
            return None
        units = np.rint(present * unit)
        if (units / unit == present).all():
            numbers = units.astype(np.int64).tolist()
            return [None if b else u for u, b in zip(numbers, blank.tolist(), strict=True)], places
    return None


def _in_units(units: Sequence[int | None], places: int) -> Verdict:
    """With n values that sum to S, n × value - S says without division where a row lies."""
    present = [u for u in units if u is not None]
    n, total = len(present), sum(present)
    ranges = [abs(b - a) for a, b in pairwise(units) if a is not None and b is not None]
    bound = 3267 * sum(ranges)
    kept = [r for r in ranges if 1000 * len(ranges) * r < bound]
    away = [0 if u is None else n * u - total for u in units]
    side = [ABOVE if a > 0 else BELOW if a < 0 else 0 for a in away]
    limit = 266 * sum(kept) * n
    outside = [bool(kept) and 100 * len(kept) * abs(a) > limit for a in away]
    beyond = [bool(kept) and 300 * len(kept) * abs(a) > 2 * limit for a in away]
    scale = 10**places
    return Verdict(
        total / (n * scale),
        266 * sum(kept) / (100 * len(kept) * scale) if kept else math.nan,
        np.array(side, np.uint8),
        np.array(outside, bool),
        np.array(beyond, bool) & ~np.array(outside, bool),
    )
