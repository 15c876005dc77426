"""Revisions that came into force since a forum last met: its next meeting reads what changed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from forums.models import Forum
from labs.models import Revision
from labs.selectors import labs

SHOWN = 50


@dataclass(frozen=True)
class Adopted:
    """The newest first; those the user may not see by name are only counted."""

    revisions: list[Revision]
    hidden: int


def of_forum(forum: Forum, user: Any, at: datetime.datetime) -> Adopted:
    """Of the plans the forum steers or has at home, within one of its meeting intervals."""
    since = at - datetime.timedelta(days=forum.meets_every_days)
    rows = Revision.objects.filter(
        Q(plan__lab__steering=forum) | Q(plan__lab__area__home_forum=forum),
        state=Revision.State.ADOPTED,
        adopted_at__gt=since,
        adopted_at__lte=at,
    )
    readable = rows.filter(plan__lab__in=labs.readable_ids(user, at.date()))
    found = readable.select_related("plan__lab", "decision__motion__forum")
    listed = list(found.order_by("-adopted_at", "-pk")[:SHOWN])
    return Adopted(listed, rows.count() - readable.count())
