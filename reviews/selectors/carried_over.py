"""What a forum carried over most often, by name for those who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse

from forums.models import Forum
from kpis.models import Kpi
from kpis.selectors import kpis as kpi_selectors
from reviews.models import AgendaItem, Dispute, Review
from reviews.selectors import disputes, motions, reviews
from reviews.selectors.forum_health import WINDOW

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One thing and how many meetings passed it on."""

    title: str
    url: str
    times: int


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
    items = (
        AgendaItem.objects.filter(pk__in=times)
        .select_related("motion", "action__decision")
        .order_by("pk")
    )
    found = {item.pk: item for item in items}
    named = _named(list(found.values()), user, at.date())
    lines = [Line(*named[pk], count) for pk, count in times.items() if pk in named]
    return Carried(lines, hidden=len(times) - len(lines))


def _named(items: Sequence[AgendaItem], user: Any, on: date) -> dict[int, tuple[str, str]]:
    """Title and address of each of these items that the user may see by name."""
    cases = _disputes(items, user, on)
    looked_at = _reviews(items, user, on)
    values = _kpis(items, user, on)
    behind = [pk for item in items if (pk := _motion_of(item)) is not None]
    unseen = motions.unnamed(behind, user, on)
    named: dict[int, tuple[str, str]] = {}
    for item in items:
        found: tuple[str, str] | None = (item.title or item.get_kind_display(), "")
        if item.dispute_id is not None:
            found = cases.get(item.dispute_id)
        elif item.review_id is not None:
            found = looked_at.get(item.review_id)
        elif item.kpi_id is not None:
            found = values.get(item.kpi_id)
        elif _motion_of(item) in unseen:
            found = None
        elif item.motion is not None:
            found = (item.motion.title, reverse("reviews:subject", args=[item.motion.pk]))
        elif item.action is not None:
            found = (item.action.title, reverse("forums:action", args=[item.action.pk]))
        if found is not None:
            named[item.pk] = found
    return named


def _motion_of(item: AgendaItem) -> int | None:
    """The motion whose secrecy an item shares."""
    if item.action is not None and item.action.decision is not None:
        return item.action.decision.motion_id
    return item.motion_id


def _disputes(items: Sequence[AgendaItem], user: Any, on: date) -> dict[int, tuple[str, str]]:
    wanted = [item.dispute_id for item in items if item.dispute_id is not None]
    rows: list[Dispute] = list(disputes.readable(user, on).filter(pk__in=wanted))
    return {row.pk: (row.title, reverse("reviews:dispute", args=[row.pk])) for row in rows}


def _reviews(items: Sequence[AgendaItem], user: Any, on: date) -> dict[int, tuple[str, str]]:
    wanted = [item.review_id for item in items if item.review_id is not None]
    rows: list[Any] = list(reviews.listed(reviews.readable(user, on).filter(pk__in=wanted)))
    return {row.pk: (_subject(row), reverse("reviews:review", args=[row.pk])) for row in rows}


def _subject(review: Any) -> str:
    """What a review is about, as lists of reviews say it."""
    assert isinstance(review, Review)
    title: str = getattr(review, "milestone_title", "") or ""
    return review.kpi.name if review.kpi is not None else title


def _kpis(items: Sequence[AgendaItem], user: Any, on: date) -> dict[int, tuple[str, str]]:
    wanted = [item.kpi_id for item in items if item.kpi_id is not None]
    rows: list[Kpi] = list(kpi_selectors.readable(user, on).filter(pk__in=wanted))
    return {row.pk: (row.name, reverse("kpis:kpi", args=[row.code])) for row in rows}
