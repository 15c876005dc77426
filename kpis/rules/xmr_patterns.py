"""Patterns along the rows of many groups: runs on one side, trends, two of three.

Public names::

    RUN = 7
    steps(values, starts) -> signs        from the row before, 0 at a start, a blank, an equal pair
    ends_of_runs(signs, length) -> signs  rows at which a run of at least ``length`` equal signs stands
    cover(ends, length) -> signs          every row of the runs whose later rows ``ends`` marks
    outside_groups(ends, starts, length)  takes away what reaches back over a start, in place
    trend(steps) -> (bools, signs)        rows in a trend, and each one's heading
    two_in_three(close, side, starts) -> signs
    completions(ends) -> (signs, signs)   where a run completes, and its rows after that

Signs are bytes: 1 (UP) above or rising, 2 (DOWN) below or falling, 0 neither. Being
single bits, both kinds of run are followed at once by "and" and "or" of shifted rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]

UP, DOWN = 1, 2
RUN = 7


def steps(values: Floats, starts: Ints) -> Bytes:
    """The sign of each row's difference to the row before."""
    signs = np.zeros(len(values), np.uint8)
    if len(values):
        fell = (values[1:] < values[:-1]).view(np.uint8)
        np.add((values[1:] > values[:-1]).view(np.uint8), fell * np.uint8(DOWN), out=signs[1:])
        signs[starts] = 0
    return signs


def ends_of_runs(signs: Bytes, length: int) -> Bytes:
    """The common sign of each row and the ``length`` - 1 rows before it; 0 if there is none."""
    ends = signs.copy()
    seen = 1
    while seen < length:
        back = min(seen, length - seen)
        ends[back:] &= ends[:-back].copy()
        ends[:back] = 0
        seen += back
    return ends


def outside_groups(ends: Bytes, starts: Ints, length: int) -> None:
    """No run reaches over a start: its first ``length`` - 1 rows complete none."""
    for after in range(length - 1):
        rows = starts + after
        ends[rows[rows < len(ends)]] = 0


def cover(ends: Bytes, length: int) -> Bytes:
    """The sign of every row that one of the runs holds: each end and the rows before it."""
    rows = ends.copy()
    seen = 1
    while seen < length:
        back = min(seen, length - seen)
        rows[:-back] |= rows[back:].copy()
        seen += back
    return rows


def trend(steps: Bytes) -> tuple[Bools, Bytes]:
    """Rows that belong to seven or more rising or falling rows, and the heading of each.

    A row takes the sign of the step onwards when the next row is in a trend too, else
    that of the step to it; so it does where the step onwards is level.
    """
    arriving = cover(ends_of_runs(steps, RUN - 1), RUN - 1)
    rows = arriving != 0
    rows[:-1] |= rows[1:].copy()
    heading = np.where(rows, steps, 0).astype(np.uint8)
    onward = np.zeros_like(steps)
    onward[:-1] = steps[1:] * rows[1:]
    np.copyto(heading, onward, where=rows & (onward != 0))
    return rows, heading


def two_in_three(close: Bools, side: Bytes, starts: Ints) -> Bytes:
    """Close rows in some three neighbouring rows on one side of the mean, two of them close."""
    near = close.view(np.uint8)
    hits = ends_of_runs(side, 3)
    if len(near) > 2:
        a, b, c = near[:-2], near[1:-1], near[2:]
        hits[2:] *= (a & b) | (b & c) | (a & c)
    outside_groups(hits, starts, 3)
    return cover(hits, 3) * near


def completions(ends: Bytes) -> tuple[Bytes, Bytes]:
    """Of the rows at which a run stands: the first of each run, and those after it."""
    before = np.zeros_like(ends)
    before[1:] = ends[:-1]
    return ends & ~before, ends & before
