"""Off target or off its trajectory, for so many periods in a row.

Public names::

    fire(portfolio, params, series=None, *, codes=None, told=None) -> Fired

Each period that ends, or goes on, a row of ``consecutive`` periods off track (or at
risk, if ``fires_on`` says so) is a finding. A period without a value ends a row: it was
not seen to fail. Bad periods before the row is long enough are in ``holds``.

``codes`` are the statuses where they are known already (progress.judge_points with its
ties settled); ``told`` gives the evidence of progress.judge for a point from its exact
decimals. Without them both come from the doubles, each taken as the shortest decimal
that means the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

import numpy as np

from kpis.rules.evidence import DIRECTION_NAMES, common, number, period_texts
from kpis.rules.neighbours import follows, in_a_row, points_of, row_before
from kpis.rules.portfolio import Bools, Bytes, Evidence, Fired, Ints, Portfolio
from kpis.rules.progress import judge
from kpis.rules.progress_points import AT_RISK, OFF_TRACK, STATUSES, judge_points
from kpis.rules.rules_catalogue import Typed, tolerances
from kpis.rules.targets import Direction, Target
from kpis.rules.values import Observation

Told = Callable[[int], Evidence]
_NAMES: dict[str, Direction] = {
    "increase": "increase",
    "decrease": "decrease",
    "hold": "hold",
    "context": "context",
}


def fire(
    portfolio: Portfolio,
    params: Mapping[str, Typed],
    series: Bools | None = None,
    *,
    codes: Bytes | None = None,
    told: Told | None = None,
) -> Fired:
    """Where series marked (all if none are) are off track for long enough."""
    if codes is None:
        codes = _settled(portfolio, params, series)
    bad = codes == OFF_TRACK
    if params.get("fires_on", "off_track") != "off_track":
        bad |= codes == AT_RISK
    marked = points_of(portfolio, series)
    if marked is not None:
        bad &= marked
    beside = follows(portfolio)
    fires = in_a_row(bad, beside, int(params.get("consecutive", 1)))
    points = np.flatnonzero(fires)
    return Fired(
        series=portfolio.of[points],
        ordinal=portfolio.ordinal[points],
        point=points,
        holds=bad & ~fires,
        evidence=partial(
            _evidence,
            portfolio,
            points,
            codes,
            bad,
            beside,
            told or partial(_told, portfolio, params),
        ),
    )


def _settled(portfolio: Portfolio, params: Mapping[str, Typed], series: Bools | None) -> Bytes:
    """The statuses, ties judged on the decimals that the doubles stand for."""
    codes, ties = judge_points(portfolio, params, series)
    for point in np.flatnonzero(ties).tolist():
        codes[point] = STATUSES.index(str(_told(portfolio, params, point)["status"]))
    return codes


def _evidence(
    portfolio: Portfolio,
    points: Ints,
    codes: Bytes,
    bad: Bools,
    beside: Bools,
    told: Told,
    i: int,
) -> Evidence:
    point = int(points[i])
    series, first = int(portfolio.of[point]), row_before(bad, beside, point)
    row = period_texts(portfolio, series, portfolio.ordinal[first : point + 1])
    status = STATUSES[codes[point]]
    return (
        told(point)
        | common(portfolio, point)
        | {
            "status": status,
            "row": row,
            "running": len(row),
        }
    )


def _told(portfolio: Portfolio, params: Mapping[str, Typed], point: int) -> Evidence:
    """What progress.judge says of a point, from its doubles."""
    direction = _NAMES[DIRECTION_NAMES[int(portfolio.direction[portfolio.of[point]])]]
    low, high = _decimal(portfolio.asked_low[point]), _decimal(portfolio.asked_high[point])
    target = None
    if low is not None and high is not None:
        target = Target(low=low, high=high) if direction == "hold" else Target(value=low)
    baseline = _decimal(portfolio.baseline[point])
    found = judge(direction, _observation(portfolio, point), target, baseline, tolerances(params))
    return {**found.evidence, "status": found.status}


def _decimal(x: float) -> Decimal | None:
    text = number(x)
    return None if text is None else Decimal(text)


def _observation(portfolio: Portfolio, point: int) -> Observation:
    low, high = float(portfolio.low[point]), float(portfolio.high[point])
    if low == high:
        return Observation(value=_decimal(low))
    if low == -np.inf:
        return Observation("<", _decimal(high))
    if high == np.inf:
        return Observation(">", _decimal(low))
    return Observation("range", _decimal(low), _decimal(high))
