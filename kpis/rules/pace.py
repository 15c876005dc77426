"""Going on at this pace, will the next target be missed?

Public names::

    fire(portfolio, params, *, next_low, next_high, next_ordinal, series=None) -> Fired
    projection(offsets, values, ahead) -> (slope, projected)        exact, of fractions
    missing(direction, projected, low, high) -> Fraction
    spare(direction, low, high, baseline, within) -> Fraction

At every point that has a later target the straight line of least squares through the
last ``points`` values of its baseline group (by period, so that gaps count) is drawn on
to the target's period. It is a finding when what it then misses is more than ``within``
per cent of the way from baseline to target (of the target where there is no way; of a
range's width). No finding on bounds, nor where the value is off track already by the
usual tolerances: the rule on progress speaks of it then. Such points are in ``holds``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np

from kpis.rules.evidence import (
    DIRECTION_NAMES,
    common,
    fraction,
    number,
    numbers,
    period_texts,
    rounded,
)
from kpis.rules.neighbours import points_of
from kpis.rules.portfolio import CONTEXT, HOLD, TIE, Bools, Evidence, Fired, Floats, Ints, Portfolio
from kpis.rules.progress_points import OFF_TRACK, judge_rows
from kpis.rules.rules_catalogue import Typed, typed
from kpis.rules.values import to_text

_BLOCK = 32_768


@dataclass(frozen=True, slots=True)
class _Next:
    """What the next target after each point is: its ends and the ordinal of its period."""

    low: Floats
    high: Floats
    ordinal: Ints


def fire(
    portfolio: Portfolio,
    params: Mapping[str, Typed],
    *,
    next_low: Floats,
    next_high: Floats,
    next_ordinal: Ints,
    series: Bools | None = None,
) -> Fired:
    """Where the next target will be missed; NaN in ``next_low``: there is none."""
    following = _Next(next_low, next_high, next_ordinal)
    count = int(params.get("points", 6))
    within = Decimal(params.get("within", "10"))
    rows = np.flatnonzero(~np.isnan(portfolio.value))
    found = [np.zeros(0, np.int64)]
    for first in range(0, len(rows) - count + 1, _BLOCK):
        block = rows[first : first + _BLOCK + count - 1]
        found.append(_misses(portfolio, following, block, count, within))
    points = np.concatenate(found)
    marked = points_of(portfolio, series)
    if marked is not None:
        points = points[marked[points]]
    codes, _ties = judge_rows(portfolio, typed("progress", {}), points)
    holds = np.zeros(portfolio.points, bool)
    holds[points[codes == OFF_TRACK]] = True
    points = points[codes != OFF_TRACK]
    return Fired(
        series=portfolio.of[points],
        ordinal=portfolio.ordinal[points],
        point=points,
        holds=holds,
        evidence=partial(_evidence, portfolio, following, points, count, within),
    )


def _misses(
    portfolio: Portfolio, following: _Next, rows: Ints, count: int, within: Decimal
) -> Ints:
    """The points among ``rows``, from the ``count``-th on, whose line misses the next target."""
    values, when = portfolio.value[rows], portfolio.ordinal[rows]
    ends = rows[count - 1 :]
    span = when[count - 1 :] - when[: len(ends)]
    ahead = following.ordinal[ends] - when[count - 1 :]
    group = portfolio.group[rows]
    usable = (group[count - 1 :] == group[: len(ends)]) & (ahead > 0)
    usable &= ~np.isnan(following.low[ends])
    with np.errstate(invalid="ignore"):
        projected = _projected(values, ahead, count)
        gaps = np.flatnonzero(usable & (span != count - 1))
        if len(gaps):
            projected[gaps] = _with_gaps(values, when, gaps, ahead[gaps], count)
        over, error = _over(portfolio, following, ends, projected, within)
        sure = usable & (over > error)
        near = usable & (np.abs(over) <= error)
    for i in np.flatnonzero(near).tolist():
        sure[i] = _misses_exactly(portfolio, following, rows[i : i + count].tolist(), within)
    misses: Ints = ends[sure]
    return misses


def _projected(values: Floats, ahead: Ints, count: int) -> Floats:
    """The line through each ``count`` values one period apart, drawn on ``ahead`` periods."""
    n = len(values) - count + 1
    slope, mean = np.zeros(n), np.zeros(n)
    for k in range(count // 2):
        early, late = values[k : k + n], values[count - 1 - k : count - 1 - k + n]
        slope += (late - early) * ((count - 1) / 2 - k)
        mean += early
        mean += late
    if count % 2:
        mean += values[count // 2 : count // 2 + n]
    slope *= 12 / (count * (count * count - 1))
    mean /= count
    slope *= ahead + (count - 1) / 2
    mean += slope
    return mean


def _with_gaps(values: Floats, when: Ints, first: Ints, ahead: Ints, count: int) -> Floats:
    """The same where periods are missing among the values."""
    rows = first[:, None] + np.arange(count)
    x, y = when[rows].astype(np.float64), values[rows]
    middle = x.mean(axis=1, keepdims=True)
    off = x - middle
    slope = (off * y).sum(axis=1) / (off * off).sum(axis=1)
    projected: Floats = y.mean(axis=1) + slope * (x[:, -1] + ahead - middle[:, 0])
    return projected


def _over(
    portfolio: Portfolio, following: _Next, ends: Ints, projected: Floats, within: Decimal
) -> tuple[Floats, Floats]:
    """By how much more than allowed the target is missed (NaN: not judged), and the error of that."""
    direction = portfolio.direction[portfolio.of[ends]]
    target = following.low[ends] * direction
    way = np.fmax(target - portfolio.baseline[ends] * direction, 0)
    scale = np.abs(target)
    size = scale + np.abs(portfolio.value[ends]) + np.abs(projected) + way
    scale[scale == 0] = 1
    scale *= way == 0
    over = target - projected * direction
    over -= (way + scale) * (float(within) / 100)
    odd = np.flatnonzero((direction == HOLD) | (direction == CONTEXT))
    if len(odd):
        _over_of_ranges(portfolio, following, ends[odd], projected[odd], within, over, size, odd)
        over[direction == CONTEXT] = np.nan
    size *= TIE
    return over, size


def _over_of_ranges(
    portfolio: Portfolio,
    following: _Next,
    ends: Ints,
    projected: Floats,
    within: Decimal,
    over: Floats,
    size: Floats,
    at: Ints,
) -> None:
    """The same for ranges to hold, written into ``over`` and ``size`` at ``at``."""
    low, high, start = following.low[ends], following.high[ends], portfolio.baseline[ends]
    way = np.fmax(np.fmax(low - start, start - high), 0)
    scale = high - low
    scale += (scale == 0) * np.abs(low)
    scale += scale == 0
    scale *= way == 0
    over[at] = np.maximum(low - projected, projected - high) - (way + scale) * (float(within) / 100)
    size[at] = np.abs(projected) + np.abs(portfolio.value[ends]) + np.abs(low) + np.abs(high) + way


def _misses_exactly(
    portfolio: Portfolio, following: _Next, rows: Sequence[int], within: Decimal
) -> bool:
    last = rows[-1]
    offsets = [int(portfolio.ordinal[r] - portfolio.ordinal[last]) for r in rows]
    ahead = int(following.ordinal[last] - portfolio.ordinal[last])
    _slope, projected = projection(offsets, [fraction(portfolio.value[r]) for r in rows], ahead)
    direction = DIRECTION_NAMES[int(portfolio.direction[portfolio.of[last]])]
    low, high = fraction(following.low[last]), fraction(following.high[last])
    start = portfolio.baseline[last]
    baseline = None if np.isnan(start) else fraction(start)
    allowed = spare(direction, low, high, baseline, Fraction(within))
    return missing(direction, projected, low, high) > allowed


def projection(
    offsets: Sequence[int], values: Sequence[Fraction], ahead: int
) -> tuple[Fraction, Fraction]:
    """The slope per period of the line of least squares, and its height ``ahead`` periods after 0."""
    n = len(values)
    middle, mean = Fraction(sum(offsets), n), sum(values, Fraction(0)) / n
    across = sum(((o - middle) ** 2 for o in offsets), Fraction(0))
    rise = sum(((o - middle) * v for o, v in zip(offsets, values, strict=True)), Fraction(0))
    slope = rise / across if across else Fraction(0)
    return slope, mean + slope * (ahead - middle)


def missing(direction: str, projected: Fraction, low: Fraction, high: Fraction) -> Fraction:
    """By how much the line misses the target; negative when it beats it."""
    if direction == "increase":
        return low - projected
    if direction == "decrease":
        return projected - high
    return max(low - projected, projected - high)


def spare(
    direction: str, low: Fraction, high: Fraction, baseline: Fraction | None, within: Fraction
) -> Fraction:
    """How much may be missed: ``within`` per cent of the way, or of the target where there is none."""
    way = Fraction(0)
    if baseline is not None:
        way = max(missing(direction, baseline, low, high), Fraction(0))
    return (way or high - low or abs(low) or Fraction(1)) * within / 100


def _evidence(
    portfolio: Portfolio,
    following: _Next,
    points: Ints,
    count: int,
    within: Decimal,
    i: int,
) -> Evidence:
    point = int(points[i])
    series, now = int(portfolio.of[point]), int(portfolio.ordinal[point])
    own = np.arange(int(portfolio.offsets[series]), point + 1)
    rows = own[~np.isnan(portfolio.value[own])][-count:]
    offsets, values = portfolio.ordinal[rows] - now, portfolio.value[rows]
    ahead = int(following.ordinal[point]) - now
    off = offsets - offsets.mean()
    slope = float((off * values).sum() / (off * off).sum())
    projected = float(values.mean() + slope * (ahead - offsets.mean()))
    low, high = float(following.low[point]), float(following.high[point])
    told = common(portfolio, point)
    target = high if told["direction"] == "decrease" or projected > high else low
    *periods, target_period = period_texts(
        portfolio, series, np.append(portfolio.ordinal[rows], now + ahead)
    )
    if low != high:
        told |= {"target_low": number(low), "target_high": number(high)}
    if (baseline := number(portfolio.baseline[point])) is not None:
        told["baseline"] = baseline
    return told | {
        "values": numbers(values),
        "periods": periods,
        "offsets": offsets.tolist(),
        "ahead": ahead,
        "slope": rounded(slope),
        "pace": rounded(slope),
        "needed": rounded((target - float(values[-1])) / ahead),
        "last": number(portfolio.value[point]),
        "target": number(target),
        "target_period": target_period,
        "projected": rounded(projected),
        "points": count,
        "within": to_text(within),
    }
