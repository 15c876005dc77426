"""The four tests of a control chart as rules on series.

Public names::

    charts_of(portfolio) -> Charts                 worked out once, shared by the four rules
    fire(kind, portfolio, params, charts, series=None) -> Fired
    fires_at(kind, params, direction, values, at, locked=None) -> bool      in one group of values
    KINDS = ("control_limits", "control_trend", "control_two_in_three", "control_shift")

Each test counts whether or not one before it wins the point. Every point outside the
limits is a finding. A pattern is one finding, dated where it completes: the seventh
row of a trend or shift, the second close row of two in three; its later rows are in
``holds``. Only groups with ``min_points`` values (or with locked limits) are looked at,
and only the worse side, unless ``both_sides`` is set or no side is worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kpis.rules import xmr_patterns
from kpis.rules.evidence import common, number, numbers, period_texts, rounded
from kpis.rules.portfolio import Bools, Bytes, Evidence, Fired, Floats, Ints, Portfolio
from kpis.rules.rules_catalogue import Typed
from kpis.rules.xmr import CAUSES, Charts, charts, meanings
from kpis.rules.xmr import KINDS as MEANINGS
from kpis.rules.xmr_patterns import DOWN, RUN, UP

KINDS = ("control_limits", "control_trend", "control_two_in_three", "control_shift")
_CAUSE = {"control_limits": 1, "control_trend": 3, "control_two_in_three": 5, "control_shift": 7}


def charts_of(portfolio: Portfolio) -> Charts:
    """The charts of all baseline groups. Locked limits are those of a series' last group."""
    if np.isnan(portfolio.locked).all():
        return charts(portfolio.value, portfolio.group)
    starts = np.flatnonzero(np.diff(portfolio.group, prepend=portfolio.group[:1] - 1))
    owner = portfolio.of[starts]
    last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    locked = np.where(last[:, None], portfolio.locked[owner], np.nan)
    return charts(portfolio.value, portfolio.group, locked)


def fire(
    kind: str,
    portfolio: Portfolio,
    params: Mapping[str, Typed],
    drawn: Charts,
    series: Bools | None = None,
) -> Fired:
    """Where one of the four tests fires on the series marked (all if none are)."""
    watched = _watched(portfolio, params, drawn, series)
    signs, holds = _SIGNS_OF[kind](drawn)
    signs &= watched
    holds &= watched
    points = np.flatnonzero(signs)
    return Fired(
        series=portfolio.of[points],
        ordinal=portfolio.ordinal[points],
        point=points,
        holds=holds != 0,
        evidence=partial(_evidence, kind, portfolio, drawn, points, signs[points]),
    )


def fires_at(
    kind: str,
    params: Mapping[str, Typed],
    direction: str,
    values: Floats,
    at: int,
    locked: tuple[float, float, float] | None = None,
) -> bool:
    """Whether the test fires on row ``at`` of one group; ``locked``: mean, lower and upper limit."""
    given = None if locked is None else np.array([locked])
    drawn = charts(values, np.zeros(len(values), np.int64), given)
    signs, _holds = _SIGNS_OF[kind](drawn)
    ways = np.array([{"increase": 1, "decrease": -1}.get(direction, 0)], np.int8)
    watched = _signs_that_count(params, drawn, ways)
    return bool(0 <= at < len(values) and signs[at] & watched[0])


def _watched(
    portfolio: Portfolio, params: Mapping[str, Typed], drawn: Charts, series: Bools | None
) -> Bytes:
    """For each point the signs that count."""
    owner = portfolio.of[drawn.starts]
    worse = _signs_that_count(params, drawn, portfolio.direction[owner])
    if series is not None:
        worse[~series[owner]] = 0
    watched: Bytes = np.repeat(worse, drawn.sizes)
    return watched


def _signs_that_count(
    params: Mapping[str, Typed], drawn: Charts, direction: NDArray[np.int8]
) -> Bytes:
    """Per group the worse side, or both; none where there are too few values."""
    worse = np.full(len(direction), UP | DOWN, np.uint8)
    if not params.get("both_sides", False):
        worse[direction == 1], worse[direction == -1] = DOWN, UP
    trusted = (drawn.counts >= int(params.get("min_points", 13))) | drawn.locked
    worse[~trusted] = 0
    return worse


def _limits(drawn: Charts) -> tuple[Bytes, Bytes]:
    return drawn.outside.copy(), np.zeros_like(drawn.outside)


def _trend(drawn: Charts) -> tuple[Bytes, Bytes]:
    return xmr_patterns.completions(xmr_patterns.ends_of_runs(drawn.steps, RUN - 1))


def _shift(drawn: Charts) -> tuple[Bytes, Bytes]:
    ends = xmr_patterns.ends_of_runs(drawn.side, RUN)
    xmr_patterns.outside_groups(ends, drawn.starts, RUN)
    return xmr_patterns.completions(ends)


def _two_in_three(drawn: Charts) -> tuple[Bytes, Bytes]:
    """A marked row linked to a marked one at most two rows before completes or goes on a pattern."""
    marked, side = drawn.two_in_three, drawn.side
    next_to, over_one = np.zeros_like(marked), np.zeros_like(marked)
    next_to[1:] = marked[1:] & marked[:-1]
    over_one[2:] = marked[2:] & marked[:-2] & side[1:-1] & ~marked[1:-1]
    for after, links in ((1, next_to), (2, over_one)):
        xmr_patterns.outside_groups(links, drawn.starts, after + 1)
    linked: Bytes = next_to | over_one
    later: Bytes = np.zeros_like(linked)
    later[1:] = next_to[1:] & linked[:-1]
    later[2:] |= over_one[2:] & linked[:-2]
    between = np.zeros_like(linked)
    between[:-1] = (later & over_one)[1:]
    first: Bytes = linked & ~later
    return first, np.bitwise_or(later, between)


_SIGNS_OF = {
    "control_limits": _limits,
    "control_trend": _trend,
    "control_two_in_three": _two_in_three,
    "control_shift": _shift,
}


def _evidence(
    kind: str, portfolio: Portfolio, drawn: Charts, points: Ints, signs: Bytes, i: int
) -> Evidence:
    """The numbers of the i-th firing: the point, its lines, and all values of its group."""
    point, sign = int(points[i]), int(signs[i])
    series, group = int(portfolio.of[point]), int(drawn.group_of(point))
    first = int(drawn.starts[group])
    rows = slice(first, first + int(drawn.sizes[group]))
    periods = period_texts(portfolio, series, portfolio.ordinal[rows])
    cause = np.array([_CAUSE[kind] + sign - 1], np.uint8)
    meaning = meanings(cause, portfolio.direction[series : series + 1])
    lines = {"mean": drawn.mean, "lower": drawn.lower, "upper": drawn.upper}
    locked = bool(drawn.locked[group])
    written = number if locked else rounded
    shown = {
        name: written(line[group]) for name, line in lines.items() if line[group] == line[group]
    }
    return common(portfolio, point) | {
        "value": number(portfolio.value[point]),
        **shown,
        "cause": CAUSES[cause[0]],
        "kind": MEANINGS[meaning[0]],
        "points": int(drawn.counts[group]),
        "values": numbers(portfolio.value[rows]),
        "periods": periods,
        "pattern": [periods[row - first] for row in _pattern(kind, drawn, point, sign)],
        "at": point - first,
        "short": bool(drawn.short[group]),
        "locked": locked,
    }


def _pattern(kind: str, drawn: Charts, point: int, sign: int) -> list[int]:
    """The rows that make the pattern complete."""
    if kind == "control_limits":
        return [point]
    if kind == "control_two_in_three":
        other = point - 1 if drawn.two_in_three[point - 1] & sign else point - 2
        return [other, point]
    return list(range(point - RUN + 1, point + 1))
