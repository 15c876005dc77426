"""Ordinals: one number per period, neighbours one apart, the same from dates and from days."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules import ordinals
from kpis.rules.periods import FREQUENCIES, containing, next_period

DAYS = st.dates(date(1901, 1, 1), date(2198, 12, 31))
EPOCH = date(1970, 1, 1)


@given(DAYS, st.sampled_from(FREQUENCIES), st.integers(1, 12))
def test_a_period_goes_there_and_back_and_its_neighbour_is_one_further(day, frequency, start):
    period = containing(day, frequency, start)
    ordinal = ordinals.of_period(period, frequency, start)
    assert ordinals.period(ordinal, frequency, start) == period
    assert ordinals.period(ordinal + 1, frequency, start) == next_period(period, frequency, start)


@given(st.lists(DAYS, min_size=1), st.sampled_from(FREQUENCIES), st.integers(1, 12))
def test_days_give_the_ordinals_of_their_periods(days, frequency, start):
    numbers = np.array([(day - EPOCH).days for day in days], np.int32)
    got = ordinals.of_days(numbers, frequency, start)
    expected = [ordinals.of_period(containing(d, frequency, start), frequency, start) for d in days]
    assert got.tolist() == expected


def test_weeks_count_from_the_last_monday_of_1969():
    assert ordinals.of_days(np.array([-3, 3, 4]), "weekly").tolist() == [0, 0, 1]
    assert ordinals.of_days(np.array([], np.int32), "weekly").tolist() == []


def test_days_that_no_period_can_have_are_refused():
    beyond = (date(2199, 12, 31) - EPOCH + timedelta(days=1)).days
    for frequency in ("weekly", "monthly"):
        with pytest.raises(ValueError, match="1900 to 2199"):
            ordinals.of_days(np.array([beyond]), frequency)
