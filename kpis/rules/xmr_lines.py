"""Centre lines and limits of many baseline groups at once, and where each row lies to them.

Public names::

    group_starts(group: int array) -> int array        first row of each group
    judge(values, starts, locked=None) -> Lines

Rows of all groups lie one after another; NaN is a blank. What doubles decide for
certain is decided in one pass of array operations over blocks that fit the cache.
A group in which some row lies so near a line that rounding could turn the verdict
is worked out again in whole numbers (kpis.rules.xmr_exact). The bound on rounding
is that of summing n doubles, n × eps × largest value, with room to spare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpis.rules import xmr_exact
from kpis.rules.xmr_exact import LIMIT_FACTOR, SCREEN_FACTOR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]

ABOVE, BELOW = 1, 2
INNER = 2 / 3
_BLOCK = 32_768  # rows; their doubles fit the second cache
_EPS = float(np.finfo(np.float64).eps)
_MOST = 1e-6  # rounding beyond this share of the width: the whole group goes the exact way


@dataclass(frozen=True, slots=True)
class Lines:
    """Per group: ``counts`` of values, ``mean``, ``width`` from it to a limit (NaN: undefined).

    Per row: ``side`` of the mean (ABOVE, BELOW, 0 on it or blank), and whether it
    lies beyond the limit (``outside``) or only beyond the inner line (``close``).
    """

    counts: Ints
    mean: Floats
    width: Floats
    side: Bytes
    outside: Bools
    close: Bools


def group_starts(group: NDArray[np.integer]) -> Ints:
    """The index of the first row of each stretch of equal numbers."""
    if not len(group):
        return np.zeros(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(group[1:] != group[:-1]) + 1)).astype(np.int64)


def judge(values: Floats, starts: Ints, locked: Floats | None = None) -> Lines:
    """Lines and positions. ``locked`` (G, 2): mean and width where they are given, else NaN."""
    n, groups = len(values), len(starts)
    lines = Lines(
        np.zeros(groups, np.int64),
        np.full(groups, np.nan),
        np.full(groups, np.nan),
        np.zeros(n, np.uint8),
        np.zeros(n, bool),
        np.zeros(n, bool),
    )
    ends = np.append(starts[1:], n)
    first = 0
    while first < groups:
        last = int(np.searchsorted(ends, starts[first] + _BLOCK, "right"))
        last = min(max(last, first + 1), groups)
        rows, part = slice(int(starts[first]), int(ends[last - 1])), slice(first, last)
        given = None if locked is None else locked[part]
        _judge_block(values[rows], starts[part] - rows.start, given, _cut(lines, rows, part))
        first = last
    return lines


def _cut(lines: Lines, rows: slice, part: slice) -> Lines:
    """The same arrays, seen through the window of one block."""
    return Lines(
        lines.counts[part],
        lines.mean[part],
        lines.width[part],
        lines.side[rows],
        lines.outside[rows],
        lines.close[rows],
    )


def _judge_block(values: Floats, starts: Ints, locked: Floats | None, out: Lines) -> None:
    sizes = np.diff(starts, append=len(values))
    with np.errstate(divide="ignore", invalid="ignore"):
        doubtful, error = _measure(values, starts, sizes, out)
        if locked is not None:
            given = ~np.isnan(locked[:, 0])
            out.mean[given], out.width[given] = locked[given, 0], locked[given, 1]
            doubtful[given] = np.isnan(locked[given, 1])
        doubtful |= _place(values, starts, sizes, error, out)
    for g in np.flatnonzero(doubtful).tolist():
        rows = slice(int(starts[g]), int(starts[g] + sizes[g]))
        if locked is not None and given[g]:
            found = xmr_exact.against(values[rows], *locked[g].tolist())
        else:
            found = xmr_exact.judge(values[rows])
        out.mean[g], out.width[g] = found.mean, found.width
        out.side[rows], out.outside[rows], out.close[rows] = found.side, found.outside, found.close


def _measure(values: Floats, starts: Ints, sizes: Ints, out: Lines) -> tuple[Bools, Floats]:
    """Fills in counts, mean and width. Which groups doubles cannot decide; the error they may have."""
    present, ranges, counts, pairs = _ranges(values, starts, sizes)
    out.counts[:] = counts
    out.mean[:] = np.add.reduceat(present, starts) / counts
    total = np.add.reduceat(ranges, starts)
    largest = np.maximum.reduceat(np.abs(present), starts)
    error = (8 * _EPS * (sizes + 32) * largest).astype(np.float64, copy=False)
    average = total / pairs
    some = average > 0
    doubtful = some & (error > _MOST * average)
    slack = float(np.max(error / average, where=some & ~doubtful, initial=0.0))
    scaled = ranges * np.repeat(1 / average, sizes)
    far = np.flatnonzero(scaled >= SCREEN_FACTOR - slack)
    group = np.searchsorted(starts, far, "right") - 1
    doubtful[group[np.abs(scaled[far] - SCREEN_FACTOR) <= slack]] = True
    dropped = np.bincount(group, weights=ranges[far], minlength=len(starts))
    left = pairs - np.bincount(group, minlength=len(starts))
    width = np.where(some, LIMIT_FACTOR * (total - dropped) / left, np.nan)
    out.width[:] = width
    doubtful |= some & ~(width * _MOST > error)
    if not some.all():
        doubtful |= _without_limits(values, starts, some, out)
    return doubtful, error


def _ranges(values: Floats, starts: Ints, sizes: Ints) -> tuple[Floats, Floats, Ints, Ints]:
    """Values and moving ranges with 0 where there is none, and how many there are of each."""
    ranges = np.empty_like(values)
    np.subtract(values[1:], values[:-1], out=ranges[1:])
    ranges[starts] = 0
    np.abs(ranges, out=ranges)
    blank = np.isnan(values)
    if not blank.any():
        return values, ranges, sizes, sizes - 1
    present = values.copy()
    present[blank] = 0
    lost = np.isnan(ranges)
    ranges[lost] = 0
    counts = sizes - np.add.reduceat(blank, starts, dtype=np.int64)
    return present, ranges, counts, sizes - 1 - np.add.reduceat(lost, starts, dtype=np.int64)


def _without_limits(values: Floats, starts: Ints, some: Bools, out: Lines) -> Bools:
    """Groups of equal values have that value as their mean; which others need a closer look."""
    highest, lowest = np.fmax.reduceat(values, starts), np.fmin.reduceat(values, starts)
    equal = ~some & (highest == lowest)
    out.mean[equal] = highest[equal]
    closer: Bools = ~some & (highest > lowest)
    return closer


def _place(values: Floats, starts: Ints, sizes: Ints, error: Floats, out: Lines) -> Bools:
    """Fills in the columns of the rows. Which groups have a row too near a line to say."""
    reach = error / out.width
    sound = reach <= _MOST
    slack = float(np.max(reach, where=sound, initial=0.0))
    away = values - np.repeat(out.mean, sizes)
    away *= np.repeat(1 / out.width, sizes)
    np.add(away > slack, (away < -slack) * np.uint8(BELOW), out=out.side, casting="unsafe")
    np.abs(away, out=away)
    far = np.flatnonzero(away > INNER - slack)
    how = away[far]
    out.outside[far] = how > 1
    out.close[far] = (how > INNER) & (how <= 1)
    near = far[(np.abs(how - 1) <= slack) | (np.abs(how - INNER) <= slack)]
    rows = np.concatenate((near, np.flatnonzero(away <= slack)))
    doubtful = np.zeros(len(starts), bool)
    doubtful[np.searchsorted(starts, rows, "right") - 1] = True
    return doubtful | (reach > _MOST)
