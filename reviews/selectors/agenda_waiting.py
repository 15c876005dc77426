"""All that waits for a forum, whoever looks: what the agenda of its meetings is built from.

A fixed number of queries. Which of it a reader may see by name is another question:
``reviews.selectors.agenda_items``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from forums.models import Action, Forum, Motion
from forums.selectors import meetings
from kpis.models import Kpi, SeriesStatus
from kpis.selectors import kpis as kpi_selectors
from labs.models import Plan
from reviews.models import AgendaItem, Dispute, Referral, Review
from reviews.selectors import ends, reviews

Kind = AgendaItem.Kind

# The order of an agenda: what is overdue at the top comes first on every one.
ORDER: tuple[str, ...] = (
    Kind.OVERDUE_AT_TOP,
    Kind.DISPUTE,
    Kind.MOTION,
    Kind.END,
    Kind.REVIEW,
    Kind.LOOK_AGAIN,
    Kind.ACTION,
    Kind.REFERRAL,
    Kind.GAP,
    Kind.OTHER,
)


@dataclass(frozen=True)
class Waiting:
    """One thing before a forum. ``refs``: the columns of an agenda item that point at it."""

    kind: str
    key: str
    refs: dict[str, Any] = field(default_factory=dict)


def waiting(forum: Forum, at: datetime.datetime) -> list[Waiting]:
    """What is before the forum now, in the order of the agenda."""
    on = meetings.today(forum, at)
    forums = sits_for(forum)
    return [
        *_disputes(forums),
        *_motions(forums),
        *_ends(forum, forums, on),
        *_reviews(forums),
        *_look_again(forums, on),
        *_actions(forums, on),
        *_referrals(forums, on),
        *_gaps(forums),
    ]


def sits_for(forum: Forum) -> list[int]:
    """The forum, and those that are closed and whose place it took."""
    found, newest = [forum.pk], [forum.pk]
    while newest:
        before = Forum.objects.filter(successor__in=newest, closed_on__isnull=False)
        newest = sorted(set(before.values_list("pk", flat=True)) - set(found))
        found += newest
    return found


def _disputes(forums: list[int]) -> Iterator[Waiting]:
    here = Dispute.objects.filter(
        state=Dispute.State.OPEN, tiers__forum__in=forums, tiers__number=F("tier")
    ).order_by(F("overdue_at_top_since").asc(nulls_last=True), "deadline", "pk")
    for pk, overdue in here.values_list("pk", "overdue_at_top_since"):
        kind = Kind.OVERDUE_AT_TOP if overdue else Kind.DISPUTE
        yield Waiting(kind, f"dispute:{pk}", {"dispute_id": pk})


def _motions(forums: list[int]) -> Iterator[Waiting]:
    rows = Motion.objects.filter(forum__in=forums, state=Motion.State.OPEN)
    for pk in rows.order_by("at", "pk").values_list("pk", flat=True):
        yield Waiting(Kind.MOTION, f"motion:{pk}", {"motion_id": pk})


def _reviews(forums: list[int]) -> Iterator[Waiting]:
    rows = Review.objects.filter(forum__in=forums, state=Review.State.OPEN)
    for pk in rows.order_by("due_on", "pk").values_list("pk", flat=True):
        yield Waiting(Kind.REVIEW, f"review:{pk}", {"review_id": pk})


def _look_again(forums: list[int], on: datetime.date) -> Iterator[Waiting]:
    rows = reviews.to_look_again(on).filter(forum__in=forums)
    for pk in rows.values_list("pk", flat=True):
        yield Waiting(Kind.LOOK_AGAIN, f"look_again:{pk}", {"review_id": pk})


def _actions(forums: list[int], on: datetime.date) -> Iterator[Waiting]:
    rows = Action.objects.filter(
        decision__motion__forum__in=forums, state=Action.State.OPEN, due_on__lt=on
    )
    for pk in rows.order_by("due_on", "pk").values_list("pk", flat=True):
        yield Waiting(Kind.ACTION, f"action:{pk}", {"action_id": pk})


def _referrals(forums: list[int], on: datetime.date) -> Iterator[Waiting]:
    """Issues put to others that passed their day unanswered, of what is before the forum."""
    disputed = Q(dispute__tiers__forum__in=forums, dispute__tiers__number=F("dispute__tier"))
    rows = Referral.objects.filter(
        Q(review__forum__in=forums) | disputed, state=Referral.State.OPEN, due_on__lt=on
    ).order_by("due_on", "pk")
    for pk in dict.fromkeys(rows.values_list("pk", flat=True)):
        yield Waiting(Kind.REFERRAL, f"referral:{pk}", {"referral_id": pk})


def _gaps(forums: list[int]) -> Iterator[Waiting]:
    """KPIs of the forum's areas that lack a value they should have by now."""
    lacking = SeriesStatus.objects.filter(
        missing_period_start__isnull=False,
        series__definition__in=kpi_selectors.newest_definitions(),
    )
    rows = Kpi.objects.filter(
        pk__in=lacking.values("series__definition__kpi"),
        area__home_forum__in=forums,
        retired_on=None,
        area__programme__closed_at=None,
    )
    for pk in rows.order_by("code", "pk").values_list("pk", flat=True):
        yield Waiting(Kind.GAP, f"gap:{pk}", {"kpi_id": pk})


def _ends(forum: Forum, forums: list[int], on: datetime.date) -> Iterator[Waiting]:
    """Initiatives and windows that come to their end and ask whether to go on."""
    plans = Plan.objects.filter(lab__area__home_forum__in=forums).order_by("pk")
    for line in ends.pressing(plans.values_list("pk", flat=True), on):
        end = line.end
        key = f"end:{end.key}:{end.ends_on:%Y%m%d}"
        yield Waiting(Kind.END, key, {"initiative_key": end.key})
    for line in ends.windows_of_forum(forum, on):
        if line.end.window is not None:
            yield Waiting(Kind.END, f"window:{line.end.window.pk}:{line.end.ends_on:%Y%m%d}")
