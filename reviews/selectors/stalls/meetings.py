"""Motions and meetings that time has passed by."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from forums.models import Meeting, Motion
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
    """Meetings that began days ago and are neither held nor said to have been missed."""
    planned = Meeting.objects.filter(state=Meeting.State.PLANNED)
    late = planned.filter(starts_at__lt=at - DAYS, forum__closed_on=None).order_by("pk")
    found = [
        Finding(f"meeting:{each.pk}", str(each), reverse("forums:forum", args=[each.forum_id]))
        for each in late.select_related("forum")
    ]
    return Looked(planned.count(), found)
