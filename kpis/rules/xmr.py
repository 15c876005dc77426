"""XmR control charts (individuals and moving range): which points are more than noise.

Public names::

    chart(values: Sequence[float | None], rebase: Sequence[bool] | None = None,
          direction="increase" | "decrease" | "neutral") -> Chart      one entry per row in each array
    limits(values: Sequence[float | None]) -> Limits                   of one baseline group
    assurance(chart, target, direction) -> "consistent_pass" | "consistent_fail" | "inconsistent" | None
    chart_direction(direction of the KPI) -> "increase" | "decrease" | "neutral"
    SHORT_GROUP = 13                                                   fewer rows than this: a warning

Method: D. J. Wheeler, Understanding Variation (1993): centre line the mean,
limits mean ± 2.66 × average moving range, where 2.66 = 3 / 1.128 (d2 of samples
of two), and 3.267 (D4) screens moving ranges. The four tests, their order and
the words for them follow NHS England, Making Data Count, and agree with
NHSRplotthedots 0.2.2, from which the vectors of the tests come.

A row is a period reported on; ``None``, one reported blank, breaks every
pattern. A period without a row breaks nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Direction = Literal["increase", "decrease", "neutral"]
Assurance = Literal["consistent_pass", "consistent_fail", "inconsistent"]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Signs = NDArray[np.int8]

LIMIT_FACTOR = 2.66
SCREEN_FACTOR = 3.267
RUN = 7
SHORT_GROUP = 13
# Two units in the last place: what turning decimals into doubles can move a value or a line.
SLACK = 2 * float(np.finfo(np.float64).eps)

# The tests in their order of precedence, each with its name for (above or rising, below or falling).
CAUSES = (
    ("outside_above", "outside_below"),
    ("trend_rising", "trend_falling"),
    ("two_in_three_above", "two_in_three_below"),
    ("shift_above", "shift_below"),
)
COMMON = "common_cause"


@dataclass(frozen=True, slots=True)
class Limits:
    """Centre line and lines around it; limits are None when nothing varies."""

    mean: float | None
    lower: float | None
    upper: float | None
    inner_lower: float | None
    inner_upper: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as parallel tuples, one entry per row.

    ``outside`` and ``close`` are None where they cannot be judged (no value or no
    limits), ``side`` (1 above the mean, 0 on it, -1 below) where there is no value.
    ``trend``, ``two_in_three`` and ``shift`` are shown even where an earlier test
    won. ``cause`` is one of CAUSES or "common_cause"; ``kind`` its meaning in this
    direction: "special_cause_" + improvement, concern, neutral_high or neutral_low,
    or "common_cause".
    """

    values: tuple[float | None, ...]
    mean: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    outside: tuple[bool | None, ...]
    close: tuple[bool | None, ...]
    side: tuple[int | None, ...]
    trend: tuple[bool, ...]
    two_in_three: tuple[bool, ...]
    shift: tuple[bool, ...]
    cause: tuple[str, ...]
    kind: tuple[str, ...]
    group: tuple[int, ...]
    short_group: tuple[bool, ...]

    @property
    def variation(self) -> str | None:
        """What the last row means; None for an empty chart."""
        return self.kind[-1] if self.kind else None


def chart_direction(direction: str) -> Direction:
    """The chart's reading of a KPI's direction: a range or a context KPI has no better side."""
    if direction == "increase":
        return "increase"
    return "decrease" if direction == "decrease" else "neutral"


def limits(values: Sequence[float | None]) -> Limits:
    """Centre line and limits of one baseline group."""
    return _limits(_as_array(values))


def chart(
    values: Sequence[float | None],
    rebase: Sequence[bool] | None = None,
    direction: Direction = "increase",
) -> Chart:
    """Judge every row. ``rebase[i]`` True starts a new baseline group on row i.

    Raises ValueError when ``rebase`` has another length or a value is infinite.
    """
    data = _as_array(values)
    starts = np.zeros(len(data), bool) if rebase is None else np.asarray(rebase, bool)
    if len(starts) != len(data):
        raise ValueError("rebase must have one entry per value")
    groups = np.cumsum(starts)
    parts = [_judge(data[groups == g], direction) for g in np.unique(groups)]
    columns = [tuple(x for part in parts for x in part[i]) for i in range(len(_COLUMNS))]
    sizes = np.bincount(groups) if len(groups) else groups
    return Chart(
        values=tuple(None if math.isnan(x) else x for x in data.tolist()),
        group=tuple(int(g) for g in groups),
        short_group=tuple(bool(sizes[g] < SHORT_GROUP) for g in groups),
        **dict(zip(_COLUMNS, columns, strict=True)),
    )


def assurance(chart: Chart, target: float | None, direction: Direction) -> Assurance | None:
    """Whether the process as it is now (its last group) meets the target always, never or by chance.

    None without a target, without rows or when neither direction is better.
    """
    if target is None or direction == "neutral" or not chart.values:
        return None
    lower, upper = chart.lower[-1], chart.upper[-1]
    if lower is None or upper is None or lower <= target <= upper:
        return "inconsistent"
    fails = (target > upper) == (direction == "increase")
    return "consistent_fail" if fails else "consistent_pass"


# What one group's rows are judged into; the rest of Chart concerns the whole series.
_COLUMNS = (
    *("mean", "lower", "upper", "outside", "close", "side"),
    *("trend", "two_in_three", "shift", "cause", "kind"),
)


def _as_array(values: Sequence[float | None]) -> Floats:
    data = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if np.isinf(data).any():
        raise ValueError("an infinite value cannot be charted")
    return data


def _mean(data: Floats) -> float:
    """The mean, summed without loss."""
    return math.fsum(data) / len(data)


def _limits(data: Floats) -> Limits:
    present = data[~np.isnan(data)]
    if not len(present):
        return Limits(None, None, None, None, None)
    mean = _mean(present)
    ranges = np.abs(np.diff(data))
    ranges = ranges[~np.isnan(ranges)]
    # Screened once: ranges that tie with the bound go too, so all-zero ranges all go.
    if len(ranges):
        ranges = ranges[ranges < SCREEN_FACTOR * _mean(ranges)]
    if not len(ranges):
        return Limits(mean, None, None, None, None)
    width = LIMIT_FACTOR * _mean(ranges)
    inner = 2 * width / 3
    return Limits(mean, mean - width, mean + width, mean - inner, mean + inner)


def _judge(data: Floats, direction: Direction) -> tuple[Sequence[Any], ...]:
    """Every column of Chart for the rows of one group, in the order of _COLUMNS."""
    n, blank, lines = len(data), np.isnan(data), _limits(data)
    side = _beyond(data, lines.mean, lines.mean)
    beyond = _beyond(data, lines.lower, lines.upper)
    outside = beyond != 0
    close = (_beyond(data, lines.inner_lower, lines.inner_upper) != 0) & ~outside
    steps = np.nan_to_num(np.sign(np.diff(data))).astype(np.int8)
    trend = _in_trend(steps, n)
    two_in_three = close & _two_in_three(close, side)
    shift = _in_run(side, RUN)
    signals = (
        (outside, beyond),
        (trend, _heading(steps, trend)),
        (two_in_three, side),
        (shift, side),
    )
    cause = _cause(signals, n)
    unjudged = blank | (lines.lower is None)
    return (
        *([line] * n for line in (lines.mean, lines.lower, lines.upper)),
        _hide(outside, unjudged),
        _hide(close, unjudged),
        _hide(side, blank),
        trend.tolist(),
        two_in_three.tolist(),
        shift.tolist(),
        cause,
        [_kind(c, direction) for c in cause],
    )


def _beyond(data: Floats, lower: float | None, upper: float | None) -> Signs:
    """1 strictly above the upper line, -1 strictly below the lower one, else 0 (also for blanks).

    Values are decimals seen as doubles: one that differs from a line by no more
    than that costs lies on it. So 0.2 lies on the mean of 0.1, 0.2 and 0.3.
    """
    if lower is None or upper is None:
        return np.zeros(len(data), np.int8)
    slack = SLACK * float(np.nanmax(np.abs(data)))
    return (data - upper > slack).astype(np.int8) - (lower - data > slack).astype(np.int8)


def _in_run(signs: Signs, least: int) -> Bools:
    """Which entries stand in an unbroken run of at least ``least`` equal signs, none of them 0."""
    if not len(signs):
        return np.zeros(0, bool)
    edges = np.flatnonzero(np.diff(signs)) + 1
    lengths = np.diff(np.concatenate(([0], edges, [len(signs)])))
    in_run: Bools = (np.repeat(lengths, lengths) >= least) & (signs != 0)
    return in_run


def _in_trend(steps: Signs, n: int) -> Bools:
    """Rows that belong to seven or more rising or falling rows: six or more like steps."""
    trend = np.zeros(n, bool)
    in_run = _in_run(steps, RUN - 1)
    trend[:-1] |= in_run
    trend[1:] |= in_run
    return trend


def _heading(steps: Signs, trend: Bools) -> Signs:
    """Each trend row's sign: of the step onwards if the next row is in a trend too, else of that to it.

    A level step between two trends has no sign; there too the step to the row counts.
    """
    onward, arrival = np.append(steps, 0), np.append(0, steps)
    next_in_trend = np.append(trend[1:], False)
    heading: Signs = np.where(next_in_trend & (onward != 0), onward, arrival).astype(np.int8)
    return heading


def _two_in_three(close: Bools, side: Signs) -> Bools:
    """Rows in some three neighbouring rows on one side of the mean, at least two of them close."""
    n = len(close)
    found = np.zeros(n, bool)
    if n < 3:
        return found
    near = close.astype(np.int8)
    many = near[:-2] + near[1:-1] + near[2:] >= 2
    one_side = (side[:-2] != 0) & (side[:-2] == side[1:-1]) & (side[1:-1] == side[2:])
    hits = many & one_side
    for shift in range(3):
        found[shift : n - 2 + shift] |= hits
    return found


def _cause(signals: tuple[tuple[Bools, Signs], ...], n: int) -> list[str]:
    """The name of the first test that fires on each row."""
    cause = np.full(n, COMMON, dtype=object)
    for (fires, sign), (up, down) in reversed(list(zip(signals, CAUSES, strict=True))):
        cause[fires & (sign > 0)] = up
        cause[fires & (sign < 0)] = down
    named: list[str] = cause.tolist()
    return named


def _kind(cause: str, direction: Direction) -> str:
    """What a cause means when ``direction`` is improvement."""
    if cause == COMMON:
        return COMMON
    upward = cause.endswith(("above", "rising"))
    if direction == "neutral":
        return "special_cause_neutral_high" if upward else "special_cause_neutral_low"
    better = upward == (direction == "increase")
    return "special_cause_improvement" if better else "special_cause_concern"


def _hide(column: NDArray[np.generic], hidden: Bools) -> list[Any]:
    """The column with None where it cannot be judged."""
    return [None if h else x for x, h in zip(column.tolist(), hidden.tolist(), strict=True)]
