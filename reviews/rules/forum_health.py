"""How a forum does: its gaps, who comes, what it decides. Counting and comparing only.

Public names::

    gaps(days, plan, today) -> list[Gap]
    trend(values) -> (earlier, recent)
    health(facts) -> Health

A rank is 1 for the highest: an average that rises means that lower ranks come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

GRACE = 5  # days: a day off moves a meeting, and that is no fault
LONG = 2  # a gap of this many times the plan is long
COMPARED = 3  # meetings on each side of a comparison
SINKS = 0.5  # of a rank, between the averages of two sides
HALF = 50  # per cent
FEW = 4  # items or decisions below which a share says nothing

NEVER_MET = "never_met"
OVERDUE = "overdue"
LONG_GAP = "long_gap"
NO_QUORUM = "no_quorum"
SPARSE = "sparse"
CHAIR_AWAY = "chair_away"
RANK_SINKS = "rank_sinks"
FEW_DECIDED = "few_decided"
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meeting that was held: core places, how many were filled, and by whom.

    ``chair`` None: who presides was not written down. ``planned`` False: an extraordinary
    one, called besides the rhythm: who came counts, but it closes no gap. ``quorate``
    False: held with too few; it closes the gap, and that is said.
    """

    day: date
    core: int
    came: int
    delegates: int = 0
    ranks: tuple[int, ...] = ()
    chair: bool | None = None
    planned: bool = True
    quorate: bool = True

    @property
    def percent(self) -> int | None:
        """Share of the core places that came; None where no place is known."""
        return percent(self.came, self.core)

    @property
    def delegated(self) -> int | None:
        """Share of delegates among those who came."""
        return percent(self.delegates, self.came)

    @property
    def rank(self) -> float | None:
        """Average rank of those who came whose rank is known."""
        return sum(self.ranks) / len(self.ranks) if self.ranks else None


@dataclass(frozen=True, slots=True)
class Gap:
    """From one meeting to the next; ``until`` is today where ``is_open``."""

    since: date
    until: date
    over: int
    is_open: bool = False

    @property
    def days(self) -> int:
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class Items:
    """What became of the items of the meetings that were held."""

    decided: int = 0
    done: int = 0
    noted: int = 0
    carried: int = 0

    @property
    def total(self) -> int:
        return self.decided + self.done + self.noted + self.carried

    @property
    def percent(self) -> int | None:
        """Share decided, of those that still waited when the meeting took them up."""
        return percent(self.decided, self.total - self.done)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a forum; ``held`` oldest first, ``watched_from`` where it first planned.

    ``due``: planned meetings that were to be held in the window. ``own`` and ``elsewhere``:
    decisions about its business, by itself and by another forum; ``written`` of its own.
    """

    today: date
    plan: int
    window_from: date
    held: tuple[Sitting, ...] = ()
    due: int = 0
    watched_from: date | None = None
    items: Items = Items()
    own: int = 0
    written: int = 0
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """How a forum does, and the warnings that follow."""

    facts: Facts
    sittings: tuple[Sitting, ...]
    gaps: tuple[Gap, ...]
    longest: Gap | None
    overdue_by: int
    attendance: int | None
    chair: tuple[int, int] | None
    rank: tuple[float, float] | None
    warnings: tuple[str, ...]

    @property
    def met(self) -> int:
        """Planned meetings held in the window."""
        return sum(each.planned for each in self.sittings)

    @property
    def extraordinary(self) -> int:
        """Extraordinary meetings held in the window."""
        return len(self.sittings) - self.met

    @property
    def without_quorum(self) -> int:
        """How many of the newest meetings, one after the other, were held with too few."""
        run = 0
        for each in reversed(self.sittings):
            if each.quorate:
                break
            run += 1
        return run

    @property
    def elsewhere_percent(self) -> int | None:
        """Share of the decisions about its business that another forum took."""
        return percent(self.facts.elsewhere, self.facts.elsewhere + self.facts.own)

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorts the worst first: most warnings, longest overdue, fewest who come."""
        attendance = 100 if self.attendance is None else self.attendance
        return (-len(self.warnings), -self.overdue_by, attendance)


def percent(part: int, whole: int) -> int | None:
    """A share in per cent, halves rounded up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else None


def gaps(days: Sequence[date], plan: int, today: date) -> list[Gap]:
    """From each meeting to the next, and from the last until today; ``days`` in order."""
    ends = [*days[1:], today][: len(days)]
    return [
        Gap(since, until, max((until - since).days - plan, 0), is_open=number == len(days))
        for number, (since, until) in enumerate(zip(days, ends, strict=True), start=1)
    ]


def trend(values: Sequence[float]) -> tuple[float, float] | None:
    """Averages of the newest values and of as many before them; None if there are too few."""
    side = min(COMPARED, len(values) // 2)
    if side < 2:
        return None
    recent, earlier = values[-side:], values[-2 * side : -side]
    return sum(earlier) / side, sum(recent) / side


def health(facts: Facts) -> Health:
    """All that follows from the facts."""
    window = tuple(each for each in facts.held if each.day >= facts.window_from)
    planned = [each.day for each in facts.held if each.planned]
    every = gaps(planned, facts.plan, facts.today)
    shown = tuple(gap for gap in every if gap.until >= facts.window_from)
    overdue_by = _overdue_by(facts, every)
    chair = trend([100.0 * each.chair for each in window if each.chair is not None])
    rank = trend([each.rank for each in window if each.rank is not None])
    known = [each for each in window if each.core]
    found = Health(
        facts=facts,
        sittings=window,
        gaps=shown,
        longest=max(shown, key=lambda gap: gap.days, default=None),
        overdue_by=overdue_by,
        attendance=percent(sum(each.came for each in known), sum(each.core for each in known)),
        chair=None if chair is None else (round(chair[0]), round(chair[1])),
        rank=rank,
        warnings=(),
    )
    return _warned(found)


def _overdue_by(facts: Facts, every: list[Gap]) -> int:
    """Days past the plan now; 0 while in time, or where no rhythm has begun."""
    since = every[-1].since if every else facts.watched_from
    if since is None:
        return 0
    days = (facts.today - since).days - facts.plan
    return days if days > GRACE else 0


def _warned(found: Health) -> Health:
    facts = found.facts
    closed = [gap for gap in found.gaps if not gap.is_open]
    decided = facts.items.percent
    ever = any(each.planned for each in facts.held)
    own_and_other = facts.own + facts.elsewhere
    holds = {
        NEVER_MET: not ever and found.overdue_by > 0,
        OVERDUE: ever and found.overdue_by > 0,
        LONG_GAP: any(gap.days > LONG * facts.plan for gap in closed),
        NO_QUORUM: found.without_quorum > 0,
        SPARSE: found.attendance is not None and found.attendance < HALF,
        CHAIR_AWAY: found.chair is not None and found.chair[1] < found.chair[0],
        RANK_SINKS: found.rank is not None and found.rank[1] - found.rank[0] >= SINKS,
        FEW_DECIDED: facts.items.total >= FEW and decided is not None and decided < HALF,
        ELSEWHERE: own_and_other >= FEW and facts.elsewhere > facts.own,
    }
    return replace(found, warnings=tuple(code for code, held in holds.items() if held))
