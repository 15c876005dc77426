"""The days a rhythm gives: n periods after an anchor, on working days.

Public names::

    PERIODS: dict[str, tuple[int, int]]            rhythm -> (months, days)
    slot(first_on, rhythm, n) -> date
    Sitting(slot, day)
    sittings(first_on, rhythm, until, holidays=frozenset(), after=None) -> list[Sitting]
    upcoming(first_on, rhythm, after, count, within) -> date

The *slot* is the day the rhythm names, and with it the meeting is known whatever is
moved later. The *day* is the slot, or the next working day where it is off. A month
too short for the anchor's day ends it, counted from the anchor each time, so that
31 January is followed by 28 February and 31 March.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, takewhile

from people.rules import workdays

PERIODS: dict[str, tuple[int, int]] = {
    "weekly": (0, 7),
    "monthly": (1, 0),
    "quarterly": (3, 0),
    "half_yearly": (6, 0),
    "yearly": (12, 0),
}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sitting:
    """The day the rhythm gave, and the working day on which the forum meets for it."""

    slot: date
    day: date


def slot(first_on: date, rhythm: str, n: int) -> date:
    """The n-th day of the rhythm, ``first_on`` for n = 0. Raises KeyError for no such rhythm."""
    months, days = PERIODS[rhythm]
    if days:
        return first_on + timedelta(days=days * n)
    whole = first_on.year * 12 + first_on.month - 1 + months * n
    year, month = divmod(whole, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(first_on.day, last))


def sittings(
    first_on: date,
    rhythm: str,
    until: date,
    holidays: Set[date] = frozenset(),
    after: date | None = None,
) -> list[Sitting]:
    """Every sitting whose slot is not later than ``until`` and, if given, later than ``after``.

    Days always increase: where a long holiday pushes two slots onto the same day, the
    second meets on the working day after the first. None is left out.
    """
    every = _every(first_on, rhythm, until, holidays)
    return [sitting for sitting in every if after is None or sitting.slot > after]


def upcoming(first_on: date, rhythm: str, after: date, number: int, within: date) -> date:
    """Up to which slot meetings are to be made: all ``within``, and at least ``number``."""
    later = (each for n in count() if (each := slot(first_on, rhythm, n)) > after)
    found = [next(later) for _ in range(number)]
    return max(within, found[-1])


def _every(first_on: date, rhythm: str, until: date, holidays: Set[date]) -> Iterator[Sitting]:
    met: date | None = None
    slots = (slot(first_on, rhythm, n) for n in count())
    for each in takewhile(lambda day: day <= until, slots):
        earliest = each if met is None else max(each, met + _ONE_DAY)
        met = workdays.add_working_days(earliest, 0, holidays)
        yield Sitting(each, met)
