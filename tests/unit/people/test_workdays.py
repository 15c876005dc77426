"""Working days: weekends, holidays, both directions, and the two functions against each other."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.rules.workdays import add_working_days, is_working_day, working_days_between

MONDAY = date(2019, 4, 15)
FRIDAY = date(2019, 4, 19)
GOOD_FRIDAY_AND_EASTER_MONDAY = frozenset({date(2019, 4, 19), date(2019, 4, 22)})
FRIDAY_SATURDAY = frozenset({4, 5})

days = st.dates(date(2015, 1, 1), date(2025, 12, 31))
weekends = st.frozensets(st.integers(0, 6), max_size=6)
holiday_sets = st.frozensets(st.dates(date(2014, 12, 1), date(2026, 2, 1)), max_size=40)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (MONDAY, 1, date(2019, 4, 16)),
        (MONDAY, 5, date(2019, 4, 22)),
        (FRIDAY, 1, date(2019, 4, 22)),
        (date(2019, 4, 20), 1, date(2019, 4, 22)),
        (date(2019, 4, 20), 0, date(2019, 4, 22)),
        (MONDAY, 0, MONDAY),
        (MONDAY, -1, date(2019, 4, 12)),
    ],
)
def test_adding_skips_weekends(day, n, expected):
    assert add_working_days(day, n) == expected


def test_adding_skips_holidays():
    assert add_working_days(date(2019, 4, 18), 1, GOOD_FRIDAY_AND_EASTER_MONDAY) == date(
        2019, 4, 23
    )


def test_adding_knows_other_weekends():
    assert add_working_days(date(2019, 4, 18), 1, weekend=FRIDAY_SATURDAY) == date(2019, 4, 21)


def test_a_holiday_on_a_weekend_is_not_subtracted_twice():
    sunday = frozenset({date(2019, 4, 21)})
    assert working_days_between(FRIDAY, date(2019, 4, 22), sunday) == 1


def test_a_calendar_without_working_days_is_refused():
    with pytest.raises(ValueError, match="no working day"):
        add_working_days(MONDAY, 1, weekend=frozenset(range(7)))


@given(days, st.integers(1, 60), holiday_sets, weekends)
def test_counting_undoes_adding(day, n, holidays, weekend):
    later = add_working_days(day, n, holidays, weekend)
    assert is_working_day(later, holidays, weekend)
    assert working_days_between(day, later, holidays, weekend) == n
    earlier = add_working_days(day, -n, holidays, weekend)
    assert is_working_day(earlier, holidays, weekend)


@given(days, st.integers(-400, 400), holiday_sets, weekends)
def test_counting_agrees_with_looking_at_each_day(start, span, holidays, weekend):
    end = start + timedelta(days=span)
    low, high = sorted((start, end))
    walked = sum(
        is_working_day(low + timedelta(days=i), holidays, weekend)
        for i in range(1, (high - low).days + 1)
    )
    assert working_days_between(start, end, holidays, weekend) == (walked if span >= 0 else -walked)
