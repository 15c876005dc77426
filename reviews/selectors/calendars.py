"""The calendar of a person: meetings of their forums, and last days of what is before them.

It leaves the house for other people's machines: no title of anything stands in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Forum
from forums.selectors import calendars, ladders
from forums.selectors.calendars import Entry
from people.models import CalendarFeed
from reviews.models import Dispute, Tier
from reviews.selectors import disputes


def name_of(feed: CalendarFeed) -> str:
    """What a calendar is called by those who subscribe to it."""
    forum = Forum.objects.filter(pk=feed.forum_key).first() if feed.forum_key else None
    return forum.name if forum is not None else _("Makmal: my meetings")


def entries(feed: CalendarFeed, at: datetime) -> list[Entry]:
    """All that stands in it at a time; a fixed number of queries."""
    on = at.date()
    forum_ids = calendars.forum_ids(feed, on)
    found = calendars.meetings(forum_ids, at)
    return found if feed.forum_key else [*found, *_last_days(feed, forum_ids, at)]


def _last_days(feed: CalendarFeed, forum_ids: set[int], at: datetime) -> list[Entry]:
    """The last day of each open dispute before these forums that the person may read."""
    readable = disputes.readable(feed.user, at.date()).filter(state=Dispute.State.OPEN)
    here = Q(dispute__extensions__tier=F("number"), dispute__extensions__forum=F("forum"))
    extended = Count("dispute__extensions", here)
    tiers = (
        Tier.objects.filter(
            dispute__in=readable.values("pk"),
            number=F("dispute__tier"),
            forum__in=ladders.with_predecessors(forum_ids),
        )
        .annotate(extended=extended)
        .select_related("dispute", "forum")
        .order_by("dispute__deadline", "dispute_id")
    )
    return [_last_day(tier) for tier in tiers]


def _last_day(tier: Any) -> Entry:
    return Entry(
        uid=f"dispute-{tier.dispute_id}-tier-{tier.number}-{tier.forum_id}",
        summary=_("Last day of dispute %(number)d before: %(forum)s")
        % {"number": tier.dispute_id, "forum": tier.forum.name},
        path=reverse("reviews:dispute", args=[tier.dispute_id]),
        starts=tier.dispute.deadline,
        sequence=tier.extended,
    )
