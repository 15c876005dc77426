"""Who has reported for a cycle, who is late, and when to remind.

Public names::

    latest_due(frequency, fiscal_start, days, today, holidays) -> Period
    is_cycle(period, frequency, fiscal_start) -> bool
    state_of(schedule, period, has_reading, today) -> "" | "reported" | "not_due" | "late"
    days_late(schedule, due, today) -> int            working days after the due date
    remind_today(newest_due, last, today, every, holidays) -> bool

A cycle is one period of one frequency. The one shown first is the newest whose values
have begun to fall due; before the first due date ever, the newest that has ended.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date
from typing import Literal

from kpis.rules.periods import (
    Frequency,
    Period,
    containing,
    due_on,
    is_complete,
    previous_period,
)
from kpis.rules.schedule import Schedule, is_expected
from people.rules.workdays import is_working_day, working_days_between

State = Literal["", "reported", "not_due", "late"]
BACK = 60  # cycles one looks back for the newest that is due


def latest_due(
    frequency: Frequency, fiscal_start: int, days: int, today: date, holidays: Set[date]
) -> Period:
    """The newest ended period whose due date, ``days`` working days after its end, has come."""
    ended = previous_period(containing(today, frequency, fiscal_start), frequency, fiscal_start)
    period = ended
    for _step in range(BACK):
        if due_on(period, days, frozenset(holidays)) <= today:
            return period
        period = previous_period(period, frequency, fiscal_start)
    return ended


def is_cycle(period: Period, frequency: str, fiscal_start: int) -> bool:
    """Whether the period is one of this frequency."""
    return is_complete(period, frequency, fiscal_start)  # type: ignore[arg-type]


def state_of(schedule: Schedule, period: Period, has_reading: bool, today: date) -> State:
    """Where the value of a period stands; "" where none is owed."""
    if not is_expected(schedule, period, today):
        return ""
    if has_reading:
        return "reported"
    return "late" if schedule.due(period) < today else "not_due"


def days_late(schedule: Schedule, due: date, today: date) -> int:
    """Working days after the due date up to today; 0 up to and including that date."""
    return max(working_days_between(due, today, schedule.holidays, schedule.weekend), 0)


def remind_today(
    newest_due: date, last: date | None, today: date, every: int, holidays: Set[date]
) -> bool:
    """Whether who owes values is reminded today.

    ``newest_due`` is the newest due date that has come of what is still owed, ``last`` the
    day of the reminder before. On the day something falls due, and then every ``every``
    working days; never on a day off.
    """
    if not is_working_day(today, holidays):
        return False
    if last is None or last < newest_due <= today:
        return True
    return working_days_between(last, today, holidays) >= every
