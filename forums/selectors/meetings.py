"""Reading meetings: a forum's day, its next and last meeting, the rhythm it planned."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from forums.models import Cycle, Forum, Meeting

# Days from one meeting to the next, as a plan says them; the longest of such a period.
GAP_DAYS: dict[str, int] = {
    Cycle.Rhythm.WEEKLY: 7,
    Cycle.Rhythm.MONTHLY: 31,
    Cycle.Rhythm.QUARTERLY: 92,
    Cycle.Rhythm.HALF_YEARLY: 184,
    Cycle.Rhythm.YEARLY: 366,
}


def zone(forum: Forum) -> ZoneInfo:
    """Where the forum's clock hangs: its own zone, else that of the installation."""
    return ZoneInfo(forum.time_zone or settings.TIME_ZONE)


def today(forum: Forum, at: datetime) -> date:
    """The day it is where the forum meets."""
    return at.astimezone(zone(forum)).date()


def next_meeting(forum: Forum, at: datetime) -> Meeting | None:
    """The first planned meeting that starts at this time or later."""
    return (
        Meeting.objects.filter(forum=forum, state=Meeting.State.PLANNED, starts_at__gte=at)
        .order_by("starts_at", "pk")
        .first()
    )


def last_meeting(forum: Forum, at: datetime) -> Meeting | None:
    """The newest meeting that was held and had begun by this time."""
    return (
        Meeting.objects.filter(forum=forum, state=Meeting.State.HELD, starts_at__lte=at)
        .order_by("-starts_at", "-pk")
        .first()
    )


def planned_gap_days(forum: Forum) -> int:
    """Days between two meetings as planned: the shortest rhythm, else what the forum states."""
    rhythms = Cycle.objects.filter(forum=forum, ends_on=None).values_list("rhythm", flat=True)
    return min((GAP_DAYS[rhythm] for rhythm in rhythms), default=forum.meets_every_days)
