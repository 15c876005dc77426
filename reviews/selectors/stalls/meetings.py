"""Motions and meetings that time has passed by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from forums.models import Cycle, Meeting, Motion
from forums.selectors import meetings
from reviews.models import AgendaItem
from reviews.selectors.stalls.found import DAYS, SWEEPS, Finding, Looked


def motions(at: datetime) -> Looked:
    """Open motions whose closing time has passed, such as one that cannot be applied."""
    waiting = Motion.objects.filter(state=Motion.State.OPEN, closes_at__isnull=False)
    late = waiting.filter(closes_at__lt=at - SWEEPS).order_by("pk")
    found = [
        Finding(f"motion:{pk}", title, reverse("reviews:subject", args=[pk]), restricted)
        for pk, title, restricted in late.values_list("pk", "title", "restricted")
    ]
    return Looked(waiting.count(), found)


def not_held(at: datetime) -> Looked:
    """Meetings that nobody recorded in time and that were not said to have been missed."""
    planned = Meeting.objects.filter(state=Meeting.State.PLANNED)
    return Looked(planned.count(), _found(meetings.to_miss(at - SWEEPS)))


def not_called(at: datetime) -> Looked:
    """Meetings whose agenda should have gone out."""
    waiting = Meeting.objects.filter(state=Meeting.State.PLANNED, called_at=None)
    late = [row for row in meetings.to_call(at - SWEEPS) if row.starts_at > at]
    return Looked(waiting.count(), _found(late))


def not_made(at: datetime) -> Looked:
    """Rhythms that have no meeting ahead although they go on."""
    ahead = Meeting.objects.filter(cycle=OuterRef("pk"), slot__gt=(at - DAYS).date())
    going_on = Cycle.objects.filter(ends_on=None, forum__closed_on=None)
    late = going_on.filter(~Exists(ahead)).select_related("forum").order_by("pk")
    found = [
        Finding(f"cycle:{row.pk}", str(row), reverse("forums:meetings", args=[row.forum_id]))
        for row in late
    ]
    return Looked(going_on.count(), found)


def left_open(at: datetime) -> Looked:
    """Meetings that are over with items nobody knows the end of."""
    over = Meeting.objects.exclude(state=Meeting.State.PLANNED)
    open_items = AgendaItem.objects.filter(meeting=OuterRef("pk"), outcome="")
    late = over.filter(Exists(open_items), starts_at__lt=at - DAYS).select_related("forum")
    return Looked(over.count(), _found(late.order_by("pk")))


def _found(rows: Iterable[Meeting]) -> list[Finding]:
    return [
        Finding(f"meeting:{row.pk}", str(row), reverse("forums:meeting", args=[row.pk]))
        for row in rows
    ]
