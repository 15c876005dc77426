"""XmR control charts (individuals and moving range): which points are more than noise.

Public names::

    charts(values (N,), group (N,), locked=None (G, 3)) -> Charts      all groups at once, flat arrays
    meanings(cause, direction) -> codes into KINDS                     of rows, in their KPI's direction
    assurances(lower, upper, low, high, direction) -> codes into ASSURANCES
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

A row is a period reported on; NaN or ``None``, one reported blank, breaks every
pattern. A period without a row breaks nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kpis.rules import xmr_lines
from kpis.rules.xmr_charts import (
    ASSURANCES,
    CAUSES,
    KINDS,
    SHORT_GROUP,
    Charts,
    assurances,
    charts,
    meanings,
)

Direction = Literal["increase", "decrease", "neutral"]
Assurance = Literal["consistent_pass", "consistent_fail", "inconsistent"]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = [
    "ASSURANCES",
    "CAUSES",
    "KINDS",
    "SHORT_GROUP",
    "Assurance",
    "Chart",
    "Charts",
    "Direction",
    "Limits",
    "assurance",
    "assurances",
    "chart",
    "chart_direction",
    "charts",
    "limits",
    "meanings",
]


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
    won. ``cause`` is one of CAUSES; ``kind`` its meaning in this direction, one of
    KINDS.
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
    lines = xmr_lines.judge(_as_array(values), np.zeros(min(len(values), 1), np.int64))
    mean, width = (
        float(column[0]) if len(column) else math.nan for column in (lines.mean, lines.width)
    )
    if math.isnan(width):
        return Limits(None if math.isnan(mean) else mean, None, None, None, None)
    inner = 2 * width / 3
    return Limits(mean, mean - width, mean + width, mean - inner, mean + inner)


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
    group = np.cumsum(starts)
    drawn = charts(data, group)
    blank, way = np.isnan(data), {"increase": 1, "decrease": -1, "neutral": 0}[direction]
    unjudged = blank | drawn.spread(np.isnan(drawn.lower))
    kinds = meanings(drawn.cause, np.full(len(data), way, np.int8))
    return Chart(
        values=_shown(data, blank),
        mean=_numbers(drawn.spread(drawn.mean)),
        lower=_numbers(drawn.spread(drawn.lower)),
        upper=_numbers(drawn.spread(drawn.upper)),
        outside=_shown(drawn.outside != 0, unjudged),
        close=_shown(drawn.close != 0, unjudged),
        side=_shown(_SIGNS[drawn.side], blank),
        trend=tuple(drawn.in_trend.tolist()),
        two_in_three=tuple((drawn.two_in_three != 0).tolist()),
        shift=tuple((drawn.shift != 0).tolist()),
        cause=tuple(CAUSES[code] for code in drawn.cause.tolist()),
        kind=tuple(KINDS[code] for code in kinds.tolist()),
        group=tuple(group.tolist()),
        short_group=tuple(drawn.spread(drawn.short).tolist()),
    )


_SIGNS = np.array([0, 1, -1], np.int8)


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


def _as_array(values: Sequence[float | None]) -> Floats:
    data = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if np.isinf(data).any():
        raise ValueError("an infinite value cannot be charted")
    return data


def _numbers(column: Floats) -> tuple[float | None, ...]:
    return _shown(column, np.isnan(column))


def _shown(column: NDArray[Any], hidden: Bools) -> tuple[Any, ...]:
    """The column with None where it cannot be judged."""
    return tuple(None if h else x for x, h in zip(column.tolist(), hidden.tolist(), strict=True))
