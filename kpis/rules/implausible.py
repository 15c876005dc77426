"""Values that can hardly be true: out of any range, an impossible jump, far from all others.

Public names::

    fire(portfolio, params, series=None) -> Fired
    spread_of(values) -> (median, spread)              exact, of fractions
    too_far(values, value, limit) -> bool              the robust z-test, exact
    jumped(previous, value, limit) -> bool             the jump test, exact
    SPREAD = 1.4826, LEAST = 6

Three tests, in this order; the first that fires names the finding. Each is off when its
setting is empty.

* range: below ``low`` or above ``high``.
* jump: more than ``jump`` per cent away from the value before it in the same baseline
  group; none after a zero.
* z: farther from the median of its baseline group than ``z`` times 1.4826 × MAD, where
  MAD is the median distance from the median (Iglewicz and Hoaglin, How to Detect and
  Handle Outliers, 1993; Leys and others, Detecting outliers, J. Exp. Soc. Psychol. 49,
  2013); the factor makes it estimate a standard deviation. Not for fewer than six
  values, nor where more than half of them are equal (MAD 0: no yardstick).

Bounds are left alone. What doubles cannot tell is decided in fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np

from kpis.rules.evidence import common, fraction, number, numbers, rounded
from kpis.rules.neighbours import points_of
from kpis.rules.portfolio import Bools, Bytes, Evidence, Fired, Floats, Ints, Portfolio
from kpis.rules.rules_catalogue import Typed
from kpis.rules.values import to_text
from kpis.rules.xmr_lines import group_starts

SPREAD = Fraction("1.4826")
LEAST = 6
_NEAR = 1e-9
_BLOCK = 32_768


def fire(portfolio: Portfolio, params: Mapping[str, Typed], series: Bools | None = None) -> Fired:
    """Where values are implausible, on the series marked (all if none are)."""
    rows, values, starts = _present(portfolio)
    z, low, high, jump = (_setting(params, name) for name in ("z", "low", "high", "jump"))
    test = np.zeros(portfolio.points, np.uint8)
    if z is not None:
        test[rows[_far(values, starts, z)]] = _Z
    if jump is not None:
        test[rows[_jumps(values, starts, jump)]] = _JUMP
    if low is not None:
        test[portfolio.value < float(low)] = _RANGE
    if high is not None:
        test[portfolio.value > float(high)] = _RANGE
    marked = points_of(portfolio, series)
    points = np.flatnonzero(test if marked is None else test * marked)
    return Fired(
        series=portfolio.of[points],
        ordinal=portfolio.ordinal[points],
        point=points,
        holds=np.zeros(portfolio.points, bool),
        evidence=partial(_evidence, portfolio, params, points, test[points]),
    )


_Z, _JUMP, _RANGE = 1, 2, 3
_TESTS = {_Z: "z", _JUMP: "jump", _RANGE: "range"}


def _setting(params: Mapping[str, Typed], name: str) -> Decimal | None:
    """A test's limit; None when it is off."""
    given = params.get(name, "6" if name == "z" else "")
    return None if given == "" else Decimal(given)


def _present(portfolio: Portfolio) -> tuple[Ints, Floats, Ints]:
    """The points that have a value, the values, and where each baseline group starts among them."""
    blank = np.isnan(portfolio.value)
    if not blank.any():
        return np.arange(portfolio.points), portfolio.value, group_starts(portfolio.group)
    rows = np.flatnonzero(~blank)
    return rows, portfolio.value[rows], group_starts(portfolio.group[rows])


def _jumps(values: Floats, starts: Ints, jump: Decimal) -> Ints:
    """Which values lie more than ``jump`` per cent away from the one before."""
    before = values[:-1]
    away = np.abs(values[1:] - before)
    allowed = np.abs(before) * (float(jump) / 100)
    likely = 1 + np.flatnonzero((away >= allowed * (1 - _NEAR)) & (before != 0))
    likely = likely[~np.isin(likely, starts)]
    sure = away[likely - 1] > allowed[likely - 1] * (1 + _NEAR)
    for i in np.flatnonzero(~sure).tolist():
        row = int(likely[i])
        sure[i] = jumped(fraction(values[row - 1]), fraction(values[row]), Fraction(jump))
    return likely[sure]


def jumped(previous: Fraction, value: Fraction, limit: Fraction) -> bool:
    """Whether the change from ``previous`` is more than ``limit`` per cent of it, either way."""
    return previous != 0 and 100 * abs(value - previous) > limit * abs(previous)


def _far(values: Floats, starts: Ints, z: Decimal) -> Ints:
    """Which values lie farther from their group's median than ``z`` spreads."""
    found = [np.zeros(0, np.int64)]
    bound = float(SPREAD * Fraction(z))
    for rows in _equally_long(starts, len(values)):
        table = values[rows]
        median = _median(table)[:, None]
        away = np.abs(table - median)
        allowed = bound * _median(away)[:, None]
        error = 1e-15 * np.abs(table).max(axis=1, keepdims=True) + _NEAR * allowed
        line, place = np.nonzero((away >= allowed - error) & (allowed > 0))
        sure = away[line, place] > (allowed + error)[line, 0]
        for i in np.flatnonzero(~sure).tolist():
            row = table[line[i]].tolist()
            group = [fraction(x) for x in row]
            sure[i] = too_far(group, group[place[i]], Fraction(z))
        found.append(rows[line, place][sure])
    return np.concatenate(found)


def _equally_long(starts: Ints, n: int) -> Iterator[Ints]:
    """Tables of row numbers, one line per group, groups of one length together, in blocks."""
    sizes = np.diff(starts, append=n)
    for size in np.unique(sizes[sizes >= LEAST]).tolist():
        first = starts[sizes == size]
        lines = max(1, _BLOCK // size)
        for block in range(0, len(first), lines):
            yield first[block : block + lines, None] + np.arange(size)


def _median(table: Floats) -> Floats:
    """The median of each line."""
    ordered = np.sort(table, axis=1)
    size = table.shape[1]
    median: Floats = (ordered[:, (size - 1) // 2] + ordered[:, size // 2]) / 2
    return median


def spread_of(values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """The median and 1.4826 × the median distance from it."""
    median = _middle(values)
    return median, SPREAD * _middle([abs(v - median) for v in values])


def _middle(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def too_far(values: Sequence[Fraction], value: Fraction, limit: Fraction) -> bool:
    """Whether ``value`` lies farther from the median of ``values`` than ``limit`` spreads."""
    if len(values) < LEAST:
        return False
    median, spread = spread_of(values)
    return spread > 0 and abs(value - median) > limit * spread


def _evidence(
    portfolio: Portfolio, params: Mapping[str, Typed], points: Ints, tests: Bytes, i: int
) -> Evidence:
    point, test = int(points[i]), _TESTS[int(tests[i])]
    told = common(portfolio, point) | {"test": test, "value": number(portfolio.value[point])}
    value = float(portfolio.value[point])
    group = _group_of(portfolio, point)
    if test == "range":
        ends = {name: _setting(params, name) for name in ("low", "high")}
        return told | {name: to_text(end) for name, end in ends.items() if end is not None}
    if test == "jump":
        before = float(portfolio.value[group[group < point][-1]])
        limit = _setting(params, "jump")
        return told | {
            "previous": number(before),
            "change": rounded(100 * (value - before) / abs(before)),
            "limit": to_text(limit or Decimal(0)),
        }
    values = portfolio.value[group]
    median = float(np.median(values))
    spread = float(SPREAD) * float(np.median(np.abs(values - median)))
    return told | {
        "median": rounded(median),
        "spread": rounded(spread),
        "z": rounded(abs(value - median) / spread),
        "limit": to_text(_setting(params, "z") or Decimal(0)),
        "values": numbers(values),
    }


def _group_of(portfolio: Portfolio, point: int) -> Ints:
    """The points of the same baseline group that have a value."""
    series = int(portfolio.of[point])
    own = slice(int(portfolio.offsets[series]), int(portfolio.offsets[series + 1]))
    same = (portfolio.group[own] == portfolio.group[point]) & ~np.isnan(portfolio.value[own])
    return own.start + np.flatnonzero(same)
