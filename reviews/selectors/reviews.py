"""Reviews: which a user may read, lists of them, and all that a review's page shows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from forums.models import Action
from kpis.models import Deviation, LiveReading
from kpis.selectors import kpis as kpi_selectors
from labs.models import Milestone, Revision
from labs.selectors import labs as lab_selectors
from labs.selectors import programmes
from people.selectors import people
from reviews.models import Explanation, Review, ReviewProposal
from reviews.selectors import disputes as dispute_selectors
from reviews.selectors import subjects
from reviews.selectors.subjects import Subject

READINGS_SHOWN = 12


def readable(user: Any, on: datetime.date) -> QuerySet[Review]:
    """Reviews of KPIs and plans the user may read; restricted ones only by those named."""
    posts = people.post_ids_of(user, on)
    own = Milestone.objects.filter(
        key=OuterRef("milestone_key"), owner__in=posts, until_revision=None
    )
    return Review.objects.filter(
        Q(kpi__in=kpi_selectors.readable(user, on).values("pk"))
        | Q(plan__in=lab_selectors.readable_plan_ids(user, on))
        | Q(Exists(own))
    )


def hidden_count(user: Any, on: datetime.date, state: str) -> int:
    """How many reviews of readable programmes are kept from the user by restriction."""
    within = programmes.readable_ids(user, on)
    reviews = Review.objects.filter(
        Q(kpi__area__programme__in=within) | Q(plan__lab__area__programme__in=within), state=state
    )
    return reviews.exclude(pk__in=readable(user, on).values("pk")).count()


def listed(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Reviews with what a line about each shows; a fixed number of queries."""
    title = Milestone.objects.filter(key=OuterRef("milestone_key")).order_by("-pk")
    return (
        reviews.select_related(
            "kpi__area__programme", "plan__lab__area__programme", "forum", "decision"
        )
        .annotate(
            milestone_title=Subquery(title.values("title")[:1]),
            deviation_count=Count("deviations", distinct=True),
            explained=Exists(Explanation.objects.filter(review=OuterRef("pk"))),
        )
        .order_by("state", "due_on", "pk")
    )


def of_programme(reviews: QuerySet[Review], code: str) -> QuerySet[Review]:
    """Those about KPIs and milestones of the programme with this code."""
    return reviews.filter(
        Q(kpi__area__programme__code=code) | Q(plan__lab__area__programme__code=code)
    )


def to_explain(user: Any, on: datetime.date) -> QuerySet[Review]:
    """Open reviews of what the user's posts own, not explained yet."""
    posts = people.post_ids_of(user, on)
    owned = Milestone.objects.filter(owner__in=posts, until_revision=None).values("key")
    unexplained = ~Exists(Explanation.objects.filter(review=OuterRef("pk")))
    mine = Q(kpi__owner__in=posts) | Q(milestone_key__in=owned)
    reviews = Review.objects.filter(mine, unexplained, state=Review.State.OPEN)
    return listed(reviews).order_by("explain_by", "pk")


def to_look_again(on: datetime.date) -> QuerySet[Review]:
    """Closed reviews to be looked at again while a deviation of theirs is open.

    On their day, or before it once every action they decided has ended.
    """
    open_deviation = Review.objects.filter(
        pk=OuterRef("pk"), deviations__deviation__closed_at=None, deviations__isnull=False
    )
    decided = Action.objects.filter(decision=OuterRef("decision"))
    waiting = Q(state=Action.State.OPEN) | Q(state=Action.State.DONE, priority=Action.Priority.HIGH)
    # Actions that were withdrawn alone bring nothing before its day.
    acted = decided.filter(state__in=[Action.State.DONE, Action.State.VERIFIED])
    all_done = Exists(acted) & ~Exists(decided.filter(waiting))
    reviews = Review.objects.filter(
        Q(look_again_on__lte=on) | Q(all_done, look_again_on__isnull=False),
        Exists(open_deviation),
        state=Review.State.CLOSED,
    )
    return listed(reviews).order_by("look_again_on", "pk")


@dataclass(frozen=True)
class Page:
    """All that the page of a review shows."""

    review: Review
    subject: Subject
    deviations: list[Deviation]
    readings: list[LiveReading]
    explanations: list[Explanation]
    proposals: list[ReviewProposal]
    disputes: list[Any]
    hidden_disputes: int = 0
    drafts: list[Revision] = field(default_factory=list)

    @property
    def whole(self) -> list[Deviation]:
        """Deviations of the total, or of the milestone: they come first."""
        return [row for row in self.deviations if not _is_part(row)]

    @property
    def went_on(self) -> list[Deviation]:
        """Those of the whole that ended, or found more than what made them part of the review."""
        return [row for row in self.whole if _went_on(row)]

    @property
    def parts(self) -> list[Deviation]:
        """Deviations of parts of a breakdown: evidence in the review of the whole."""
        return sorted((row for row in self.deviations if _is_part(row)), key=_cell)

    @property
    def parts_went_on(self) -> list[Deviation]:
        """Those of parts that ended, or found more than what made them part of the review."""
        return [row for row in self.parts if _went_on(row)]

    @property
    def open_proposal(self) -> ReviewProposal | None:
        """The proposal that awaits its decision."""
        return next((row for row in self.proposals if row.motion.state == "open"), None)


def _went_on(deviation: Deviation) -> bool:
    return bool(deviation.closed_at) or deviation.last_signal_id != deviation.first_signal_id


def _is_part(deviation: Deviation) -> bool:
    return deviation.series is not None and not deviation.series.cell.is_total


def _cell(deviation: Deviation) -> tuple[str, int]:
    return (deviation.series.cell.label if deviation.series else "", deviation.pk)


def page(review: Review, user: Any, on: datetime.date) -> Page:
    """Everything about one review, in a fixed number of queries.

    Disputes that the user may not read are only counted (fact 8).
    """
    readable = list(dispute_selectors.readable(user, on).filter(review=review).order_by("pk"))
    subject = subjects.of_review(review)
    deviations = list(
        Deviation.objects.filter(pk__in=review.deviations.values("deviation"))
        .select_related(
            "rule",
            "series__cell",
            "first_signal",
            "last_signal__version__rule",
            "last_signal__series__definition",
            "last_signal__series__cell",
        )
        .order_by("opened_at", "pk")
    )
    return Page(
        review=review,
        subject=subject,
        deviations=deviations,
        readings=_readings(review),
        explanations=list(
            review.explanations.select_related(
                "by_user", "by_post__organisation", "principal", "principal_post__organisation"
            )
        ),
        proposals=_proposals(review),
        disputes=readable,
        hidden_disputes=review.disputes.count() - len(readable),
        drafts=drafts(review),
    )


def drafts(review: Review) -> list[Revision]:
    """Drafts of the plan behind the subject, which a change may bring."""
    plan = subjects.plan_of(review)
    if plan is None:
        return []
    return list(plan.revisions.filter(state=Revision.State.DRAFT).order_by("-at"))


def _readings(review: Review) -> list[LiveReading]:
    """The newest values of the total, newest first; none for a milestone."""
    if review.kpi_id is None:
        return []
    newest = (
        LiveReading.objects.filter(
            is_current=True, series__cell__key="total", series__definition__kpi=review.kpi_id
        )
        .select_related("reading__source", "reading__verification", "series__definition")
        .order_by("-series__definition__version", "-period_end")
    )
    return list(newest[:READINGS_SHOWN])


def _proposals(review: Review) -> list[ReviewProposal]:
    return list(
        review.proposals.select_related(
            "motion__forum",
            "motion__decision",
            "motion__by_user",
            "motion__by_post__organisation",
            "action_owner__organisation",
            "action_verifier__organisation",
            "revision__plan",
        ).order_by("-pk")
    )
