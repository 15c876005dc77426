"""Medians and fiscal years, without a database."""

from __future__ import annotations

import datetime
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import numbers

days = st.lists(st.integers(0, 5000), min_size=1, max_size=40)


@given(days)
def test_the_median_is_that_of_the_statisticians(values):
    assert numbers.median(values) == Fraction(statistics.median(values))


@given(days, st.randoms())
def test_order_does_not_matter(values, chance):
    mixed = list(values)
    chance.shuffle(mixed)
    assert numbers.median(mixed) == numbers.median(values)


@given(days)
def test_half_of_the_values_are_on_either_side(values):
    middle = numbers.median(values)
    assert 2 * sum(value <= middle for value in values) >= len(values)
    assert 2 * sum(value >= middle for value in values) >= len(values)


def test_nothing_has_no_median():
    assert numbers.median([]) is None


@pytest.mark.parametrize("count", [0, 1, 2])
def test_of_fewer_than_three_cases_no_median_is_said(count):
    spread = numbers.Spread((numbers.Span(4, 2),) * count)
    assert spread.is_few
    assert spread.days is None
    assert spread.working_days is None


def test_of_three_it_is_and_each_is_shown():
    spread = numbers.Spread((numbers.Span(9, 7), numbers.Span(1, 1), numbers.Span(4, 2)))
    assert (spread.days, spread.working_days, spread.each) == (4, 2, [1, 4, 9])


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (Fraction(4), "4"), (Fraction(9, 2), "4.5")]
)
def test_medians_in_digits(value, text):
    assert numbers.written(value) == text


@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2150, 1, 1)), st.integers(1, 12))
def test_every_day_is_in_exactly_the_year_that_is_named(day, starts_in):
    named = numbers.year_of(day, starts_in)
    holds = [
        year
        for year in (named - 1, named, named + 1)
        if (each := numbers.fiscal_year(year, starts_in)).first <= day <= each.last
    ]
    assert holds == [named]


@pytest.mark.parametrize(("starts_in", "label"), [(1, "1999"), (4, "1999/00"), (12, "1999/00")])
def test_years_are_named(starts_in, label):
    assert numbers.fiscal_year(1999, starts_in).label == label


@pytest.mark.parametrize(("rulings", "many"), [(0, False), (2, False), (3, True)])
def test_more_than_two_rulings_at_the_top_are_many(rulings, many):
    assert numbers.many_at_top(rulings) is many
