"""Who came to the sessions of a lab, and in which rank.

Public names::

    Came(session, seat, rank=None, delegate=False)
    SeatLine(seat, came, of, delegates, rank)
    SessionLine(session, came, of, delegates, rank)
    by_seat(came, expected) -> list[SeatLine]
    by_session(came, expected) -> list[SessionLine]
    trend(lines) -> "rising" | "falling" | "level" | None

Rank 1 is the highest, so an average rank that grows says that those who come are of
ever lower rank. ``expected`` says which seats each session was for: a session of one
group does not count against the others. Averages are exact until they are rounded to
one decimal, halves away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody came for a seat; ``rank`` None: it is not known."""

    session: int
    seat: int
    rank: int | None = None
    delegate: bool = False


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat over all sessions it was expected at."""

    seat: int
    came: int
    of: int
    delegates: int
    rank: Decimal | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session over all seats expected at it."""

    session: int
    came: int
    of: int
    delegates: int
    rank: Decimal | None


def by_seat(came: Iterable[Came], expected: Mapping[int, Sequence[int]]) -> list[SeatLine]:
    """One line per seat that was expected anywhere, in the order they are first named.

    ``expected`` maps each session that took place to its seats; whoever came without
    being expected counts as expected there too.
    """
    rows = list(came)
    sessions: dict[int, set[int]] = {}
    for session, seats in expected.items():
        for seat in seats:
            sessions.setdefault(seat, set()).add(session)
    for row in rows:
        sessions.setdefault(row.seat, set()).add(row.session)
    return [
        SeatLine(seat, len(own), len(of), _delegates(own), average(own))
        for seat, of in sessions.items()
        for own in [[row for row in rows if row.seat == seat]]
    ]


def by_session(came: Iterable[Came], expected: Mapping[int, Sequence[int]]) -> list[SessionLine]:
    """One line per session in the order given, however few came."""
    rows = list(came)
    return [
        SessionLine(
            session,
            len(own),
            len({*seats, *(row.seat for row in own)}),
            _delegates(own),
            average(own),
        )
        for session, seats in expected.items()
        for own in [[row for row in rows if row.session == session]]
    ]


def average(came: Sequence[Came]) -> Decimal | None:
    """The average rank of those whose rank is known, to one decimal; None if none is."""
    ranks = [row.rank for row in came if row.rank is not None]
    if not ranks:
        return None
    exact = Fraction(sum(ranks), len(ranks))
    return (Decimal(exact.numerator) / exact.denominator).quantize(TENTH, ROUND_HALF_UP)


def trend(lines: Sequence[SessionLine]) -> str | None:
    """How the rank of those who come moved from the first half of the sessions to the second.

    "falling": those who come are of lower rank by at least one step; "rising": of
    higher; "level": less than a step apart. None with fewer than four ranked sessions.
    """
    ranks = [line.rank for line in lines if line.rank is not None]
    if len(ranks) < 4:
        return None
    half = len(ranks) // 2
    moved = _mean(ranks[-half:]) - _mean(ranks[:half])
    if abs(moved) < 1:
        return "level"
    return "falling" if moved > 0 else "rising"


def _mean(ranks: Sequence[Decimal]) -> Fraction:
    return Fraction(sum(ranks, Decimal())) / len(ranks)


def _delegates(came: Iterable[Came]) -> int:
    return sum(row.delegate for row in came)
