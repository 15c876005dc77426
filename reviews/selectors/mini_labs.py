"""What a lab brings from the review that asked for it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from forums.models import Forum
from kpis.models import Deviation, Kpi
from labs.models import Initiative, Milestone
from labs.selectors import lessons
from reviews.models import Review


def in_doubt(review: Review) -> QuerySet[Kpi]:
    """The KPIs a review puts in doubt.

    Its own, with those of the same goal that have an open deviation; of a milestone,
    every KPI of the goal that it serves.
    """
    if review.kpi_id is None:
        goal = goal_of_milestone(review)
        return Kpi.objects.filter(goal_key=goal, retired_on=None) if goal else Kpi.objects.none()
    goal = Kpi.objects.values_list("goal_key", flat=True).get(pk=review.kpi_id)
    deviating = Deviation.objects.filter(series__definition__kpi=OuterRef("pk"), closed_at=None)
    beside = Q(goal_key=goal, goal_key__isnull=False, retired_on=None)
    return Kpi.objects.filter(Q(pk=review.kpi_id) | (beside & Q(Exists(deviating))))


def goal_of_milestone(review: Review) -> UUID | None:
    """The goal that the milestone of a review serves, as its newest rows say."""
    initiative = _initiative_of_milestone(review)
    if initiative is None:
        return None
    rows = Initiative.objects.filter(plan=review.plan_id, key=initiative)
    return rows.order_by("-pk").values_list("goal_key", flat=True).first()


def instruments(review: Review) -> set[str]:
    """The codes of the instruments by which the subject's goal is pursued."""
    if review.kpi_id is None:
        initiative = _initiative_of_milestone(review)
        return lessons.instruments_of([initiative]) if initiative else set()
    goal = Kpi.objects.values_list("goal_key", flat=True).get(pk=review.kpi_id)
    if goal is None:
        return set()
    keys = Initiative.objects.filter(goal_key=goal, until_revision=None)
    return lessons.instruments_of(keys.values_list("key", flat=True))


def kept_to(review: Review) -> list[Forum]:
    """The forums that the subject of a review is kept to; none when it is open."""
    if review.kpi is not None:
        return list(review.kpi.restricted_to.all())
    return list(review.plan.lab.restricted_to.all()) if review.plan else []


def _initiative_of_milestone(review: Review) -> UUID | None:
    if review.milestone_key is None:
        return None
    rows = Milestone.objects.filter(plan=review.plan_id, key=review.milestone_key)
    return rows.order_by("-pk").values_list("initiative_key", flat=True).first()
