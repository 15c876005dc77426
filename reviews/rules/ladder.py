"""The ladder a dispute climbs, as a table of legal steps (facts 6 and 7).

Public names::

    Case(tier, top, state="open", steps=(), overdue_at_top=False)
    Step(from_tier, trigger)
    climb(case, trigger) -> Case
    end(case, act) -> Case
    pass_deadline(case, today, deadline) -> Case
    Standing(...), obstacles(trigger, standing) -> tuple[str, ...]
    start(subject, concerned, all_sit_there) -> tuple[int, ...]
    conflict_start(conflict, common) -> tuple[int, ...]

Tiers are numbered from 1. A case is immutable: each act gives a new one, or
raises Illegal and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

OPEN = "open"
# What ends an open case, and what a case that has ended still allows.
ENDINGS = {
    (OPEN, "settle"): "settled",
    (OPEN, "withdraw"): "withdrawn",
    (OPEN, "rule"): "ruled",
    ("ruled", "rule"): "ruled",  # only a new decision supersedes a ruling
}
DEADLOCK, DEADLINE, WITHHELD = "deadlock", "deadline", "withheld"
OVERDUE_ACTION, CANNOT_SIT = "overdue_action", "cannot_sit"
BY_PEOPLE = (DEADLOCK, WITHHELD, OVERDUE_ACTION, CANNOT_SIT)
TRIGGERS = frozenset({*BY_PEOPLE, DEADLINE})


class Illegal(Exception):
    """A step the table does not have. ``code`` says which rule forbids it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Step:
    """One step up: from which tier and why."""

    from_tier: int
    trigger: str


@dataclass(frozen=True, slots=True)
class Case:
    """Where a dispute stands on its frozen ladder of ``top`` tiers."""

    tier: int
    top: int
    state: str = OPEN
    steps: tuple[Step, ...] = ()
    overdue_at_top: bool = False

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    @property
    def at_top(self) -> bool:
        return self.tier == self.top


def climb(case: Case, trigger: str) -> Case:
    """One step up. Raises Illegal when the case has ended or stands at the top."""
    if trigger not in TRIGGERS:
        raise Illegal("no_such_trigger")
    if not case.is_open:
        raise Illegal("ended")
    if case.at_top:
        raise Illegal("at_top")
    step = Step(case.tier, trigger)
    return replace(case, tier=case.tier + 1, steps=(*case.steps, step))


def end(case: Case, act: str) -> Case:
    """Settle, withdraw or rule. Raises Illegal when the case has already ended."""
    after = ENDINGS.get((case.state, act))
    if after is None:
        raise Illegal("ended")
    return replace(case, state=after)


def pass_deadline(case: Case, today: date, deadline: date) -> Case:
    """What the sweep does: one step up after the last day; at the top a mark, set once.

    The case itself when nothing is due, so that sweeping twice is sweeping once.
    """
    if not case.is_open or today <= deadline or case.overdue_at_top:
        return case
    return replace(case, overdue_at_top=True) if case.at_top else climb(case, DEADLINE)


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides which triggers are open to somebody now.

    ``stay_until``: last day of the tier's minimum stay. ``by_chair`` and
    ``by_party``: in which capacity they ask.
    """

    case: Case
    today: date
    stay_until: date
    by_chair: bool = False
    by_party: bool = False
    waived_by_all: bool = False
    positions_missing: int = 0
    settlement_answered: bool = False
    information_withheld: bool = False
    action_overdue: bool = False
    can_sit: bool = True

    @property
    def stay_is_over(self) -> bool:
        return self.waived_by_all or self.today > self.stay_until


def obstacles(trigger: str, standing: Standing) -> tuple[str, ...]:
    """Why this trigger is not open now, as codes; empty: the case may be bumped up.

    The chair declares deadlock at any time. A party waits out the minimum stay
    unless all waive it, and declares deadlock only once all positions are in and a
    settlement proposal was answered at this tier. Who keeps silent delays nothing
    beyond the last day here: that passes by itself, and the chair need not wait.
    """
    case = standing.case
    if not case.is_open:
        return ("ended",)
    if case.at_top:
        return ("at_top",)
    if trigger not in BY_PEOPLE:
        return ("passes_by_itself",)
    if not (standing.by_chair or standing.by_party):
        return ("neither_chair_nor_party",)
    found = {
        DEADLOCK: _deadlock,
        WITHHELD: _withheld,
        OVERDUE_ACTION: _overdue_action,
        CANNOT_SIT: _cannot_sit,
    }[trigger](standing)
    return tuple(found)


def _deadlock(standing: Standing) -> Iterable[str]:
    if standing.by_chair:
        return
    yield from _stay(standing)
    if standing.positions_missing:
        yield "positions_missing"
    if not standing.settlement_answered:
        yield "no_settlement_answered"


def _withheld(standing: Standing) -> Iterable[str]:
    if not standing.by_chair:
        yield from _stay(standing)
    if not standing.information_withheld:
        yield "nothing_withheld"


def _overdue_action(standing: Standing) -> Iterable[str]:
    if not standing.by_chair:
        yield from _stay(standing)
    if not standing.action_overdue:
        yield "no_action_overdue"


def _cannot_sit(standing: Standing) -> Iterable[str]:
    if standing.can_sit:
        yield "forum_can_sit"


def _stay(standing: Standing) -> Iterable[str]:
    if not standing.stay_is_over:
        yield "minimum_stay"


def start(
    subject: Sequence[int], concerned: Iterable[Sequence[int]], all_sit_there: bool
) -> tuple[int, ...]:
    """The ladder of a new case, lowest forum first.

    ``subject`` is the ladder from the subject's home forum, ``concerned`` those of
    the other home forums. It begins where they all meet, or at the subject's home
    forum when all parties sit there, and never at the top directly. Raises Illegal
    when they never meet or there is nothing below the top.
    """
    if len(subject) < 2:
        raise Illegal("nothing_below_the_top")
    if all_sit_there:
        return tuple(subject)
    others = [set(ladder) for ladder in concerned]
    meets = (place for place, forum in enumerate(subject) if all(forum in one for one in others))
    place = next(meets, None)
    if place is None:
        raise Illegal("ladders_never_meet")
    return tuple(subject[min(place, len(subject) - 2) :])


def conflict_start(conflict: Sequence[int], common: Sequence[int]) -> tuple[int, ...]:
    """The ladder of a case about who gains and who pays: from the conflict forum up.

    ``conflict`` is the ladder from that forum, ``common`` the one the case would climb
    otherwise. Raises Illegal unless both end at the same top with something below it.
    """
    if not conflict or conflict[-1] != common[-1]:
        raise Illegal("conflict_forum_elsewhere")
    if len(conflict) < 2:
        raise Illegal("conflict_forum_at_the_top")
    return tuple(conflict)
