"""The desk: everything that waits for one person, in the posts they hold today.

A fixed number of queries, however much is due.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from forums.models import Action, Decision, Forum, Meeting, Motion
from forums.selectors import meetings
from forums.selectors import motions as forum_motions
from kpis.models import Deviation, LiveReading
from labs.models import Commitment, Dependency, Revision
from labs.selectors import waiting
from labs.selectors.milestones import DueMilestone, milestones_due
from people.models import Post
from people.selectors import people
from reviews.models import (
    Dispute,
    InformationRequest,
    Party,
    Referral,
    Review,
    ReviewProposal,
    RulingProposal,
    SettlementProposal,
)
from reviews.selectors import disputes, ends, lessons, panels, referrals, reviews
from reviews.selectors.values import DueValue, due_values

SHOWN = 50


@dataclass(frozen=True)
class Desk:
    """What waits for a user, each part most pressing first."""

    on: datetime.date
    posts: list[Post]
    values: list[DueValue]
    milestones: list[DueMilestone]
    reviews: list[Review]
    asked: list[Deviation]
    disputes: list[Dispute]
    offers: list[SettlementProposal]
    questions: list[InformationRequest]
    actions: list[Action]
    to_check: list[Action]
    to_decide: list[Review]
    to_rule: list[Dispute]
    motions: list[Motion]
    minutes: list[Motion]
    decisions: list[Decision]
    readings: list[LiveReading]
    plans: list[Revision]
    ends: list[ends.Line]
    requests: list[Dependency]
    promises: list[Commitment]
    own_promises: list[Commitment]
    referrals: list[Referral]
    panels: list[panels.Waiting]
    lessons: list[lessons.Line]
    agendas: list[Meeting]
    records: list[Meeting]
    signatures: list[Meeting]
    coming: list[Dispute]

    @property
    def is_empty(self) -> bool:
        return self.count == 0

    @property
    def count(self) -> int:
        """How many things wait."""
        return sum(len(getattr(self, name)) for name in PARTS)


# The lists of what waits (what is coming does not yet): reviews.selectors.desk_lines has a line
# for what is in each.
PARTS = tuple(each.name for each in fields(Desk) if each.name not in ("on", "posts", "coming"))


def desk(user: Any, on: datetime.date, at: datetime.datetime | None = None) -> Desk:
    """What waits for ``user`` on the day; ``at`` leaves out meetings that begin later that day."""
    posts = people.posts_of(user, on)
    ids = [post.pk for post in posts]
    return Desk(
        on=on,
        posts=posts,
        values=due_values(ids, on)[:SHOWN],
        milestones=milestones_due(ids, on)[:SHOWN],
        reviews=list(reviews.to_explain(user, on)[:SHOWN]),
        asked=list(_asked(ids)[:SHOWN]),
        disputes=list(disputes.awaiting_position(user, on)[:SHOWN]),
        offers=list(disputes.awaiting_answer(user, on)[:SHOWN]),
        questions=list(disputes.asked_of(user, on)[:SHOWN]),
        actions=list(_actions(ids)[:SHOWN]),
        to_check=list(_to_check(user, ids)[:SHOWN]),
        to_decide=list(_to_decide(user, ids, on)[:SHOWN]),
        to_rule=list(_to_rule(user, ids, on)[:SHOWN]),
        motions=list(forum_motions.awaiting(posts)[:SHOWN]),
        minutes=list(_minutes(ids)[:SHOWN]),
        decisions=list(forum_motions.awaiting_confirmation(user, on)[:SHOWN]),
        readings=list(_readings(user, ids)[:SHOWN]),
        plans=list(_plans(user)[:SHOWN]),
        ends=ends.of_posts(ids, on)[:SHOWN],
        requests=list(waiting.requests(user, on)[:SHOWN]),
        promises=list(waiting.promises(user, on)[:SHOWN]),
        own_promises=list(waiting.own_promises(user, on)[:SHOWN]),
        referrals=list(referrals.to_answer(user, on)[:SHOWN]),
        panels=panels.waiting_for(user, on)[:SHOWN],
        lessons=[lessons.line(row) for row in lessons.waiting(user, on)[:SHOWN]],
        agendas=list(meetings.to_prepare(ids, on)[:SHOWN]),
        records=list(meetings.to_record(ids, on, at)[:SHOWN]),
        signatures=list(meetings.to_sign(ids, user.pk)[:SHOWN]),
        coming=list(disputes.of_own(user, on)[:SHOWN]),
    )


def _to_decide(user: Any, posts: list[int], on: datetime.date) -> QuerySet[Review]:
    """Open reviews of forums that these posts chair, about which no motion has been put."""
    put = ReviewProposal.objects.filter(review=OuterRef("pk"), motion__state=Motion.State.OPEN)
    waiting = Review.objects.filter(~Exists(put), state=Review.State.OPEN, forum__chair__in=posts)
    waiting = waiting.filter(pk__in=reviews.readable(user, on).values("pk"))
    return reviews.listed(waiting).order_by("due_on", "pk")


def _to_rule(user: Any, posts: list[int], on: datetime.date) -> QuerySet[Dispute]:
    """Open disputes before a forum these posts preside over; overdue at the top first."""
    here = disputes.to_preside_over(posts, on).filter(
        dispute=OuterRef("pk"), number=OuterRef("tier")
    )
    own = Party.objects.filter(
        dispute=OuterRef("pk"), organisation__in=people.organisation_ids_of(user, on)
    )
    put = RulingProposal.objects.filter(dispute=OuterRef("pk"), motion__state=Motion.State.OPEN)
    waiting = Dispute.objects.filter(Exists(here), ~Exists(own), ~Exists(put))
    return disputes.listed(waiting.filter(state=Dispute.State.OPEN)).order_by(
        F("overdue_at_top_since").asc(nulls_last=True), "deadline", "pk"
    )


def _asked(posts: list[int]) -> QuerySet[Deviation]:
    """Open deviations that ask the owner to look, without opening a review."""
    return (
        Deviation.objects.filter(
            Q(series__definition__kpi__owner__in=posts),
            closed_at=None,
            severity="ask",
        )
        .exclude(rule__kind="missing")  # listed among the values already
        .select_related(
            "rule",
            "series__definition__kpi",
            "series__cell",
            "last_signal__version__rule",
            "last_signal__series__definition",
            "last_signal__series__cell",
        )
        .order_by("opened_at", "pk")
    )


def _actions(posts: list[int]) -> QuerySet[Action]:
    return (
        Action.objects.filter(owner__in=posts, state=Action.State.OPEN)
        .select_related("owner__organisation", "decision__motion")
        .order_by("due_on", "pk")
    )


def _to_check(user: Any, posts: list[int]) -> QuerySet[Action]:
    """Actions of high priority reported done that these posts verify, not done by the user.

    Any other ends when it is done: whoever likes verifies it on its page.
    """
    return (
        Action.objects.filter(
            verifier__in=posts, state=Action.State.DONE, priority=Action.Priority.HIGH
        )
        .exclude(done_by=user.pk)
        .select_related("owner__organisation", "decision__motion")
        .order_by("done_at", "pk")
    )


def _minutes(posts: list[int]) -> QuerySet[Motion]:
    """Motions before forums whose secretary holds one of these posts: the minute may be entered."""
    forums = Forum.objects.filter(secretary__in=posts)
    return (
        Motion.objects.filter(state=Motion.State.OPEN, forum__in=forums.values("pk"))
        .select_related("forum")
        .order_by("at", "pk")
    )


def _readings(user: Any, posts: list[int]) -> QuerySet[LiveReading]:
    """Current values these posts verify, entered by somebody else and not verified yet.

    Loaded history is left out: nobody is asked to verify years at once.
    """
    return (
        LiveReading.objects.filter(
            is_current=True,
            reading__verification=None,
            reading__backfilled=False,
            series__definition__kpi__verifier__in=posts,
            series__definition__kpi__area__programme__closed_at=None,
        )
        .exclude(reading__by_user=user.pk)
        .exclude(reading__principal=user.pk)
        .select_related("reading__source", "series__definition__kpi", "series__cell")
        .order_by("reading__at", "pk")
    )


def _plans(user: Any) -> QuerySet[Revision]:
    """For the delivery unit: drafts of plans that are not in force yet."""
    if not people.is_delivery_unit(user):
        return Revision.objects.none()
    return (
        Revision.objects.filter(
            state=Revision.State.DRAFT,
            plan__lab__closed_at=None,
            plan__lab__area__programme__closed_at=None,
        )
        .select_related("plan__lab__area__programme")
        .order_by("at", "pk")
    )
