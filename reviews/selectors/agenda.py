"""The agenda of a forum: what its next meeting has to deal with, most pressing first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from forums.models import Action, Decision, Forum, Motion
from forums.selectors import ladders
from forums.selectors import motions as forum_motions
from reviews.models import Dispute, Review
from reviews.selectors import disputes, motions, reviews


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
    """What ``forum`` has before it at the time, and those whose place it took.

    A fixed number of queries.
    """
    on = at.date()
    forums = ladders.with_predecessors([forum.pk])
    here = Dispute.objects.filter(
        state=Dispute.State.OPEN, tiers__forum__in=forums, tiers__number=F("tier")
    )
    cases = list(disputes.listed(disputes.readable(user, on).filter(pk__in=here.values("pk"))))
    readable = reviews.readable(user, on).filter(forum__in=forums)
    open_reviews = list(reviews.listed(readable.filter(state=Review.State.OPEN)))
    every_review = Review.objects.filter(forum__in=forums, state=Review.State.OPEN).count()
    look_again = reviews.to_look_again(on).filter(forum__in=forums)
    again = list(look_again.filter(pk__in=readable.values("pk")))
    every = _Decided(
        list(forum_motions.open_in([forum.pk])), _actions(forums, on), _entered(forums)
    )
    named = every.named(user, on)
    return Agenda(
        forum=forum,
        on=on,
        overdue_at_top=[case for case in cases if case.overdue_at_top_since],
        disputes=[case for case in cases if not case.overdue_at_top_since],
        reviews=open_reviews,
        motions=named.motions,
        stuck=[motion for motion in named.motions if motion.closes_at and motion.closes_at <= at],
        actions=named.actions,
        look_again=again,
        unconfirmed=named.unconfirmed,
        hidden=(here.count() - len(cases))
        + (every_review - len(open_reviews))
        + (look_again.count() - len(again))
        + (every.count - named.count),
    )


@dataclass(frozen=True)
class _Decided:
    """What hangs on motions of the forum: open ones, and what came of others."""

    motions: list[Motion]
    actions: list[Action]
    unconfirmed: list[Decision]

    @property
    def count(self) -> int:
        return len(self.motions) + len(self.actions) + len(self.unconfirmed)

    def named(self, user: Any, on: datetime.date) -> _Decided:
        """What of it the user may see by name."""
        behind = [row.decision.motion_id for row in self.actions if row.decision]
        behind += [row.motion_id for row in self.unconfirmed]
        unseen = motions.unnamed([*(row.pk for row in self.motions), *behind], user, on)
        return _Decided(
            [row for row in self.motions if row.pk not in unseen],
            [row for row in self.actions if row.decision and row.decision.motion_id not in unseen],
            [row for row in self.unconfirmed if row.motion_id not in unseen],
        )


def _actions(forums: set[int], on: datetime.date) -> list[Action]:
    return list(
        Action.objects.filter(
            Q(decision__motion__forum__in=forums), state=Action.State.OPEN, due_on__lt=on
        )
        .select_related("owner__organisation", "decision__motion")
        .order_by("due_on", "pk")
    )


def _entered(forums: set[int]) -> list[Decision]:
    """Decisions entered from a minute that nobody has confirmed yet, or that were repudiated."""
    return list(
        Decision.objects.filter(
            motion__forum__in=forums,
            standing__in=[Decision.Standing.AWAITED, Decision.Standing.REPUDIATED],
            superseded_by=None,
        )
        .select_related("motion", "principal_post__organisation")
        .order_by("at", "pk")
    )
