"""Cycles, lateness in working days, and when to remind."""

from __future__ import annotations

from datetime import date

import pytest

from kpis.rules.periods import Period
from kpis.rules.reporting import days_late, latest_due, remind_today, state_of
from kpis.rules.schedule import Schedule

MARCH = Period(date(2019, 3, 1), date(2019, 3, 31))
SCHEDULE = Schedule(
    frequency="monthly", effect_from=date(2018, 1, 1), lag_working_days=10
)  # March is due on Friday 12 April
OFF = frozenset({date(2019, 4, 19)})  # Good Friday


@pytest.mark.parametrize(
    ("today", "month"),
    [(date(2019, 4, 11), 2), (date(2019, 4, 12), 3), (date(2019, 5, 1), 3)],
)
def test_cycle_shown_is_the_newest_whose_due_date_has_come(today, month):
    assert latest_due("monthly", 1, 10, today, frozenset()).start == date(2019, month, 1)


def test_cycle_follows_the_fiscal_year():
    found = latest_due("yearly", 4, 10, date(2019, 6, 1), frozenset())
    assert (found.start, found.end) == (date(2018, 4, 1), date(2019, 3, 31))


@pytest.mark.parametrize(
    ("today", "has_reading", "state"),
    [
        (date(2019, 4, 12), False, "not_due"),
        (date(2019, 4, 13), False, "late"),
        (date(2019, 4, 13), True, "reported"),
        (date(2019, 3, 31), False, ""),
    ],
)
def test_a_value_is_late_from_the_day_after_its_due_date(today, has_reading, state):
    assert state_of(SCHEDULE, MARCH, has_reading, today) == state


def test_nothing_is_owed_before_the_effect_date():
    later = Schedule(frequency="monthly", effect_from=date(2019, 3, 2))
    assert state_of(later, MARCH, False, date(2019, 6, 1)) == ""


def test_lateness_counts_working_days():
    off = Schedule(frequency="monthly", lag_working_days=10, holidays=OFF)
    due = date(2019, 4, 12)
    assert days_late(off, due, due) == 0
    assert days_late(off, due, date(2019, 4, 15)) == 1  # Monday
    assert days_late(off, due, date(2019, 4, 22)) == 5  # Good Friday does not count


@pytest.mark.parametrize(
    ("newest_due", "last", "today", "wanted"),
    [
        (date(2019, 4, 12), None, date(2019, 4, 12), True),  # on the day
        (date(2019, 4, 12), date(2019, 4, 12), date(2019, 4, 15), False),
        (date(2019, 4, 12), date(2019, 4, 12), date(2019, 4, 18), False),  # the fourth
        (date(2019, 4, 12), date(2019, 4, 12), date(2019, 4, 19), False),  # a holiday
        (date(2019, 4, 12), date(2019, 4, 12), date(2019, 4, 22), True),  # the fifth
        (date(2019, 4, 15), date(2019, 4, 12), date(2019, 4, 15), True),  # something new
        (date(2019, 4, 12), None, date(2019, 4, 13), False),  # a Saturday
        (date(2019, 4, 12), None, date(2019, 4, 15), True),  # missed, made up for
    ],
)
def test_reminders_come_on_the_day_and_then_every_five_working_days(
    newest_due, last, today, wanted
):
    assert remind_today(newest_due, last, today, 5, OFF) is wanted
