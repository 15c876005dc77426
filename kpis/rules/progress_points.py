"""Many readings judged at once against what their periods were to reach.

Public names::

    judge_points(portfolio, params, series=None) -> (codes (N,) uint8, ties (N,) bool)
    judge_rows(portfolio, params, rows) -> (codes, ties)        of some points only
    STATUSES                what the codes mean; NOT_JUDGED where no rule looked

The rules are those of kpis.rules.progress, in doubles: turned so that more is better,
a value is on track when what is missing to the target is no more than the tolerance
spares. Where that is so close that doubles cannot tell (``portfolio.TIE``, relative to
the numbers compared) the point is a tie and progress.judge has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kpis.rules.portfolio import CONTEXT, HOLD, TIE, Bools, Bytes, Floats, Ints, Portfolio
from kpis.rules.rules_catalogue import Typed, tolerances
from kpis.rules.targets import Tolerances

STATUSES = ("on_track", "at_risk", "off_track", "indeterminate", "no_target", "context")
ON_TRACK, AT_RISK, OFF_TRACK, INDETERMINATE, NO_TARGET, OF_CONTEXT = range(6)
NOT_JUDGED = 255
_BLOCK = 32_768  # points; their doubles fit the second cache

Rows = slice | Ints


def judge_points(
    portfolio: Portfolio, params: Mapping[str, Typed], series: Bools | None = None
) -> tuple[Bytes, Bools]:
    """The status of every point of the series marked (all of them if none are given).

    Raises TolerancesRefused.
    """
    if series is not None and not series.all():
        rows = np.flatnonzero(series[portfolio.of])
        codes, ties = (
            np.full(portfolio.points, NOT_JUDGED, np.uint8),
            np.zeros(portfolio.points, bool),
        )
        codes[rows], ties[rows] = judge_rows(portfolio, params, rows)
        return codes, ties
    return _in_blocks(portfolio, None, portfolio.points, tolerances(params))


def judge_rows(
    portfolio: Portfolio, params: Mapping[str, Typed], rows: Ints
) -> tuple[Bytes, Bools]:
    """The status of some points. Raises TolerancesRefused."""
    return _in_blocks(portfolio, rows, len(rows), tolerances(params))


def _in_blocks(
    portfolio: Portfolio, rows: Ints | None, n: int, allowed: Tolerances
) -> tuple[Bytes, Bools]:
    codes, ties = np.empty(n, np.uint8), np.empty(n, bool)
    for first in range(0, n, _BLOCK):
        block = slice(first, min(first + _BLOCK, n))
        chosen: Rows = block if rows is None else rows[block]
        codes[block], ties[block] = _judge(portfolio, chosen, allowed)
    return codes, ties


def _judge(portfolio: Portfolio, rows: Rows, allowed: Tolerances) -> tuple[Bytes, Bools]:
    direction = portfolio.direction[portfolio.of[rows]]
    asked = portfolio.asked_low[rows]
    with np.errstate(invalid="ignore"):
        codes, ties, unsure = _rising_or_falling(portfolio, rows, direction, asked, allowed)
        unsure |= direction == HOLD
        some = np.flatnonzero(unsure)
        if len(some):
            chosen = np.arange(portfolio.points)[rows][some]
            codes[some], ties[some] = _in_bands(portfolio, chosen, allowed)
    codes[np.isnan(asked)] = NO_TARGET
    codes[direction == CONTEXT] = OF_CONTEXT
    ties &= codes <= INDETERMINATE
    return codes, ties


def _rising_or_falling(
    portfolio: Portfolio,
    rows: Rows,
    direction: NDArray[np.int8],
    asked: Floats,
    allowed: Tolerances,
) -> tuple[Bytes, Bools, Bools]:
    """Codes and ties of plain values that should rise or fall, and which points are not such."""
    value = portfolio.value[rows] * direction
    target = asked * direction
    way = np.fmax(target - portfolio.baseline[rows] * direction, 0)
    scale = np.abs(target)
    size = scale + np.abs(value) + way
    scale[scale == 0] = 1
    scale *= way == 0
    missing = target - value
    on_track = _spare(way, scale, *_shares(allowed)[0]) - missing
    at_risk = _spare(way, scale, *_shares(allowed)[1]) - missing
    codes = (OFF_TRACK - (on_track >= 0).view(np.uint8)) - (at_risk >= 0).view(np.uint8)
    size *= TIE
    ties = np.abs(on_track) <= size
    ties |= np.abs(at_risk) <= size
    return codes.astype(np.uint8, copy=False), ties, np.isnan(value)


def _shares(allowed: Tolerances) -> tuple[tuple[float, float], tuple[float, float]]:
    """For on track and for at risk: the share of the way, and of the target, that may be missing."""
    return (
        (float(1 - allowed.on_track_from), float(allowed.on_track_within) / 100),
        (float(1 - allowed.at_risk_from), float(allowed.at_risk_within) / 100),
    )


def _spare(way: Floats, scale: Floats, of_way: float, of_scale: float) -> Floats:
    """How much may be missing: a share of the way, or of the target where there is no way."""
    spare: Floats = way * of_way
    spare += scale * of_scale
    return spare


def _in_bands(portfolio: Portfolio, rows: Ints, allowed: Tolerances) -> tuple[Bytes, Bools]:
    """Codes and ties of ranges to hold and of values that are bounds, by both of their ends."""
    direction = portfolio.direction[portfolio.of[rows]]
    low, high = portfolio.asked_low[rows], portfolio.asked_high[rows]
    start = portfolio.baseline[rows]
    way = np.select(
        [direction == 1, direction == -1],
        [low - start, start - high],
        np.fmax(low - start, start - high),
    )
    way = np.fmax(way, 0)
    scale = np.where(high > low, high - low, np.abs(low))
    scale[scale == 0] = 1
    scale *= way == 0
    least, most = portfolio.low[rows], portfolio.high[rows]
    size = TIE * (np.abs(low) + np.abs(high) + way)
    sure, never, ties = [], [], np.zeros(len(rows), bool)
    for shares in _shares(allowed):
        spare = _spare(way, scale, *shares)
        floor = np.where(direction == -1, -np.inf, low - spare)
        ceiling = np.where(direction == 1, np.inf, high + spare)
        sure.append((least >= floor) & (most <= ceiling))
        never.append((most < floor) | (least > ceiling))
        for end in (least, most):
            for edge in (floor, ceiling):
                ties |= np.isfinite(edge) & np.isfinite(end) & (np.abs(end - edge) <= size)
    codes = np.select(
        [sure[0], never[1], ~sure[1] | ~never[0]], [ON_TRACK, OFF_TRACK, INDETERMINATE], AT_RISK
    )
    return codes.astype(np.uint8), ties
