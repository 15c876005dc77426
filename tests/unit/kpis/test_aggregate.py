"""Several values as one: what is added up, what is missing, and what bounds leave open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from kpis.rules.aggregate import (
    Aggregate,
    Extent,
    Part,
    aggregate,
    combine,
    over_parts,
    periods_of,
    year_of,
    year_value,
)
from kpis.rules.periods import Period, containing, parse_period
from kpis.rules.values import NumberRefused, Observation


def number(value: str, comparator: str = "=", high: str | None = None) -> Observation:
    return Observation(comparator, Decimal(value), None if high is None else Decimal(high))  # type: ignore[arg-type]


def ratio(above: int, below: int, comparator: str = "=") -> Observation:
    return Observation.ratio(Decimal(above), Decimal(below), Decimal(100), comparator)  # type: ignore[arg-type]


def parts(*values: Observation | None) -> list[Part]:
    return [Part(chr(97 + i), value) for i, value in enumerate(values)]


def said(found: Aggregate) -> tuple[str, str, str | None] | None:
    seen = found.observation
    if seen is None:
        return None
    return (seen.comparator, str(seen.value), None if seen.high is None else str(seen.high))


@pytest.mark.parametrize(
    ("how", "value"), [("latest", "5"), ("cumulative", "5"), ("sum", "15"), ("average", "5")]
)
def test_numbers(how: str, value: str) -> None:
    found = aggregate(how, parts(number("2"), number("8"), number("5")))
    assert said(found) == ("=", value, None)
    assert found.is_complete


def test_what_is_missing_is_named_and_not_counted_as_zero() -> None:
    found = aggregate("average", parts(number("2"), None, number("4")))
    assert said(found) == ("=", "3", None)
    assert found.missing == ("b",)


def test_the_latest_lacks_only_what_came_after_it() -> None:
    assert aggregate("latest", parts(None, number("2"))).missing == ()
    assert aggregate("latest", parts(number("2"), None)).missing == ("b",)


def test_bounds_are_added_end_by_end() -> None:
    assert said(aggregate("sum", parts(number("5", "<"), number("10")))) == ("<", "15", None)
    assert said(aggregate("sum", parts(number("5", ">"), number("10")))) == (">", "15", None)
    spread = parts(number("1", "range", "3"), number("10"))
    assert said(aggregate("sum", spread)) == ("range", "11", "13")
    assert said(aggregate("average", spread)) == ("range", "5.5", "6.5")
    assert said(aggregate("sum", parts(number("5", "≈"), number("10")))) == ("≈", "15", None)


def test_bounds_to_both_sides_leave_the_sum_open() -> None:
    found = aggregate("sum", parts(number("5", "<"), number("3", ">")))
    assert said(found) is None
    assert found.why == "open"


def test_a_negative_weight_turns_a_bound_round() -> None:
    found = combine(
        [Part("a", number("5", "<"), Fraction(-1)), Part("b", number("10"))], mean=False
    )
    assert said(found) == (">", "5", None)


def test_a_ratio_of_sums_is_no_average_of_ratios() -> None:
    found = aggregate("ratio_of_sums", parts(ratio(1, 2), ratio(1, 8)))
    assert said(found) == ("=", "20", None)
    assert found.numerator == 2
    assert found.denominator == 10
    assert found.extent == Extent(Fraction(20), Fraction(20))


def test_a_ratio_of_sums_needs_the_two_parts_of_each() -> None:
    assert aggregate("ratio_of_sums", parts(ratio(1, 2), number("50"))).why == "no_ratio"


def test_ratios_are_averaged_exactly() -> None:
    found = aggregate("average", parts(ratio(1, 3), ratio(2, 3)))
    assert said(found) == ("=", "50", None)


def test_what_is_not_added_up_or_not_there_says_so() -> None:
    assert aggregate("", parts(number("1"))).why == "not_added"
    assert aggregate("sum", parts(None)).why == "nothing"
    assert aggregate("sum", parts(None)).missing == ("a",)


def test_parts_of_cumulative_values_add_up() -> None:
    assert said(over_parts("cumulative", parts(number("2"), number("3")))) == ("=", "5", None)


def test_a_composite_is_its_weighted_mean_or_sum() -> None:
    given = [Part("a", number("80"), Fraction(3)), Part("b", ratio(1, 2), Fraction(1))]
    assert said(combine(given, mean=True)) == ("=", "72.5", None)
    assert said(combine(given, mean=False)) == ("=", "290", None)


def test_a_composite_needs_every_component() -> None:
    found = combine(parts(number("1"), None), mean=True)
    assert (found.extent, found.missing) == (None, ("b",))


def test_weights_that_cancel_leave_it_open() -> None:
    given = [Part("a", number("1"), Fraction(1)), Part("b", number("1"), Fraction(-1))]
    assert combine(given, mean=True).why == "open"


def test_a_sum_that_no_column_holds_is_refused() -> None:
    found = aggregate("sum", parts(number("999999999999999"), number("1")))
    with pytest.raises(NumberRefused):
        _ = found.observation


def monthly(values: dict[str, str]) -> dict[Period, Observation]:
    return {parse_period(when, "monthly"): number(value) for when, value in values.items()}


def test_year_to_date_of_a_fiscal_year() -> None:
    year = containing(date(2019, 5, 1), "yearly", 4)
    found = year_value(
        "sum",
        monthly({"2019-03": "100", "2019-04": "1", "2019-06": "2"}),
        year=year,
        frequency="monthly",
        fiscal_start=4,
        until=date(2019, 8, 3),
    )
    assert said(found.aggregate) == ("=", "3", None)
    assert [str(p.start) for p in found.missing] == ["2019-05-01", "2019-07-01"]
    assert len(found.ahead) == 8
    assert not found.is_full


def test_a_full_year() -> None:
    values = monthly({f"2019-{month:02d}": "1" for month in range(1, 13)})
    year = containing(date(2019, 5, 1), "yearly")
    found = year_value("sum", values, year=year, frequency="monthly", until=date(2020, 1, 1))
    assert said(found.aggregate) == ("=", "12", None)
    assert found.is_full


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    first = parse_period("2020-W01", "weekly")
    year = year_of(first, "weekly")
    assert year.start.year == 2020
    weeks = periods_of(year, "weekly")
    assert (weeks[0], len(weeks)) == (first, 53)
