"""The rhythms in which a forum meets: set, changed, ended."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Cycle, Forum, Meeting
from forums.selectors import meetings as selectors
from forums.services import meetings
from forums.services.meetings import ForumClosed, NeedsReason
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class RhythmTaken(Refused):
    message = _("The forum meets in this rhythm already. Change or end that one.")
    code = "rhythm_taken"


class CycleEnded(Refused):
    message = _("This rhythm has ended. Set a new one.")
    code = "cycle_ended"


class TooShort(Refused):
    message = _("A meeting lasts a minute at least.")
    code = "meeting_too_short"


@transaction.atomic
def begin(
    *,
    forum: Forum,
    rhythm: str,
    first_on: date,
    by: Actor,
    at: datetime,
    at_time: time = time(9),
    minutes_long: int = 120,
    place: str = "",
    agenda_days: int = 5,
) -> Cycle:
    """A forum meets in a rhythm from a day on; its next meetings are made at once.

    ``first_on`` may lie in the past: it anchors the rhythm, and meetings begin tomorrow.
    Raises ForumClosed, RhythmTaken, TooShort.
    """
    if forum.closed_on is not None:
        raise ForumClosed
    if minutes_long < 1:
        raise TooShort(fields={"minutes_long": str(TooShort.message)})
    if Cycle.objects.filter(forum=forum, rhythm=rhythm, ends_on=None).exists():
        raise RhythmTaken(fields={"rhythm": str(RhythmTaken.message)})
    today = selectors.today(forum, at)
    cycle = Cycle.objects.create(
        forum=forum,
        rhythm=rhythm,
        first_on=first_on,
        at_time=at_time,
        minutes_long=minutes_long,
        place=place,
        agenda_days=agenda_days,
        made_until=today if first_on <= today else None,
    )
    events.record(
        verb="cycle.set",
        subject=cycle,
        by=by,
        at=at,
        data={"forum": forum.pk, "rhythm": str(rhythm), "first_on": first_on},
    )
    meetings.make_of(cycle=cycle, at=at)
    return cycle


@transaction.atomic
def end(*, cycle: Cycle, reason: str, by: Actor, at: datetime) -> Cycle:
    """The forum meets in this rhythm no longer, from tomorrow.

    Meetings of it whose agenda has not gone out are cancelled with the reason; those
    already called are cancelled one by one. Raises NeedsReason, CycleEnded.
    """
    if not reason.strip():
        raise NeedsReason(fields={"reason": str(NeedsReason.message)})
    today = selectors.today(cycle.forum, at)
    ended = Cycle.objects.filter(pk=cycle.pk, ends_on=None).update(ends_on=today)
    if ended != 1:
        raise CycleEnded
    cycle.refresh_from_db()
    _midnight, tomorrow = selectors.bounds(cycle.forum, today)
    waiting = Meeting.objects.filter(
        cycle=cycle, state=Meeting.State.PLANNED, called_at=None, starts_at__gte=tomorrow
    )
    found = waiting.select_related("forum").order_by("starts_at", "pk")
    dropped = meetings.drop_all(meetings=found, reason=reason, by=by, at=at)
    events.record(
        verb="cycle.ended",
        subject=cycle,
        by=by,
        at=at,
        data={"forum": cycle.forum_id, "meetings": dropped},
        texts={"reason": reason},
    )
    return cycle


@transaction.atomic
def change(
    *,
    cycle: Cycle,
    reason: str,
    rhythm: str,
    first_on: date,
    by: Actor,
    at: datetime,
    at_time: time = time(9),
    minutes_long: int = 120,
    place: str = "",
    agenda_days: int = 5,
) -> Cycle:
    """End a rhythm and begin another: the past keeps what it was. Returns the new one.

    Raises what ``end`` and ``begin`` raise.
    """
    end(cycle=cycle, reason=reason, by=by, at=at)
    return begin(
        forum=cycle.forum,
        rhythm=rhythm,
        first_on=first_on,
        at_time=at_time,
        minutes_long=minutes_long,
        place=place,
        agenda_days=agenda_days,
        by=by,
        at=at,
    )


@transaction.atomic
def stop(*, forum: Forum, reason: str, by: Actor, at: datetime) -> int:
    """A forum meets no longer: every rhythm ends, every planned meeting is cancelled. How many."""
    for cycle in Cycle.objects.filter(forum=forum, ends_on=None).select_related("forum"):
        end(cycle=cycle, reason=reason, by=by, at=at)
    planned = Meeting.objects.filter(forum=forum, state=Meeting.State.PLANNED)
    found = planned.select_related("forum").order_by("starts_at", "pk")
    return meetings.drop_all(meetings=found, reason=reason, by=by, at=at)
