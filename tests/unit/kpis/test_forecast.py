"""Where a series will stand at the end of its year: the interval, its method, and how often it holds."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kpis.rules import coverage, forecast
from kpis.rules.coverage import Coverage
from kpis.rules.forecast import Forecast, NoForecast, year_end
from kpis.rules.periods import Frequency, Period, containing, next_period, parse_period
from kpis.rules.values import Observation

ENGLAND = Path(__file__).resolve().parents[3] / "demo" / "data" / "england_ae.csv"
Values = dict[Period, Observation]


def series(
    numbers: Iterable[float | str],
    frequency: Frequency = "monthly",
    start: date = date(2016, 1, 1),
) -> Values:
    period, found = containing(start, frequency), {}
    for each in numbers:
        number = Decimal(each) if isinstance(each, str) else Decimal(repr(round(each, 6)))
        found[period] = Observation("=", number)
        period = next_period(period, frequency)
    return found


def england() -> list[Values]:
    found: dict[str, Values] = {}
    with ENGLAND.open() as file:
        for row in csv.DictReader(file):
            seen = Observation.ratio(
                Decimal(row["numerator"]), Decimal(row["denominator"]), Decimal(100)
            )
            found.setdefault(row["cell"], {})[parse_period(row["period"], "monthly")] = seen
    return list(found.values())


def made(values: Values, how: str = "latest", **given) -> Forecast:  # type: ignore[no-untyped-def]
    found = year_end(values, how=how, **{"frequency": "monthly", **given})
    assert isinstance(found, Forecast)
    return found


def refused(values: Values, how: str = "latest", **given) -> NoForecast:  # type: ignore[no-untyped-def]
    found = year_end(values, how=how, **{"frequency": "monthly", **given})
    assert isinstance(found, NoForecast)
    return found


@pytest.mark.parametrize("how", ["latest", "average", "ratio_of_sums"])
def test_interval_holds_near_80_per_cent_of_the_time_on_the_england_series(how: str) -> None:
    found = sum(
        (
            coverage.held(values, how=how, frequency="monthly", fiscal_start=4)
            for values in england()
        ),
        Coverage(),
    )
    assert found.asked == 65 * 30
    assert 72 <= found.share <= 88


SHAPES: dict[str, Callable[[random.Random, int], float]] = {
    "noise": lambda rng, t: 100 + rng.gauss(0, 3),
    "trend": lambda rng, t: 50 + 1.5 * t + rng.gauss(0, 3),
    "season": lambda rng, t: 100 + 10 * math.sin(math.tau * t / 12) + rng.gauss(0, 2),
    "shift": lambda rng, t: 100 + (20 if t >= 20 else 0) + rng.gauss(0, 3),
}


# A quarter of the forecasts are made in the year of the shift, which nobody can foresee.
LEAST = {"shift": 60}


@pytest.mark.parametrize("shape", SHAPES)
def test_interval_is_not_hopeless_on_other_series(shape: str) -> None:
    rng, found = random.Random(5), Coverage()
    for _ in range(15):
        values = series(SHAPES[shape](rng, t) for t in range(36))
        found += coverage.held(values, how="latest", frequency="monthly")
    assert LEAST.get(shape, 75) <= found.share <= 96


def test_interval_of_a_yearly_random_walk_holds_near_80_per_cent() -> None:
    rng, found = random.Random(5), Coverage()
    for _ in range(40):
        level, numbers = 100.0, []
        for _year in range(16):
            level += rng.gauss(0, 3)
            numbers.append(level)
        found += coverage.held(series(numbers, "yearly"), how="latest", frequency="yearly")
    assert 72 <= found.share <= 88


def test_under_six_values_there_is_none() -> None:
    found = refused(series(["1"] * 5))
    assert found == NoForecast("few", 5)
    assert isinstance(year_end(series(["1"] * 6), how="", frequency="monthly"), Forecast)


def test_bounds_do_not_count_as_values() -> None:
    values = series(["1"] * 6)
    values[max(values)] = Observation("<", Decimal(3))
    assert refused(values).points == 5


def test_a_yearly_kpi_is_forecast_for_the_next_year() -> None:
    found = made(series(["10", "12", "11", "13", "12", "14"], "yearly"), frequency="yearly")
    assert found.year == Period(date(2022, 1, 1), date(2022, 12, 31))
    assert found.horizon == 1
    assert found.low < found.middle < found.high


def test_a_steady_rise_goes_on() -> None:
    found = made(series([str(n) for n in range(1, 19)]))
    assert found.method == "drift"
    assert (found.low, found.middle, found.high) == (24, 24, 24)


def test_a_season_comes_back() -> None:
    year = ["5", "9", "2", "7", "1", "8", "3", "6", "4", "9", "2", "5"]
    found = made(series([*year, *year, *year[:10]]))
    assert found.method == "season"
    assert (found.low, found.middle, found.high) == (5, 5, 5)


def test_a_sum_keeps_what_was_reported_and_adds_the_rest() -> None:
    found = made(series(["10"] * 15), "sum")
    assert (found.so_far, found.reported, found.horizon) == (30, 3, 9)
    assert found.middle == 30 + 9 * 10


def test_an_average_weighs_each_period_alike() -> None:
    values = series([*["10"] * 12, "40", "10", "10", "10", "10", "10"])
    found = made(values, "average")
    assert found.middle == pytest.approx((40 + 10 * 11) / 12)


def test_a_ratio_of_sums_weighs_by_denominators() -> None:
    period, values = containing(date(2016, 1, 1), "monthly"), {}
    for above, below in [(50, 100)] * 12 + [(10, 100)] * 6:
        values[period] = Observation.ratio(Decimal(above), Decimal(below), Decimal(100))
        period = next_period(period, "monthly")
    found = made(values, "ratio_of_sums")
    assert found.so_far == pytest.approx(10)
    assert found.middle == pytest.approx(10)
    assert refused(series(["1"] * 8), "ratio_of_sums").why == "no_ratio"


def test_a_cumulative_value_starts_anew_each_year() -> None:
    numbers = [10.0 * (t % 12 + 1) for t in range(18)]
    found = made(series(numbers), "cumulative")
    assert (found.so_far, found.middle) == (60, 120)


def test_what_adds_up_needs_every_period_so_far() -> None:
    values = series(["10"] * 15)
    gone = sorted(values)[13]
    del values[gone]
    found = refused(values, "sum")
    assert (found.why, found.missing) == ("gap", (gone,))
    assert made(values, "latest").horizon == 9


def test_what_stopped_long_ago_is_not_forecast() -> None:
    values = series(["1"] * 8)
    assert refused(values, today=date(2018, 2, 1)).why == "old"
    assert made(values, today=date(2017, 12, 1)).year.start.year == 2016


def test_an_interval_ends_where_no_value_can_be() -> None:
    values = series(["99", "90", "99", "91", "99", "90", "98"])
    found = made(values, floor=97.9, ceiling=98.1)
    assert (found.low, found.middle, found.high) == (97.9, 98, 98.1)


def test_more_history_than_counts_changes_nothing() -> None:
    rng = random.Random(3)
    numbers = [rng.gauss(0, 1) for _ in range(400)]
    found = made(series(numbers, start=date(1970, 1, 1)))
    assert found.errors <= forecast.MOST_POINTS
