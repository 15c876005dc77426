"""What stands in a calendar: the meetings of forums, and nothing of what they discuss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Forum, Meeting
from forums.selectors import members
from ledger.models import Event
from people.models import CalendarFeed

KEPT = timedelta(days=92)  # how long past meetings stay in a calendar
OFF = (Meeting.State.CANCELLED, Meeting.State.MISSED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a time with its length, or, without ``minutes``, a whole day.

    ``uid`` stays the same for ever, ``sequence`` rises with every change, ``stamp`` is
    when it last changed; ``path`` leads to the page about it.
    """

    uid: str
    summary: str
    path: str
    starts: datetime | date
    minutes: int | None = None
    place: str = ""
    sequence: int = 0
    stamp: datetime | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A calendar a person may have an address for. ``forum`` None: all their forums."""

    forum: Forum | None
    feed: CalendarFeed | None


def lines(user: Any, on: date) -> list[Line]:
    """The calendars of a person: all their forums, then each of them."""
    open_feeds = CalendarFeed.objects.filter(user=user, revoked_at=None)
    feeds = {feed.forum_key: feed for feed in open_feeds}
    forums = Forum.objects.filter(pk__in=members.forum_ids_of(user, on), closed_on=None)
    return [
        Line(None, feeds.get("")),
        *(Line(forum, feeds.get(str(forum.pk))) for forum in forums.order_by("name", "pk")),
    ]


def forum_ids(feed: CalendarFeed, on: date) -> frozenset[int]:
    """The forums a calendar tells of: those of them its person sits in on the day."""
    own = members.forum_ids_of(feed.user, on)
    return frozenset(pk for pk in own if feed.forum_key in {"", str(pk)})


def meetings(forum_ids: Iterable[int], at: datetime) -> list[Entry]:
    """The meetings of these forums, those of the last quarter too; two queries."""
    found = list(
        Meeting.objects.filter(forum__in=sorted(forum_ids), starts_at__gte=at - KEPT)
        .select_related("forum")
        .order_by("starts_at", "pk")
    )
    changes = _changes([meeting.pk for meeting in found])
    return [_entry(meeting, *changes.get(str(meeting.pk), (0, None))) for meeting in found]


def _changes(ids: list[int]) -> dict[str, tuple[int, datetime | None]]:
    """How often each meeting changed since it was made, and when last, as the ledger has it.

    Every line about a meeting counts, so the number never falls.
    """
    told = Event.objects.filter(
        subject_type=Meeting._meta.label_lower, subject_id__in=[str(pk) for pk in ids]
    )
    rows = told.values_list("subject_id").annotate(Count("pk"), Max("recorded_at")).order_by()
    return {pk: (count - 1, last) for pk, count, last in rows}


def _entry(meeting: Meeting, sequence: int, stamp: datetime | None) -> Entry:
    return Entry(
        uid=f"meeting-{meeting.pk}",
        summary=_("Meeting: %(forum)s") % {"forum": meeting.forum.name},
        path=reverse("forums:meeting", args=[meeting.pk]),
        starts=meeting.starts_at,
        minutes=meeting.minutes_long,
        place=meeting.place,
        sequence=sequence,
        stamp=stamp,
        cancelled=meeting.state in OFF,
    )
