"""Where a reader is led from a motion: to its discussion, to its decision, or nowhere."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from forums import permissions as forum_permissions
from forums.models import Decision


def open_decisions(user: Any, found: Iterable[Decision | None], *, on: datetime.date) -> set[int]:
    """Ids of those of these decisions whose page the user may read; a few queries, or none."""
    rows = [decision for decision in found if decision is not None]
    if not rows:
        return set()
    readable = forum_permissions.readable_motions(user, {row.motion_id for row in rows}, on=on)
    return {row.pk for row in rows if row.motion_id in readable}


def links(user: Any, motion_ids: Iterable[int], *, on: datetime.date) -> dict[int, str]:
    """For each of these motions the page the user may read about it; left out where none is.

    The motion itself where its discussion is open to them, else its decision once there.
    """
    wanted = set(motion_ids)
    if not wanted:
        return {}
    open_ones = forum_permissions.discussed(user, on=on).filter(pk__in=wanted)
    inside = set(open_ones.values_list("pk", flat=True))
    found = {pk: reverse("forums:motion", args=[pk]) for pk in inside}
    decided = dict(
        Decision.objects.filter(motion__in=wanted - inside).values_list("motion", "pk").order_by()
    )
    for motion in forum_permissions.readable_motions(user, decided, on=on):
        found[motion] = reverse("forums:decision", args=[decided[motion]])
    return found
