"""The days of warnings and reminders, in working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.rules.workdays import add_working_days, is_working_day
from reviews.rules import nudges

MONDAY = date(2019, 4, 15)
DAYS = st.integers(0, 40)


@pytest.mark.parametrize(
    ("deadline", "today", "expected"),
    [
        (date(2019, 4, 26), MONDAY, date(2019, 4, 24)),  # two working days before
        (date(2019, 4, 22), MONDAY, date(2019, 4, 18)),  # over a weekend
        (date(2019, 4, 17), MONDAY, date(2019, 4, 16)),  # not today: tomorrow
        (date(2019, 4, 16), MONDAY, date(2019, 4, 16)),  # the last day itself is left
        (MONDAY, MONDAY, None),  # nothing is left
        (date(2019, 4, 14), MONDAY, None),  # passed, below the top: it moves
    ],
)
def test_the_day_of_the_warning(deadline, today, expected):
    assert nudges.next_day(deadline, today, is_top=False) == expected


def test_holidays_are_no_days_of_warning():
    good_friday = frozenset({date(2019, 4, 19)})
    assert nudges.warn_on(date(2019, 4, 22), MONDAY, good_friday) == date(2019, 4, 17)


def test_at_the_top_past_the_deadline_the_next_working_day():
    friday = date(2019, 4, 19)
    assert nudges.next_day(MONDAY, friday, is_top=True) == date(2019, 4, 22)


@given(DAYS, DAYS)
def test_a_nudge_is_always_a_working_day_after_today(ahead, back):
    deadline = add_working_days(MONDAY, ahead)
    today = deadline - timedelta(days=back)
    for is_top in (False, True):
        day = nudges.next_day(deadline, today, is_top)
        assert day is None or (day > today and is_working_day(day))
