"""Whose it is to decide in each of many disputes: ``standing.presiding``, read set by set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from forums.selectors import rooms
from reviews.selectors.climbing import interests
from reviews.selectors.climbing.seats import Seat


def of(seats: Mapping[int, Seat], on: date) -> dict[int, set[int]]:
    """Users who preside over each dispute, given where it stands. A fixed number of queries."""
    loaded = rooms.load({seat.offices for seat in seats.values()}, on)
    touched = interests.touching({pk: loaded[seat.offices] for pk, seat in seats.items()})
    asides = interests.of(sorted(touched))
    users = cache(_users)
    return {
        pk: users(loaded[seat.offices], seat.quorum, seat.is_top, asides.get(pk, interests.NOBODY))
        for pk, seat in seats.items()
    }


def _users(room: rooms.Room, quorum: int, is_top: bool, aside: interests.Aside) -> set[int]:
    sitting = room.sit(aside.as_interests(), quorum, is_top)[0]
    if not sitting.ok or sitting.presides is None:
        return set()
    return set(room.holders.get(sitting.presides, ()))
