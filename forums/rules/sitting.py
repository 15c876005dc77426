"""Who presides, and whether a forum can sit at all (facts 6 and 9).

Public names::

    Seat(post_id, occupied, barred_because="")
    Sitting(ok, why, presides, quorum, interest_stated)
    sit(chair, alternate, others, quorum, is_top) -> Sitting

A post that nobody holds, not even acting, is no place for anybody. The top forum
can always sit: there is nothing above it to pass a matter on to. Where nobody holds
its chair and no alternate is free, the first of its members who is free presides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seat:
    """A post in a forum: whether somebody holds it, and why it stands aside."""

    post_id: int
    occupied: bool
    barred_because: str = ""

    @property
    def is_free(self) -> bool:
        return self.occupied and not self.barred_because


@dataclass(frozen=True, slots=True)
class Sitting:
    """``ok`` False: ``why`` is a code. ``presides`` is a post id.

    ``interest_stated``: who presides has an interest and rules all the same, for
    this is the top and it has no alternate who could.
    """

    ok: bool
    why: str = ""
    presides: int | None = None
    quorum: int = 0
    interest_stated: str = ""


def sit(
    chair: Seat, alternate: Seat | None, others: Iterable[Seat], quorum: int, is_top: bool
) -> Sitting:
    """Whether the forum can sit over a matter, and under whom.

    ``others`` are the further core places; chair and alternate may be among them.
    The quorum is of those free: at the top never more than there are.
    """
    others = list(others)
    presiding = next((seat for seat in (chair, alternate) if seat and seat.is_free), None)
    if presiding is None:
        if not is_top:
            return Sitting(ok=False, why="nobody_free_to_preside")
        presiding = _at_the_top(chair, alternate, others)
    presides = presiding.post_id
    free = {seat.post_id for seat in (chair, *others) if seat.is_free} | {presides}
    if len(free) < quorum and not is_top:
        return Sitting(ok=False, why="no_quorum_among_those_free", presides=presides)
    return Sitting(
        ok=True,
        presides=presides,
        quorum=min(quorum, len(free)),
        interest_stated=presiding.barred_because,
    )


def _at_the_top(chair: Seat, alternate: Seat | None, others: list[Seat]) -> Seat:
    """Who presides over the top where neither chair nor alternate is free.

    The chair, interest stated; where nobody holds the chair a free member; else the
    alternate, interest stated. With nobody at all, the chair, once somebody holds it.
    """
    if chair.occupied:
        return chair
    free = next((seat for seat in others if seat.is_free), None)
    held = alternate if alternate is not None and alternate.occupied else None
    return free or held or chair
