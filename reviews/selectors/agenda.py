"""The agenda of a forum: what its next meeting has to deal with, most pressing first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from forums.models import Action, Decision, Forum, Motion
from forums.selectors import motions as forum_motions
from reviews.models import Dispute, Review
from reviews.selectors import disputes, reviews


@dataclass(frozen=True)
class Agenda:
    """What awaits a forum; items the user may not see are only counted."""

    forum: Forum
    on: datetime.date
    overdue_at_top: list[Dispute]
    disputes: list[Dispute]
    reviews: list[Review]
    motions: list[Motion]
    stuck: list[Motion]
    actions: list[Action]
    look_again: list[Review]
    unconfirmed: list[Decision]
    hidden: int

    @property
    def is_empty(self) -> bool:
        return not any(
            (
                self.overdue_at_top,
                self.disputes,
                self.reviews,
                self.motions,
                self.actions,
                self.look_again,
                self.unconfirmed,
                self.hidden,
            )
        )


def agenda(user: Any, forum: Forum, at: datetime.datetime) -> Agenda:
    """What ``forum`` has before it at the time. A fixed number of queries."""
    on = at.date()
    here = Dispute.objects.filter(
        state=Dispute.State.OPEN, tiers__forum=forum, tiers__number=F("tier")
    )
    cases = list(disputes.listed(disputes.readable(user, on).filter(pk__in=here.values("pk"))))
    readable = reviews.readable(user, on).filter(forum=forum)
    open_reviews = list(reviews.listed(readable.filter(state=Review.State.OPEN)))
    every_review = Review.objects.filter(forum=forum, state=Review.State.OPEN).count()
    motions = list(forum_motions.open_in([forum.pk]))
    return Agenda(
        forum=forum,
        on=on,
        overdue_at_top=[case for case in cases if case.overdue_at_top_since],
        disputes=[case for case in cases if not case.overdue_at_top_since],
        reviews=open_reviews,
        motions=motions,
        stuck=[motion for motion in motions if motion.closes_at and motion.closes_at <= at],
        actions=list(_actions(forum, on)),
        look_again=list(reviews.to_look_again(on).filter(forum=forum)),
        unconfirmed=list(_unconfirmed(forum)),
        hidden=here.count() - len(cases) + every_review - len(open_reviews),
    )


def _actions(forum: Forum, on: datetime.date) -> Any:
    return (
        Action.objects.filter(
            Q(decision__motion__forum=forum), state=Action.State.OPEN, due_on__lt=on
        )
        .select_related("owner__organisation", "decision__motion")
        .order_by("due_on", "pk")
    )


def _unconfirmed(forum: Forum) -> Any:
    """Decisions entered from a minute that nobody has confirmed yet, or that were repudiated."""
    return (
        Decision.objects.filter(
            motion__forum=forum,
            standing__in=[Decision.Standing.AWAITED, Decision.Standing.REPUDIATED],
            superseded_by=None,
        )
        .select_related("motion", "principal_post__organisation")
        .order_by("at", "pk")
    )
