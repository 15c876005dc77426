"""What passing their deadlines comes to for a batch of disputes, in a fixed number of queries.

The same as the single step (reviews.services.ladder) would come to: a test compares them.
Disputes that stand alike are worked out once; those in which somebody in the room may have
to stand aside are looked at one by one, and what is not plain is left to the single step.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from django.db.models import F

from forums.models import Motion
from forums.selectors import ladders, rooms
from people.selectors import calendars
from reviews.models import Dispute, HoldLift, RulingProposal, Tier
from reviews.rules import nudges
from reviews.selectors import held
from reviews.selectors.climbing import interests, seats
from reviews.selectors.climbing.due import Due, Standing, day_in
from reviews.selectors.climbing.sets import those


class Move(NamedTuple):
    """One step up for each of these disputes: what is written of it."""

    disputes: list[int]
    from_tier: int
    was: date
    deadline: date
    nudge_on: date | None


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


class _Place(NamedTuple):
    """A rung on a day: its room and quorum (no room: the top always sits), its last day."""

    room: rooms.Room | None
    quorum: int
    deadline: date
    nudge_on: date | None


class _Days:
    """Last days, and days on which people are warned: each worked out once for a batch."""

    def __init__(self) -> None:
        self.last = cache(calendars.deadline)
        self.nudge = cache(_nudge)


def plan(due: Due, at: datetime) -> Plan:
    """Sort a batch into steps, marks, and what is to be done one by one."""
    found, days = Plan(), _Days()
    today = {each: day_in(each.zone, at) for each in due.alike}
    _mark(found, {each: ids for each, ids in due.alike.items() if each.at_top}, today, days)
    climbing = {each: ids for each, ids in due.alike.items() if not each.at_top}
    places = _places(climbing, today, days)
    found.singly += [pk for each, ids in climbing.items() if each not in places for pk in ids]
    _move(found, {each: climbing[each] for each in places}, places)
    return found


def _mark(
    found: Plan, tops: dict[Standing, list[int]], today: dict[Standing, date], days: _Days
) -> None:
    countries = _countries_at([pk for ids in tops.values() for pk in ids]) if tops else {}
    for each, ids in tops.items():
        for pk in ids:
            try:
                nudge_on = days.nudge(countries[pk], True, each.deadline, today[each])
            except ValueError:  # a country without a calendar stops its own disputes only
                found.singly.append(pk)
            else:
                found.marks.append(Mark(pk, each.tier, each.deadline, today[each], nudge_on))


def _move(found: Plan, climbing: dict[Standing, list[int]], places: dict[Standing, _Place]) -> None:
    """Those whose room can sit over them move; a room is asked once for all alike."""
    rooms_of = {
        pk: place.room
        for each, place in places.items()
        if place.room is not None
        for pk in climbing[each]
    }
    touched = interests.touching(rooms_of) if rooms_of else set()
    asides = interests.of(sorted(touched)) if touched else {}
    not_plain = _not_plain([pk for ids in climbing.values() for pk in ids])
    can_sit = cache(_can_sit)
    for each, place in places.items():
        ids = climbing[each]
        stay = {pk for pk in ids if pk in not_plain}
        stay |= {pk for pk in ids if pk in touched and not can_sit(place, asides[pk])}
        if not can_sit(place, interests.NOBODY):
            stay |= set(ids) - touched
        found.singly += sorted(stay)
        going = [pk for pk in ids if pk not in stay]
        if going:
            step = Move(going, each.tier, each.deadline, place.deadline, place.nudge_on)
            found.moves.append(step)


def _can_sit(place: _Place, aside: interests.Aside) -> bool:
    if place.room is None:
        return True
    return place.room.sit(aside.as_interests(), place.quorum, False)[0].ok


def _places(
    climbing: Collection[Standing], today: dict[Standing, date], days: _Days
) -> dict[Standing, _Place]:
    """The rung above on its day; none where a country has no calendar."""
    above = _seats(climbing)
    keys: dict[date, set[rooms.Key]] = {}
    for each, seat in above.items():
        if not seat.is_top:
            keys.setdefault(today[each], set()).add(seat.offices)
    loaded = {day: rooms.load(wanted, day) for day, wanted in keys.items()}
    found: dict[Standing, _Place] = {}
    for each, seat in above.items():
        day, country = today[each], seat.forum.country
        try:
            last = days.last(day, each.response_days, country)
            nudge_on = days.nudge(country, seat.is_top, last, day)
        except ValueError:
            continue
        room = None if seat.is_top else loaded[day][seat.offices]
        found[each] = _Place(room, seat.quorum, last, nudge_on)
    return found


def _seats(climbing: Collection[Standing]) -> dict[Standing, seats.Seat]:
    forums = ladders.sitting_for_each({each.forum for each in climbing if each.forum is not None})
    return {
        each: seats.seat(
            forums[each.forum], each.forum, each.chair, each.alternate, each.quorum,
            each.goes_to_top,
        )
        for each in climbing
        if each.forum is not None
    }  # fmt: skip


def _nudge(country: str, is_top: bool, last: date, today: date) -> date | None:
    days_off = calendars.holidays(country, today.year - 1, last.year + 1)
    return nudges.next_day(last, today, is_top, days_off)


def _countries_at(ids: Sequence[int]) -> dict[int, str]:
    """The country of the forum where each of these stands."""
    rows = (
        Tier.objects.filter(dispute__in=those(ids), number=F("dispute__tier"))
        .order_by()
        .values_list("dispute", "forum")
    )
    at = dict(rows)
    forums = ladders.sitting_for_each(set(at.values()))
    return {pk: forums[forum].country for pk, forum in at.items()}


def _not_plain(ids: Sequence[int]) -> set[int]:
    """Restricted ones, and those with a motion before a forum that would be withdrawn."""
    restricted = Dispute.restricted_to.through._default_manager.filter(dispute__in=those(ids))
    found = set(restricted.order_by().values_list("dispute", flat=True))
    rulings = RulingProposal.objects.filter(dispute__in=those(ids), motion__state=Motion.State.OPEN)
    found |= set(rulings.order_by().values_list("dispute", flat=True))
    lifts = HoldLift.objects.filter(motion__state=Motion.State.OPEN, hold__ref__startswith=held.REF)
    refs = lifts.order_by().values_list("hold__ref", flat=True)
    return found | {int(number) for ref in refs if (number := ref.removeprefix(held.REF)).isdigit()}
