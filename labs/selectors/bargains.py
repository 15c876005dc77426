"""Bargains: which a reader may see, and those about a target."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from labs.models import Bargain, BargainRound, Programme
from labs.selectors import labs


def readable(user: Any, on: date, programme: Programme) -> QuerySet[Bargain]:
    """The bargains of a programme, less those of plans kept from ``user``."""
    return within(Bargain.objects.filter(programme=programme), user, on)


def within(found: QuerySet[Bargain], user: Any, on: date) -> QuerySet[Bargain]:
    """Those of ``found`` that are of no plan, or of one that ``user`` may read."""
    own = labs.readable_plan_ids(user, on)
    return found.filter(Q(plan=None) | Q(plan__in=own)).select_related("programme", "plan__lab")


def hidden_count(user: Any, on: date, programme: Programme) -> int:
    """How many are of plans kept from ``user``."""
    everything = Bargain.objects.filter(programme=programme)
    return everything.exclude(pk__in=readable(user, on, programme).values("pk")).count()


def listed(found: QuerySet[Bargain], state: str = "") -> QuerySet[Bargain]:
    """With how many rounds each had, and what was last asked and offered."""
    if state in Bargain.State.values:
        found = found.filter(state=state)
    rounds = BargainRound.objects.select_related("organisation").order_by("at", "pk")
    return (
        found.annotate(round_count=Count("rounds"))
        .order_by("-at", "-pk")
        .prefetch_related(Prefetch("rounds", rounds, to_attr="held"))
    )


def rounds(bargain: Bargain) -> QuerySet[BargainRound]:
    """What each side asked and offered, in order."""
    return bargain.rounds.select_related("organisation", "by_user", "by_post__organisation")


def over(series_key: uuid.UUID, user: Any, on: date, programme: Programme) -> list[Any]:
    """The bargains over targets of a series, each with its rounds as ``held`` and its period
    as ``first`` and ``last``. Two queries."""
    found = readable(user, on, programme).filter(series_key=series_key)
    rows: list[Any] = list(listed(found).order_by("period", "pk"))
    for row in rows:
        row.first, row.last = (date.fromisoformat(day) for day in row.period.split("/"))
    return rows
