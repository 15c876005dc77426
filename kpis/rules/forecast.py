"""Where a series will stand at the end of its year: an interval, with how it was found.

Public names::

    LEAST_POINTS = 6, LEVEL = 0.8
    year_end(values, *, how, frequency, fiscal_start=1, today=None, floor=None, ceiling=None)
        -> Forecast | NoForecast
    Forecast(year, low, middle, high, method, points, horizon, …)
    NoForecast(why, points, …)           "few", "gap", "old", "no_ratio"

The year is that of the first period after the newest value; a yearly KPI's is the next
one. What the year's value is (``how``) says kpis.rules.aggregate: of what adds up, only
the rest of the year is forecast, and what was reported stands.

The interval, in steps:

1. Three ways to go on: "last" (the newest value stays), "drift" (the average step per
   period goes on), "season" (as in the same period of the year before; needs a year and
   four values more, without a gap). The one with the least mean absolute error wins.
2. Its errors are found by rolling origin: it is asked at each past period, with what was
   known then, for the very thing wanted now (the value, or the mean, ``horizon`` periods
   on), at the longest horizon that leaves four errors.
3. Half the width is the ⌈0.8 (k + 1)⌉-th smallest of the k absolute errors (the split
   conformal quantile: no distribution is assumed), times (horizon ÷ horizon tried)^¼
   where errors were tried at a shorter one, times √(1 + 1.5 (horizon tried − 1) ÷ k), since
   errors over spans that overlap tell less than k of them.

The two last factors are measured, not derived: by them the interval holds near 80 per
cent of the time on the series of `make bench` and on simulated ones
(kpis/rules/coverage.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from kpis.rules.aggregate import (
    AVERAGE,
    CUMULATIVE,
    RATIO_OF_SUMS,
    SUM,
    periods_of,
    year_of,
)
from kpis.rules.periods import Frequency, Period, next_period, previous_period
from kpis.rules.values import Observation, as_float

Method = Literal["last", "drift", "season"]
Why = Literal["few", "gap", "old", "no_ratio"]
Quantity = Literal["value", "mean"]

LEVEL = 0.8
LEAST_POINTS = 6
MOST_POINTS = 260  # older values say little, and a page is waiting
_FIRST_ORIGIN = 2
_LEAST_ERRORS = 4
_SEASON = {"weekly": 52, "monthly": 12, "quarterly": 4, "half_yearly": 2, "yearly": 1}
_OLD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NoForecast:
    """Why there is none: too "few" values, a "gap" in a year that adds up, values too "old",
    or values without the two parts of a ratio ("no_ratio").
    """

    why: Why
    points: int
    year: Period | None = None
    missing: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """The 80 per cent interval of a year's value, in the KPI's unit.

    ``horizon`` periods are left; errors were ``tried`` at that horizon or a shorter one,
    ``errors`` of them; ``next`` is what the rest was taken to be per period (for the last
    value: at the year's end), ``half_width`` the error allowed on that. ``so_far`` holds
    what was reported of the year when that is part of the value, in ``reported`` periods.
    """

    year: Period
    low: float
    middle: float
    high: float
    how: str
    method: Method
    points: int
    horizon: int
    tried: int
    errors: int
    next: float
    half_width: float
    so_far: float | None
    reported: int
    newest: Period


@dataclass(frozen=True, slots=True)
class _Rest:
    """The forecast of the rest, per period: its middle and half its width, and how they were found."""

    middle: float
    half_width: float
    method: Method
    tried: int
    errors: int


def year_end(
    values: Mapping[Period, Observation],
    *,
    how: str,
    frequency: Frequency,
    fiscal_start: int = 1,
    today: date | None = None,
    floor: float | None = None,
    ceiling: float | None = None,
) -> Forecast | NoForecast:
    """The year's value as an interval. ``values`` are of complete periods; bounds do not count.

    ``floor`` and ``ceiling`` cut an interval that reaches where no value can be. With
    ``today`` a year that was over more than a year ago is not forecast.
    """
    numbers = {p: x for p in sorted(values) if (x := as_float(values[p])) is not None}
    if len(numbers) < LEAST_POINTS:
        return NoForecast("few", len(numbers))
    newest = max(numbers)
    year = year_of(next_period(newest, frequency, fiscal_start), frequency, fiscal_start)
    if today is not None and year.end < today - _OLD:
        return NoForecast("old", len(numbers), year)
    periods = periods_of(year, frequency, fiscal_start)
    ahead = [p for p in periods if p > newest]
    missing = tuple(p for p in periods if p < newest and p not in numbers)
    if missing and how in (SUM, AVERAGE, RATIO_OF_SUMS):
        return NoForecast("gap", len(numbers), year, missing)
    known = numbers
    if how == CUMULATIVE:
        known = increments(numbers, frequency, fiscal_start)
    weights = _denominators(values, numbers) if how == RATIO_OF_SUMS else []
    if how == RATIO_OF_SUMS and not weights:
        return NoForecast("no_ratio", len(numbers), year)
    if len(known) < LEAST_POINTS:
        return NoForecast("few", len(known), year)
    row = list(known.values())[-MOST_POINTS:]
    adds = how in (SUM, AVERAGE, RATIO_OF_SUMS, CUMULATIVE)
    season = _SEASON[frequency] if _unbroken(list(known), frequency, fiscal_start) else 1
    rest = _rest(row, len(ahead), season, "mean" if adds else "value")
    done = [p for p in periods if p in numbers]
    so_far, middle, spread = _of_year(how, [numbers[p] for p in done], rest, len(ahead), weights)
    low, high = middle - spread, middle + spread
    return Forecast(
        year=year,
        low=low if floor is None else max(low, floor),
        middle=_within(middle, floor, ceiling),
        high=high if ceiling is None else min(high, ceiling),
        how=how,
        method=rest.method,
        points=len(known),
        horizon=len(ahead),
        tried=rest.tried,
        errors=rest.errors,
        next=rest.middle,
        half_width=rest.half_width,
        so_far=so_far,
        reported=len(done),
        newest=newest,
    )


def increments(
    numbers: Mapping[Period, float], frequency: Frequency, fiscal_start: int = 1
) -> dict[Period, float]:
    """What each period added to a value that holds its year so far; none after a gap."""
    found = {}
    for period, value in numbers.items():
        before = previous_period(period, frequency, fiscal_start)
        year = year_of(period, frequency, fiscal_start)
        if year_of(before, frequency, fiscal_start) != year:
            found[period] = value
        elif before in numbers:
            found[period] = value - numbers[before]
    return found


def _denominators(
    values: Mapping[Period, Observation], numbers: Mapping[Period, float]
) -> list[float]:
    """The denominators in order of time; none when one is missing."""
    parts = [values[p].denominator for p in numbers]
    return [] if None in parts else [float(part) for part in parts if part is not None]


def _unbroken(periods: Sequence[Period], frequency: Frequency, fiscal_start: int) -> bool:
    pairs = pairwise(periods)
    return all(next_period(a, frequency, fiscal_start) == b for a, b in pairs)


def _of_year(
    how: str, done: Sequence[float], rest: _Rest, left: int, weights: Sequence[float]
) -> tuple[float | None, float, float]:
    """(so far, middle, half width) of the year's value from what is done and the rest."""
    if how == SUM:
        so_far = math.fsum(done)
        return so_far, so_far + left * rest.middle, left * rest.half_width
    if how == CUMULATIVE:
        so_far = done[-1] if done else 0.0
        return so_far, so_far + left * rest.middle, left * rest.half_width
    if how in (AVERAGE, RATIO_OF_SUMS):
        shares = list(weights[len(weights) - len(done) :]) if weights else [1.0] * len(done)
        recent = weights[-12:] or [1.0]
        to_come = left * math.fsum(recent) / len(recent)
        weight = math.fsum(shares)
        so_far = math.fsum(x * w for x, w in zip(done, shares, strict=True))
        whole = weight + to_come
        middle = (so_far + to_come * rest.middle) / whole
        return (so_far / weight if done else None), middle, to_come / whole * rest.half_width
    return None, rest.middle, rest.half_width


def _within(value: float, floor: float | None, ceiling: float | None) -> float:
    value = value if floor is None else max(value, floor)
    return value if ceiling is None else min(value, ceiling)


def _rest(row: Sequence[float], horizon: int, season: int, quantity: Quantity) -> _Rest:
    """The best of the three ways for what comes ``horizon`` periods on."""
    best: tuple[float, _Rest] | None = None
    for method in ("last", "drift", "season"):
        found = _tried(row, horizon, season, quantity, method)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    assert best is not None
    return best[1]


def _tried(
    row: Sequence[float], horizon: int, season: int, quantity: Quantity, method: Method
) -> tuple[float, _Rest] | None:
    """(Mean absolute error, forecast) of one way; None where it cannot be tried."""
    first = season if method == "season" else _FIRST_ORIGIN
    tried = min(horizon, len(row) - first - _LEAST_ERRORS + 1)
    if tried < 1 or (method == "season" and (season == 1 or tried < horizon)):
        return None
    errors = sorted(
        abs(
            _actual(row[o : o + tried], quantity) - _ahead(row[:o], tried, season, quantity, method)
        )
        for o in range(first, len(row) - tried + 1)
    )
    k = len(errors)
    grown = 1.0 if method == "season" else (horizon / tried) ** 0.25
    quantile = errors[min(math.ceil(LEVEL * (k + 1)), k) - 1]
    width = quantile * grown * math.sqrt(1 + 1.5 * (tried - 1) / k)
    middle = _ahead(row, horizon, season, quantity, method)
    return math.fsum(errors) / k * grown, _Rest(middle, width, method, tried, k)


def _actual(came: Sequence[float], quantity: Quantity) -> float:
    return came[-1] if quantity == "value" else math.fsum(came) / len(came)


def _ahead(
    row: Sequence[float], horizon: int, season: int, quantity: Quantity, method: Method
) -> float:
    """What a way says of the value ``horizon`` periods on, or of the mean until there."""
    if method == "last":
        return row[-1]
    if method == "drift":
        step = (row[-1] - row[0]) / (len(row) - 1)
        return row[-1] + step * (horizon if quantity == "value" else (horizon + 1) / 2)
    return _actual([row[len(row) - season + i % season] for i in range(horizon)], quantity)
