"""What a schedule owes by today, as ordinals: one reckoning for all series that share it.

Public names::

    Standing(first, last, late_through, graced_through, looks, next_look)
    standing(schedule, today, grace_working_days=0) -> Standing | None      None: nothing is owed

The same answers as kpis.rules.schedule gives period by period. A later period is never
due before an earlier one, so that one boundary tells all that are late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kpis.rules import ordinals
from kpis.rules.periods import Period, containing, next_period
from kpis.rules.schedule import Schedule
from people.rules.workdays import add_working_days

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """Periods ``first`` to ``last`` have ended and owe a value (none if ``last`` is less).

    Up to ``late_through`` their due date has passed, up to ``graced_through`` the grace
    of the rule too. ``looks`` tells for each later one the days on which it is to be
    looked at again while it has no value: the day after it is due, and after its grace.
    ``next_look`` is that of the period that runs now.
    """

    first: int
    last: int
    late_through: int
    graced_through: int
    looks: dict[int, tuple[date, ...]]
    next_look: date | None


def standing(schedule: Schedule, today: date, grace_working_days: int = 0) -> Standing | None:
    """Where a schedule stands today. Raises PeriodRefused for years that no period can have."""
    owed_from = schedule.owed_from
    if owed_from is None or schedule.is_closed(today):
        return None
    begins = _from(schedule, owed_from)
    first = ordinals.of_period(begins, schedule.frequency, schedule.fiscal_start)
    running = max(containing(today, schedule.frequency, schedule.fiscal_start), begins)
    last = ordinals.of_period(running, schedule.frequency, schedule.fiscal_start) - 1
    last = max(min(last, _last_of_programme(schedule)), first - 1)
    looks: dict[int, tuple[date, ...]] = {}
    late = graced = last
    while graced >= first:
        due, after = _due(schedule, graced, grace_working_days)
        if after < today:
            break
        looks[graced] = (due + ONE_DAY, after + ONE_DAY)
        late -= due >= today
        graced -= 1
    coming = _next_look(schedule, running, grace_working_days, today)
    return Standing(first, last, late, graced, looks, coming)


def _from(schedule: Schedule, day: date) -> Period:
    """The first complete period that starts on ``day`` or later."""
    period = containing(day, schedule.frequency, schedule.fiscal_start)
    if period.start < day:
        period = next_period(period, schedule.frequency, schedule.fiscal_start)
    return period


def _last_of_programme(schedule: Schedule) -> int:
    """The last period that ends within the programme."""
    until = schedule.programme_until
    if until is None:
        return 10**6
    frequency, fiscal = schedule.frequency, schedule.fiscal_start
    period = containing(until, frequency, fiscal)
    return ordinals.of_period(period, frequency, fiscal) - (period.end > until)


def _due(schedule: Schedule, ordinal: int, grace: int) -> tuple[date, date]:
    """The due date of a period, and the last day of the grace after it."""
    period = ordinals.period(ordinal, schedule.frequency, schedule.fiscal_start)
    return _with_grace(schedule, schedule.due(period), grace)


def _with_grace(schedule: Schedule, due: date, grace: int) -> tuple[date, date]:
    if grace <= 0:
        return due, due
    return due, add_working_days(due, grace, schedule.holidays, schedule.weekend)


def _next_look(schedule: Schedule, running: Period, grace: int, today: date) -> date | None:
    """The day after the period that runs now is due."""
    until = schedule.programme_until
    if until is not None and running.end > until:
        return None
    days = _with_grace(schedule, schedule.due(running), grace)
    return min((day + ONE_DAY for day in days if day >= today), default=None)
