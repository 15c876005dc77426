"""How votes become an outcome. Silence never approves.

Public names::

    Ballot(post_id, presides=False, choice=None, barred=False)
    Tally(state, why, needed)
    tally(mode, quorum, ballots, closing=False) -> Tally

A ballot is one place of a motion with what it chose, if it chose. Places that
are barred or stood aside neither vote nor count towards the quorum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

CHAIR, MAJORITY, UNANIMITY, WRITTEN = "chair", "majority", "unanimity", "written"
FOR, AGAINST, ABSTAIN, STOOD_ASIDE = "for", "against", "abstain", "stood_aside"
OPEN, CARRIED, LOST, LAPSED = "open", "carried", "lost", "lapsed"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One place of a motion. ``choice`` None: nothing said yet."""

    post_id: int
    presides: bool = False
    choice: str | None = None
    barred: bool = False

    @property
    def is_free(self) -> bool:
        return not self.barred and self.choice != STOOD_ASIDE

    @property
    def has_voted(self) -> bool:
        return self.is_free and self.choice is not None


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a motion stands. ``why`` is a code; ``needed`` votes still lack to the quorum."""

    state: str
    why: str
    needed: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == OPEN


def tally(mode: str, quorum: int, ballots: Iterable[Ballot], closing: bool = False) -> Tally:
    """The outcome of a motion, or that it is still open.

    ``quorum`` counts places that voted for, against or abstained. With ``closing``
    the time is up: what has no quorum or no decision then lapses. Raises
    ValueError for a mode that does not exist.
    """
    count = _Count(quorum, list(ballots))
    if mode == CHAIR:
        found = _by_chair(count)
    elif mode == UNANIMITY:
        found = _unanimous(count, closing)
    elif mode in {MAJORITY, WRITTEN}:
        found = _by_majority(count, closing, early=mode == MAJORITY)
    else:
        raise ValueError(f"no such mode: {mode}")
    if found.is_open and count.out_of_reach:
        return Tally(LAPSED, "quorum_out_of_reach", count.needed)
    if found.is_open and closing:
        return Tally(LAPSED, "no_quorum" if count.needed else "undecided", count.needed)
    return found


class _Count:
    """What the modes look at."""

    def __init__(self, quorum: int, ballots: list[Ballot]) -> None:
        free = [ballot for ballot in ballots if ballot.is_free]
        said = Counter(ballot.choice for ballot in free if ballot.has_voted)
        self.presiding = next((ballot for ballot in ballots if ballot.presides), None)
        self.favour, self.against, self.abstained = said[FOR], said[AGAINST], said[ABSTAIN]
        self.voted = said.total()
        self.left = len(free) - self.voted
        self.needed = max(0, quorum - self.voted)
        self.out_of_reach = self.needed > self.left


def _by_chair(count: _Count) -> Tally:
    """Who presides decides by their own vote, once a quorum was heard."""
    decides = count.presiding
    if decides is None or not decides.is_free:
        return Tally(LAPSED, "nobody_presides", count.needed)
    if decides.choice not in {FOR, AGAINST}:
        return Tally(OPEN, "awaiting_who_presides", count.needed)
    if count.needed:
        return Tally(OPEN, "awaiting_quorum", count.needed)
    if decides.choice == FOR:
        return Tally(CARRIED, "who_presides_for")
    return Tally(LOST, "who_presides_against")


def _by_majority(count: _Count, closing: bool, early: bool) -> Tally:
    """More for than against. ``early``: as soon as no vote left can change it."""
    if count.needed:
        return Tally(OPEN, "awaiting_quorum", count.needed)
    complete = closing or count.left == 0
    if count.favour > count.against + (0 if complete else count.left) and (early or complete):
        return Tally(CARRIED, "majority_for")
    if count.against >= count.favour + (0 if complete else count.left) and (early or complete):
        return Tally(LOST, "no_majority_for")
    return Tally(OPEN, "awaiting_votes")


def _unanimous(count: _Count, closing: bool) -> Tally:
    """Every free place present votes for; one that does not is enough to lose."""
    if count.against or count.abstained:
        return Tally(LOST, "not_all_for", count.needed)
    if count.needed:
        return Tally(OPEN, "awaiting_quorum", count.needed)
    if count.left == 0 or closing:
        return Tally(CARRIED, "all_for")
    return Tally(OPEN, "awaiting_votes")
