"""The days of a rhythm: working days, in order, none left out, month ends from the anchor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forums.rules import cycles
from people.rules.workdays import is_working_day

RHYTHMS = sorted(cycles.PERIODS)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@st.composite
def rhythms(draw):
    """An anchor, a rhythm, a last day some periods later, and holidays in between."""
    first_on = draw(DAYS)
    rhythm = draw(st.sampled_from(RHYTHMS))
    until = cycles.slot(first_on, rhythm, draw(st.integers(0, 30)))
    span = (until - first_on).days
    offsets = draw(st.sets(st.integers(0, span + 20), max_size=60))
    holidays = {first_on + timedelta(days=each) for each in offsets}
    start = first_on + timedelta(days=draw(st.integers(0, span)))
    holidays |= {start + timedelta(days=n) for n in range(draw(st.integers(0, 25)))}
    return first_on, rhythm, until, frozenset(holidays)


@given(rhythms())
def test_days_increase_and_are_worked(case):
    first_on, rhythm, until, holidays = case
    days = [each.day for each in cycles.sittings(first_on, rhythm, until, holidays)]
    assert all(earlier < later for earlier, later in zip(days, days[1:], strict=False))
    assert all(is_working_day(day, holidays) for day in days)


@given(rhythms())
def test_no_slot_is_left_out_and_none_comes_twice(case):
    first_on, rhythm, until, holidays = case
    slots = [each.slot for each in cycles.sittings(first_on, rhythm, until, holidays)]
    assert slots == [cycles.slot(first_on, rhythm, n) for n in range(len(slots))]
    assert cycles.slot(first_on, rhythm, len(slots)) > until


@given(rhythms())
def test_the_slot_does_not_depend_on_holidays(case):
    first_on, rhythm, until, holidays = case
    plain = cycles.sittings(first_on, rhythm, until)
    shifted = cycles.sittings(first_on, rhythm, until, holidays)
    assert [each.slot for each in plain] == [each.slot for each in shifted]
    assert all(each.day >= each.slot for each in shifted)


@given(rhythms(), DAYS)
def test_made_in_two_parts_or_at_once_is_the_same(case, middle):
    first_on, rhythm, until, holidays = case
    at_once = cycles.sittings(first_on, rhythm, until, holidays)
    first = cycles.sittings(first_on, rhythm, min(middle, until), holidays)
    rest = cycles.sittings(first_on, rhythm, until, holidays, after=min(middle, until))
    assert first + rest == at_once


@pytest.mark.parametrize(
    ("rhythm", "n", "expected"),
    [
        ("monthly", 1, date(2019, 2, 28)),
        ("monthly", 2, date(2019, 3, 31)),
        ("monthly", 13, date(2020, 2, 29)),
        ("quarterly", 1, date(2019, 4, 30)),
        ("half_yearly", 1, date(2019, 7, 31)),
        ("yearly", 2, date(2021, 1, 31)),
        ("weekly", 3, date(2019, 2, 21)),
    ],
)
def test_month_ends_are_counted_from_the_anchor(rhythm, n, expected):
    assert cycles.slot(date(2019, 1, 31), rhythm, n) == expected


def test_a_long_holiday_pushes_two_weeks_onto_days_of_their_own():
    golden_week = frozenset(date(2019, 10, 1) + timedelta(days=n) for n in range(9))
    found = cycles.sittings(date(2019, 10, 2), "weekly", date(2019, 10, 16), golden_week)
    assert [each.day for each in found] == [
        date(2019, 10, 10),
        date(2019, 10, 11),
        date(2019, 10, 16),
    ]


@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_the_horizon_holds_two_meetings_and_sixty_days(rhythm):
    first_on, today = date(2019, 1, 15), date(2019, 4, 17)
    within = today + timedelta(days=60)
    until = cycles.upcoming(first_on, rhythm, today, 2, within)
    assert until >= within
    assert len(cycles.sittings(first_on, rhythm, until, after=today)) >= 2
