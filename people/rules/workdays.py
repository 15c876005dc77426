"""Counting working days: deadlines, due dates, days late.

Public names::

    SATURDAY_SUNDAY: frozenset[int]
    is_working_day(day, holidays=frozenset(), weekend=SATURDAY_SUNDAY) -> bool
    add_working_days(day, n, holidays=frozenset(), weekend=SATURDAY_SUNDAY) -> date
    working_days_between(start, end, holidays=frozenset(), weekend=SATURDAY_SUNDAY) -> int

Weekends are weekday numbers as ``date.weekday()`` gives them (Monday is 0), so
that places whose weekend is Friday and Saturday pass ``frozenset({4, 5})``.
The day one counts from never counts: a deadline of 5 working days set on a
Monday is the Monday after, as in Regulation (EEC, Euratom) No 1182/71, article 3.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta

SATURDAY_SUNDAY: frozenset[int] = frozenset({5, 6})
_ONE_DAY = timedelta(days=1)


def is_working_day(
    day: date, holidays: Set[date] = frozenset(), weekend: Set[int] = SATURDAY_SUNDAY
) -> bool:
    """Whether people work on this day."""
    return day.weekday() not in weekend and day not in holidays


def add_working_days(
    day: date, n: int, holidays: Set[date] = frozenset(), weekend: Set[int] = SATURDAY_SUNDAY
) -> date:
    """The n-th working day after ``day``; before it when n is negative.

    With n = 0 the day itself if it is a working day, else the next one: nothing
    falls due on a day off. Raises ValueError when every weekday is a weekend.
    """
    _check_weekend(weekend)
    if n == 0:
        while not is_working_day(day, holidays, weekend):
            day += _ONE_DAY
        return day
    step = _ONE_DAY if n > 0 else -_ONE_DAY
    left = abs(n)
    while left:
        day += step
        if is_working_day(day, holidays, weekend):
            left -= 1
    return day


def working_days_between(
    start: date, end: date, holidays: Set[date] = frozenset(), weekend: Set[int] = SATURDAY_SUNDAY
) -> int:
    """How many working days come after ``start`` up to and including ``end``.

    Negative when ``end`` comes first, so that swapping the two swaps the sign.
    ``working_days_between(d, add_working_days(d, n)) == n`` for every n > 0.
    """
    _check_weekend(weekend)
    if end < start:
        return -working_days_between(end, start, holidays, weekend)
    weeks, rest = divmod((end - start).days, 7)
    worked = weeks * (7 - len(set(weekend)))
    worked += sum((start.weekday() + i) % 7 not in weekend for i in range(1, rest + 1))
    return worked - sum(start < day <= end and day.weekday() not in weekend for day in holidays)


def _check_weekend(weekend: Set[int]) -> None:
    """Refuse a calendar with no working day at all, where counting never ends."""
    if not weekend <= set(range(7)):
        raise ValueError("a weekend holds weekday numbers from 0 (Monday) to 6 (Sunday)")
    if len(weekend) == 7:
        raise ValueError("a weekend of seven days leaves no working day")
