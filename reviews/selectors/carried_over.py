"""What a forum carried over most often, by name for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from forums.models import Forum
from reviews.models import AgendaItem
from reviews.selectors import agenda_items
from reviews.selectors.forum_health import WINDOW

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One thing and how many meetings passed it on."""

    title: str
    url: str
    times: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """Those with the most, and how many of them are kept from who asks."""

    lines: list[Line]
    hidden: int


def most(forum: Forum, user: Any, at: datetime) -> Carried:
    """The things that were carried over most often in the window; a fixed number of queries."""
    carried = (
        AgendaItem.objects.filter(
            meeting__forum=forum,
            meeting__starts_at__gt=at - WINDOW,
            meeting__starts_at__lte=at,
            outcome=AgendaItem.Outcome.CARRIED_OVER,
        )
        .values_list("key")
        .annotate(times=Count("pk"), newest=Max("pk"))
        .order_by("-times", "-newest")[:SHOWN]
    )
    times = {newest: count for _key, count, newest in carried}
    items = AgendaItem.objects.in_bulk(times)
    agenda = agenda_items.named([items[pk] for pk in times], user, at.date())
    lines = [
        Line(line.title, line.url, times[line.item.pk], line.item.get_kind_display())
        for line in agenda.lines
    ]
    return Carried(lines, agenda.hidden)
