"""Meetings that are to come: made from cycles, called together, moved, cancelled, missed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Cycle, Forum, Meeting
from forums.rules import cycles as rules
from forums.selectors import meetings as selectors
from forums.selectors import members
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people import days
from people.selectors import calendars, people

AHEAD_DAYS = 60
AHEAD_MEETINGS = 2


class ForumClosed(Refused):
    message = gettext_lazy("This forum is closed. Its successor meets in its place.")
    code = "forum_closed"


class NeedsReason(Refused):
    message = gettext_lazy("Say why.")
    code = "needs_reason"


class InThePast(Refused):
    message = gettext_lazy("Give a time in the future.")
    code = "meeting_in_the_past"


class NotPlanned(Refused):
    message = gettext_lazy("This meeting is no longer planned. Its page shows what became of it.")
    code = "meeting_not_planned"


def make_due(*, at: datetime) -> int:
    """Make the meetings that every open cycle has ahead; how many were made.

    At least the next two of each cycle, and all of the next 60 days. Each cycle is
    claimed by compare-and-set on how far it was made, so that twice adds nothing.
    """
    open_ones = Cycle.objects.filter(
        Q(ends_on=None) | Q(made_until=None) | Q(made_until__lt=F("ends_on")),
        forum__closed_on=None,
    )
    found = list(open_ones.select_related("forum").order_by("pk"))
    return sum(make_of(cycle=cycle, at=at) for cycle in found)


@transaction.atomic
def make_of(*, cycle: Cycle, at: datetime) -> int:
    """Make the meetings that one cycle has ahead; 0 if another did so at the same moment."""
    today = selectors.today(cycle.forum, at)
    horizon = rules.upcoming(
        cycle.first_on,
        cycle.rhythm,
        max(today, cycle.first_on - timedelta(days=1)),
        AHEAD_MEETINGS,
        today + timedelta(days=AHEAD_DAYS),
    )
    until = horizon if cycle.ends_on is None else min(horizon, cycle.ends_on)
    if not rules.sittings(cycle.first_on, cycle.rhythm, until, after=cycle.made_until):
        return 0  # most runs: no slot has come, whatever days are off
    off = calendars.holidays(cycle.forum.country, cycle.first_on.year, until.year + 1)
    due = rules.sittings(cycle.first_on, cycle.rhythm, until, off, after=cycle.made_until)
    if not due:
        return 0
    claimed = Cycle.objects.filter(
        pk=cycle.pk, made_until=cycle.made_until, ends_on=cycle.ends_on
    ).update(made_until=due[-1].slot)
    if claimed != 1:
        return 0
    made = [_planned(cycle, sitting) for sitting in due]
    for meeting in made:
        meeting.save(force_insert=True)
    events.record_many(
        lines=[
            events.Line(
                "meeting.made",
                meeting,
                {"forum": cycle.forum_id, "cycle": cycle.pk, "slot": meeting.slot},
            )
            for meeting in made
        ],
        by=Actor.system("meetings"),
        at=at,
    )
    return len(made)


def _planned(cycle: Cycle, sitting: rules.Sitting) -> Meeting:
    starts_at = datetime.combine(sitting.day, cycle.at_time, tzinfo=selectors.zone(cycle.forum))
    return Meeting(
        forum=cycle.forum,
        cycle=cycle,
        slot=sitting.slot,
        starts_at=starts_at,
        minutes_long=cycle.minutes_long,
        place=cycle.place,
        call_on=selectors.working_day(cycle.forum, sitting.day, -cycle.agenda_days),
    )


@transaction.atomic
def convene(
    *,
    forum: Forum,
    starts_at: datetime,
    reason: str,
    by: Actor,
    at: datetime,
    minutes_long: int = 120,
    place: str = "",
) -> Meeting:
    """Call a meeting outside every rhythm; its agenda goes out at once.

    Raises ForumClosed, NeedsReason, InThePast.
    """
    if forum.closed_on is not None:
        raise ForumClosed
    _check(reason, starts_at, at)
    meeting = Meeting.objects.create(
        forum=forum,
        starts_at=starts_at,
        minutes_long=minutes_long,
        place=place,
        call_on=selectors.today(forum, at),
        state_reason=reason,
    )
    event = events.record(
        verb="meeting.convened",
        subject=meeting,
        by=by,
        at=at,
        data={"forum": forum.pk, "starts_at": starts_at},
        texts={"reason": reason},
    )
    tell(event, meeting, _("Extraordinary meeting of %(forum)s on %(day)s"), at)
    return meeting


@transaction.atomic
def move(
    *,
    meeting: Meeting,
    starts_at: datetime,
    reason: str,
    by: Actor,
    at: datetime,
    place: str | None = None,
) -> Meeting:
    """Put a planned meeting to another time or place; its slot stays. Members are told.

    An agenda that has not gone out yet goes out as many working days ahead as before.
    Raises NeedsReason, InThePast, NotPlanned.
    """
    _check(reason, starts_at, at)
    day = selectors.today(meeting.forum, starts_at)
    ahead = meeting.cycle.agenda_days if meeting.cycle else 0
    moved = Meeting.objects.filter(
        pk=meeting.pk, state=Meeting.State.PLANNED, starts_at=meeting.starts_at
    ).update(
        starts_at=starts_at,
        place=meeting.place if place is None else place,
        call_on=selectors.working_day(meeting.forum, day, -ahead),
        state_reason=reason,
    )
    if moved != 1:
        raise NotPlanned
    before = meeting.starts_at
    meeting.refresh_from_db()
    event = events.record(
        verb="meeting.moved",
        subject=meeting,
        by=by,
        at=at,
        data={"forum": meeting.forum_id, "from": before, "to": starts_at},
        texts={"reason": reason},
    )
    tell(event, meeting, _("The meeting of %(forum)s is moved to %(day)s"), at)
    return meeting


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: Actor, at: datetime) -> Meeting:
    """A planned meeting does not take place, for a reason. Raises NeedsReason, NotPlanned.

    Where it has an agenda, ``reviews.services.sittings.cancel`` carries the items over.
    """
    if not reason.strip():
        raise NeedsReason(fields={"reason": str(NeedsReason.message)})
    event = _drop(meeting, Meeting.State.CANCELLED, reason, by, at)
    tell(event, meeting, _("The meeting of %(forum)s on %(day)s is cancelled"), at)
    return meeting


@transaction.atomic
def miss(*, meeting: Meeting, at: datetime) -> Meeting:
    """Nobody recorded that a meeting took place: it did not. Raises NotPlanned.

    Can be recorded all the same later: see ``forums.services.sittings.hold``.
    """
    reason = _("Nobody recorded within three working days that it took place.")
    event = _drop(meeting, Meeting.State.MISSED, reason, Actor.system("meetings"), at)
    tell(event, meeting, _("The meeting of %(forum)s on %(day)s was not recorded"), at)
    return meeting


@transaction.atomic
def mark_called(*, meeting: Meeting, items: int, by: Actor, at: datetime) -> bool:
    """Send a meeting's agenda to everybody around the forum; False if it went out before."""
    claimed = Meeting.objects.filter(
        pk=meeting.pk, state=Meeting.State.PLANNED, called_at=None
    ).update(called_at=at)
    if claimed != 1:
        return False
    meeting.refresh_from_db()
    event = events.record(
        verb="meeting.called",
        subject=meeting,
        by=by,
        at=at,
        data={"forum": meeting.forum_id, "items": items},
    )
    tell(event, meeting, _("Agenda of %(forum)s on %(day)s"), at)
    return True


def drop_all(*, meetings: Iterable[Meeting], reason: str, by: Actor, at: datetime) -> int:
    """Cancel these meetings without telling each: what made them go tells of it. How many."""
    dropped = 0
    for meeting in meetings:
        _drop(meeting, Meeting.State.CANCELLED, reason, by, at)
        dropped += 1
    return dropped


def _drop(meeting: Meeting, state: str, reason: str, by: Actor, at: datetime) -> Event:
    dropped = Meeting.objects.filter(pk=meeting.pk, state=Meeting.State.PLANNED).update(
        state=state, state_reason=reason
    )
    if dropped != 1:
        raise NotPlanned
    meeting.refresh_from_db()
    return events.record(
        verb=f"meeting.{state}",
        subject=meeting,
        by=by,
        at=at,
        data={"forum": meeting.forum_id},
        texts={"reason": reason},
    )


def tell(event: Event, meeting: Meeting, title: str, at: datetime) -> None:
    """Tell whoever takes part in the forum, but not who did it."""
    around = people.user_ids_holding(members.posts_around(meeting.forum, at.date()), at.date())
    own = {int(event.actor_user)} if event.actor_user else set[int]()
    day = days.in_words(selectors.day_of(meeting))
    notices.notify(
        event=event,
        recipients=around - own,
        title=title % {"forum": meeting.forum.name, "day": day},
        url=reverse("forums:meeting", args=[meeting.pk]),
    )


def _check(reason: str, starts_at: datetime, at: datetime) -> None:
    if not reason.strip():
        raise NeedsReason(fields={"reason": str(NeedsReason.message)})
    if starts_at <= at:
        raise InThePast(fields={"starts_at": str(InThePast.message)})
