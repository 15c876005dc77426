"""What passing their deadlines comes to for a batch of disputes, in a fixed number of queries.

The same as the single step (reviews.services.ladder) would come to: a test compares them.
What is not plain is left to it, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef

from forums.models import Forum, Motion
from forums.selectors import ladders, rooms
from people.selectors import calendars
from reviews.models import Dispute, HoldLift, RulingProposal, Tier
from reviews.rules import nudges
from reviews.selectors import held
from reviews.selectors.climbing import due, interests
from reviews.selectors.climbing.sets import those


class Move(NamedTuple):
    """One step up: what is written of it."""

    dispute: int
    from_tier: int
    was: date
    deadline: date
    nudge_on: date | None


NOBODY = interests.Aside(frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Mark:
    """A dispute that stands at the top past its deadline: since when, reminded when."""

    dispute: int
    tier: int
    was: date
    since: date
    nudge_on: date | None


@dataclass(slots=True)
class Plan:
    """What to do with a batch; ``singly``: what is not plain, one by one."""

    moves: list[Move] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    singly: list[int] = field(default_factory=list)


class _Rung(NamedTuple):
    """The next tier of a dispute, or the one it stands at."""

    forum: int
    response_days: int
    chair: int
    alternate: int | None
    quorum: int
    is_top: bool


class _Place(NamedTuple):
    """A rung on a day: its room and quorum (no room: the top always sits), its last day."""

    room: rooms.Room | None
    quorum: int
    deadline: date
    nudge_on: date | None


def plan(ids: Sequence[int], at: datetime) -> Plan:
    """Sort a batch into steps, marks, and what is to be done one by one.

    Locks the disputes for the transaction (PostgreSQL) and leaves out those that
    another has; what has moved or ended since it was listed is left out, too.
    """
    rows = _held(ids, at)
    planning = _Planning(at, [row[0] for row in rows])
    found = Plan()
    for pk, tier, deadline, zone in rows:
        planning.sort(found, pk, tier, deadline, due.day_in(zone, at))
    return found


def _held(ids: Sequence[int], at: datetime) -> list[tuple[int, int, date, str]]:
    rows = (
        Dispute.objects.filter(
            pk__in=those(ids),
            state=Dispute.State.OPEN,
            overdue_at_top_since=None,
            deadline__lt=due.latest_day(at),
        )
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("deadline", "pk")
        .values_list("pk", "tier", "deadline", "area__programme__time_zone")
    )
    return [
        (pk, tier, deadline, zone)
        for pk, tier, deadline, zone in rows
        if deadline is not None and due.passed(deadline, zone, at)
    ]


class _Planning:
    """What a batch needs to know, read once; the days of each combination worked out once."""

    def __init__(self, at: datetime, ids: list[int]) -> None:
        self.at = at
        self.above = _rungs(ids, 1)
        self.tops = _rungs([pk for pk in ids if pk not in self.above], 0)
        self.not_plain = _not_plain(ids)
        self.aside = interests.of(list(self.above))
        wanted = {rung.forum for rungs in (self.above, self.tops) for rung in rungs.values()}
        self.forums = _sitting_for(wanted)
        self.rooms: dict[date, dict[rooms.Key, rooms.Room]] = {}
        self.places: dict[tuple[_Rung, date], _Place] = {}
        self.sits: dict[tuple[Any, ...], bool] = {}
        self.nudges: dict[tuple[Any, ...], date | None] = {}

    def sort(self, found: Plan, pk: int, tier: int, deadline: date, today: date) -> None:
        """Put one dispute where it belongs."""
        try:
            self._sort(found, pk, tier, deadline, today)
        except ValueError:  # a country without a calendar stops its own disputes only
            found.singly.append(pk)

    def _sort(self, found: Plan, pk: int, tier: int, deadline: date, today: date) -> None:
        rung = self.above.get(pk)
        if rung is None:
            nudge_on = self._nudge(self.tops[pk], deadline, today)
            found.marks.append(Mark(pk, tier, deadline, today, nudge_on))
            return
        place = self.places.get((rung, today)) or self._place(rung, today)
        if pk in self.not_plain or not self._can_sit(place, pk):
            found.singly.append(pk)
        else:
            found.moves.append(Move(pk, tier, deadline, place.deadline, place.nudge_on))

    def _can_sit(self, place: _Place, pk: int) -> bool:
        if place.room is None:
            return True
        aside, room = self.aside[pk], place.room
        if not room.concerns(aside.organisations, aside.users):
            aside = NOBODY
        key = (id(room), place.quorum, aside)
        if key not in self.sits:
            self.sits[key] = room.sit(aside.as_interests(), place.quorum, False)[0].ok
        return self.sits[key]

    def _place(self, rung: _Rung, today: date) -> _Place:
        """Work out a rung on a day, once. Raises ValueError for a country without calendar."""
        country = self.forums[rung.forum].country
        last = calendars.deadline(today, rung.response_days, country)
        place = _Place(
            room=None if rung.is_top else self._room(rung, today),
            quorum=self._offices(rung)[2],
            deadline=last,
            nudge_on=self._nudge(rung, last, today),
        )
        self.places[rung, today] = place
        return place

    def _room(self, rung: _Rung, today: date) -> rooms.Room:
        if today not in self.rooms:
            wanted = {self._room_key(each) for each in set(self.above.values()) if not each.is_top}
            self.rooms[today] = rooms.load(wanted, today)
        return self.rooms[today][self._room_key(rung)]

    def _room_key(self, rung: _Rung) -> rooms.Key:
        chair, alternate, _quorum = self._offices(rung)
        return self.forums[rung.forum].pk, chair, alternate

    def _offices(self, rung: _Rung) -> tuple[int, int | None, int]:
        """As frozen; those of the successor once the forum closed."""
        forum = self.forums[rung.forum]
        if forum.pk == rung.forum:
            return rung.chair, rung.alternate, rung.quorum
        return forum.chair_id, forum.alternate_id, forum.quorum

    def _nudge(self, rung: _Rung, last: date, today: date) -> date | None:
        key = (self.forums[rung.forum].country, rung.is_top, last, today)
        if key not in self.nudges:
            days_off = calendars.holidays(key[0], today.year - 1, last.year + 1)
            self.nudges[key] = nudges.next_day(last, today, rung.is_top, days_off)
        return self.nudges[key]


def _rungs(ids: Sequence[int], above: int) -> dict[int, _Rung]:
    """The tier so many above where each stands; those at the top have none above."""
    higher = Tier.objects.filter(dispute=OuterRef("dispute"), number__gt=OuterRef("number"))
    rows = (
        Tier.objects.filter(dispute__in=those(ids), number=F("dispute__tier") + above)
        .order_by()
        .values_list(
            "dispute", "forum", "response_days", "chair", "alternate", "quorum", ~Exists(higher)
        )
    )
    return {row[0]: _Rung._make(row[1:]) for row in rows}


def _not_plain(ids: Sequence[int]) -> set[int]:
    """Restricted ones, and those with a motion before a forum that would be withdrawn."""
    restricted = Dispute.restricted_to.through._default_manager.filter(dispute__in=those(ids))
    found = set(restricted.order_by().values_list("dispute", flat=True))
    rulings = RulingProposal.objects.filter(dispute__in=those(ids), motion__state=Motion.State.OPEN)
    found |= set(rulings.order_by().values_list("dispute", flat=True))
    lifts = HoldLift.objects.filter(motion__state=Motion.State.OPEN, hold__ref__startswith=held.REF)
    refs = lifts.order_by().values_list("hold__ref", flat=True)
    return found | {int(number) for ref in refs if (number := ref.removeprefix(held.REF)).isdigit()}


def _sitting_for(forum_ids: set[int]) -> dict[int, Forum]:
    """Each forum, or the successor of one that was closed."""
    forums = Forum.objects.in_bulk(sorted(forum_ids))
    return {
        pk: forum if forum.closed_on is None else ladders.sitting_for(forum)
        for pk, forum in forums.items()
    }
