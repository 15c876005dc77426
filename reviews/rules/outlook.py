"""Seeing it coming: when a dispute would reach each tier if nobody did anything.

Public names::

    Rung(number, last_day, can_sit, is_top)
    Ahead(number, arrives, until)
    project(deadline, today, above) -> tuple[Ahead, ...]

A projection, not a promise: whoever settles, rules, bumps up or is given more time
changes it, and a holiday decreed tomorrow moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier above. ``last_day`` gives its last day when it is entered on a day."""

    number: int
    last_day: Callable[[date], date]
    can_sit: bool = True
    is_top: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """When a tier would be entered, and its last day.

    Entered and passed on the same day where its forum cannot sit.
    """

    number: int
    arrives: date
    until: date
    passed_at_once: bool = False


def project(deadline: date, today: date, above: Sequence[Rung]) -> tuple[Ahead, ...]:
    """Where the dispute would be and when, lowest tier first, if every deadline ran out.

    It goes up on the day after the last one, or today where that is over already; a
    forum that cannot sit is entered and passed on the same day; the top is not left.
    """
    arrives = max(deadline + _ONE_DAY, today)
    found = []
    for rung in above:
        passed = not rung.can_sit and not rung.is_top
        until = arrives if passed else rung.last_day(arrives)
        found.append(Ahead(rung.number, arrives, until, passed))
        if not passed:
            arrives = until + _ONE_DAY
    return tuple(found)
