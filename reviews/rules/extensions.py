"""More time at a tier: once, with a reason, and never without end.

Public names::

    longest(own_days) -> int
    obstacles(asked) -> tuple[str, ...]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
