"""Steps of other plans that a plan may wait for, as far as whoever writes may read them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from labs.models import Milestone, Plan
from labs.selectors import labs, names

FOUND = 20


def found(plan: Plan, user: Any, on: date, query: str) -> list[tuple[str, str]]:
    """Steps in force of other plans whose title holds all words of ``query``: key and name.

    At most 20, soonest to finish first; none without words.
    """
    words = query.split()
    if not words:
        return []
    rows = _readable(plan, user, on)
    for word in words[:8]:
        rows = rows.filter(title__icontains=word)
    return [_choice(row) for row in rows.order_by("finishes_on", "title")[:FOUND]]


def chosen(plan: Plan, user: Any, on: date, keys: Iterable[str]) -> list[tuple[str, str]]:
    """The named ones among steps of other plans that ``user`` may read. One query."""
    wanted = {key for key in (_uuid(text) for text in keys) if key}
    if not wanted:
        return []
    return [_choice(row) for row in _readable(plan, user, on).filter(key__in=wanted)]


def kept(plan: Plan, keys: Iterable[str]) -> list[tuple[str, str]]:
    """What a draft names already, readable or not: what is restricted without its title."""
    wanted = {key for key in (_uuid(text) for text in keys) if key}
    return [(str(key), title) for key, title in names.steps(wanted, plan).items()]


def _readable(plan: Plan, user: Any, on: date) -> QuerySet[Milestone]:
    readable = labs.readable_plans(user, on).exclude(pk=plan.pk)
    return Milestone.objects.filter(
        until_revision=None, plan__in=readable.values("pk")
    ).select_related("plan__lab", "owner__organisation")


def _choice(row: Milestone) -> tuple[str, str]:
    who = row.owner.organisation if row.owner else _("no owner")
    said = _("%(step)s (%(lab)s; %(who)s)")
    return str(row.key), said % {"step": row.title, "lab": row.plan.lab.title, "who": who}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
