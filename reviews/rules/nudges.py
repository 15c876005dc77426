"""On which day people are warned of a deadline, or reminded of one that passed.

Public names::

    WARNING_DAYS: int
    warn_on(deadline, today, holidays=frozenset()) -> date | None
    remind_on(today, holidays=frozenset()) -> date
    next_day(deadline, today, is_top, holidays=frozenset()) -> date | None
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta

from people.rules import workdays

WARNING_DAYS = 2  # working days before the last day


def warn_on(deadline: date, today: date, holidays: Set[date] = frozenset()) -> date | None:
    """The working day on which people are warned, two before the last day.

    Never before tomorrow: whoever sets the deadline tells of it today. None when no
    working day is left until then.
    """
    wanted = workdays.add_working_days(deadline, -WARNING_DAYS, holidays)
    tomorrow = workdays.add_working_days(today + timedelta(days=1), 0, holidays)
    day = max(wanted, tomorrow)
    return day if day <= deadline else None


def remind_on(today: date, holidays: Set[date] = frozenset()) -> date:
    """The next working day after today."""
    return workdays.add_working_days(today, 1, holidays)


def next_day(
    deadline: date, today: date, is_top: bool, holidays: Set[date] = frozenset()
) -> date | None:
    """The day of the next warning or reminder at a tier.

    Past the deadline: at the top each working day, below none, for there the dispute moves.
    """
    if today <= deadline:
        return warn_on(deadline, today, holidays)
    return remind_on(today, holidays) if is_top else None
