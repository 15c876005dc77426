"""Disputes whose last day is over, where their programme is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Q

from reviews.models import Dispute

FARTHEST_EAST = timedelta(hours=14)


def latest_day(at: datetime) -> date:
    """The date where the day begins first: no last day from then on can be over."""
    return (at + FARTHEST_EAST).date()


def passed(deadline: date, zone: str, at: datetime) -> bool:
    """Whether the last day has ended in this time zone."""
    return deadline < day_in(zone, at)


def day_in(zone: str, at: datetime) -> date:
    """The date in a time zone."""
    return at.astimezone(_zone(zone)).date()


def first_due(at: datetime, size: int) -> Iterator[list[int]]:
    """Ids of due disputes, longest due first, in batches, by the partial index.

    Read without a lock: whoever takes a batch looks again. Nothing due is one query.
    """
    waiting = Dispute.objects.filter(
        state=Dispute.State.OPEN, overdue_at_top_since=None, deadline__lt=latest_day(at)
    ).order_by("deadline", "pk")
    last: tuple[date | None, int] | None = None
    while True:
        rows = waiting
        if last is not None:
            rows = waiting.filter(Q(deadline=last[0], pk__gt=last[1]) | Q(deadline__gt=last[0]))
        batch = list(rows.values_list("deadline", "pk", "area__programme__time_zone")[:size])
        due = [pk for day, pk, zone in batch if day is not None and passed(day, zone, at)]
        if due:
            yield due
        if len(batch) < size:
            return
        last = batch[-1][:2]


@lru_cache(maxsize=600)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
