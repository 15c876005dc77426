"""Which periods a series owes a value for, and by when.

Public names::

    Schedule(frequency, fiscal_start=1, effect_from=None, reporting_from=None, programme_until=None,
             closed_on=None, lag_working_days=10, holidays=frozenset(), weekend=SATURDAY_SUNDAY)
        .owed_from -> date | None
    expected_periods(schedule, today) -> list[Period]          ended ones, oldest first
    status_of(schedule, period, has_reading, today) -> "reported" | "not_due" | "missing"
    Owed(period: Period, due: date, status: "not_due" | "missing")
    owed(schedule, reported: Set[Period], today) -> list[Owed]  ended, not reported: the desk's list
    missing_periods(schedule, reported, today, grace_working_days=0) -> list[Owed]

A period is owed from the later of the KPI's effect date and the day reporting
began, when it starts on that day or later; nothing is owed beyond the programme's
end, by a closed series, or where neither date is known (history that was loaded).
A value is in time up to and including its due date; the day after, it is missing.
Missing is a status of its own and never on track.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from kpis.rules.periods import Frequency, Period, due_on, is_complete, periods_between
from people.rules.workdays import SATURDAY_SUNDAY, add_working_days

PeriodStatus = Literal["reported", "not_due", "missing"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What decides when a series owes values. ``programme_until`` is the last day that counts."""

    frequency: Frequency
    fiscal_start: int = 1
    effect_from: date | None = None
    reporting_from: date | None = None
    programme_until: date | None = None
    closed_on: date | None = None
    lag_working_days: int = 10
    holidays: frozenset[date] = frozenset()
    weekend: frozenset[int] = SATURDAY_SUNDAY

    @property
    def owed_from(self) -> date | None:
        """The first day that counts; None when nothing was ever asked for."""
        known = [day for day in (self.effect_from, self.reporting_from) if day is not None]
        return max(known, default=None)

    def is_closed(self, today: date) -> bool:
        """Whether the series has been closed: readable, nothing due."""
        return self.closed_on is not None and self.closed_on <= today

    def due(self, period: Period) -> date:
        """The last day on which this period's value is in time."""
        return due_on(period, self.lag_working_days, self.holidays, self.weekend)


def of_part(schedule: Schedule, first: date | None, last: date | None) -> Schedule:
    """The schedule of a part of a breakdown that exists from ``first`` until ``last`` (or always).

    Periods that start before its first day or end after its last owe nothing.
    """
    if first is not None and schedule.owed_from is not None:
        schedule = replace(schedule, reporting_from=max(schedule.owed_from, first))
    if last is not None:
        until = schedule.programme_until
        schedule = replace(schedule, programme_until=last if until is None else min(until, last))
    return schedule


@dataclass(frozen=True, slots=True)
class Owed:
    """A period that has ended and has no value yet."""

    period: Period
    due: date
    status: Literal["not_due", "missing"]


def expected_periods(schedule: Schedule, today: date) -> list[Period]:
    """The complete periods that ended before ``today`` and owe a value, oldest first."""
    first = schedule.owed_from
    if first is None or first >= today or schedule.is_closed(today):
        return []
    last = today - timedelta(days=1)
    if schedule.programme_until is not None:
        last = min(last, schedule.programme_until)
    return periods_between(first, last, schedule.frequency, schedule.fiscal_start)


def is_expected(schedule: Schedule, period: Period, today: date) -> bool:
    """Whether this one period owes a value: the same answer as expected_periods, without the list."""
    first, until = schedule.owed_from, schedule.programme_until
    if first is None or schedule.is_closed(today):
        return False
    if period.start < first or period.end >= today or (until is not None and period.end > until):
        return False
    return is_complete(period, schedule.frequency, schedule.fiscal_start)


def status_of(schedule: Schedule, period: Period, has_reading: bool, today: date) -> PeriodStatus:
    """Reported, not due yet (or never), or missing: its due date has passed without a value."""
    if has_reading:
        return "reported"
    if is_expected(schedule, period, today) and schedule.due(period) < today:
        return "missing"
    return "not_due"


def owed(schedule: Schedule, reported: Set[Period], today: date) -> list[Owed]:
    """Every period that has ended and has no value, oldest first, with its due date."""
    found = []
    for period in expected_periods(schedule, today):
        if period not in reported:
            due = schedule.due(period)
            found.append(Owed(period, due, "missing" if due < today else "not_due"))
    return found


def missing_periods(
    schedule: Schedule, reported: Set[Period], today: date, grace_working_days: int = 0
) -> list[Owed]:
    """The periods whose due date, plus so many working days of grace, has passed without a value."""
    late = [o for o in owed(schedule, reported, today) if o.status == "missing"]
    if grace_working_days <= 0:
        return late
    return [o for o in late if _with_grace(schedule, o.due, grace_working_days) < today]


def _with_grace(schedule: Schedule, due: date, days: int) -> date:
    return add_working_days(due, days, schedule.holidays, schedule.weekend)
