"""More time at a tier: once, with a reason, and never without end.

Public names::

    longest(own_days) -> int
    obstacles(asked) -> tuple[str, ...]
    may_be_given(asked) -> bool
    fate(declined, extended, may_come) -> str
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

WAITING, GIVEN, DECLINED, LAPSED = FATES = ("waiting", "given", "declined", "lapsed")


@dataclass(frozen=True, slots=True)
class Asked:
    """What decides whether a tier may be given ``days`` working days more (0: not said yet).

    ``own_days``: the working days the tier had to begin with.
    """

    is_open: bool
    today: date
    deadline: date
    own_days: int
    extended: bool
    days: int = 0


def longest(own_days: int) -> int:
    """The most working days that may be added: half of the tier's own, and at least one."""
    return max(1, own_days // 2)


def obstacles(asked: Asked) -> tuple[str, ...]:
    """Why the time here cannot be extended so, as codes; empty: it can."""
    if not asked.is_open:
        return ("ended",)
    found = []
    if asked.today > asked.deadline:
        found.append("last_day_passed")
    if asked.extended:
        found.append("extended_before")
    if asked.days > longest(asked.own_days):
        found.append("too_long")
    return tuple(found)


def may_be_given(asked: Asked) -> bool:
    """Whether the tier can still be given some time."""
    return not obstacles(replace(asked, days=0))


def fate(*, declined: bool, extended: bool, may_come: bool) -> str:
    """What became of a request: one of ``FATES``.

    ``extended``: its tier was given more time; ``may_come``: it still can be. What was
    declined stays declined, also when the chair gives time for another reason later.
    """
    if declined:
        return DECLINED
    if extended:
        return GIVEN
    return WAITING if may_come else LAPSED
