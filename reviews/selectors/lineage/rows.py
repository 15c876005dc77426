"""Everything that came of one lab, as rows: a fixed number of queries, each kind bounded."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from forums.models import Decision
from kpis.models import Deviation, Kpi
from kpis.selectors import kpis as kpi_selectors
from labs.models import Goal, Initiative, Lab, Lesson, Milestone, Plan, Revision
from labs.selectors import labs, lessons
from reviews.models import (
    Dispute,
    EndProposal,
    LabBrief,
    Referral,
    Review,
    ReviewDeviation,
    ReviewProposal,
    RulingProposal,
    SettlementProposal,
)
from reviews.selectors import disputes, motions, reviews

MOST = 300  # of each kind; more are counted


@dataclass
class Rows:
    """The rows that the reader may see by name; ``hidden``: how many of each kind are not shown."""

    lab: Lab
    goals: dict[UUID, Goal] = field(default_factory=dict)
    initiatives: dict[UUID, Initiative] = field(default_factory=dict)
    initiative_of: dict[UUID, UUID] = field(default_factory=dict)
    kpis: dict[int, Kpi] = field(default_factory=dict)
    deviations: dict[int, Deviation] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)
    disputes: dict[int, Dispute] = field(default_factory=dict)
    referrals: dict[int, Referral] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    revisions: dict[int, Revision] = field(default_factory=dict)
    lessons: list[Lesson] = field(default_factory=list)
    labs: dict[int, Lab] = field(default_factory=dict)
    briefs: dict[int, int] = field(default_factory=dict)  # lab -> review
    joined: list[tuple[int, int]] = field(default_factory=list)  # deviation, review
    proposals: list[tuple[int, int, int | None]] = field(default_factory=list)
    rulings: list[tuple[int, int, int | None]] = field(default_factory=list)
    settlements: list[tuple[int, int]] = field(default_factory=list)  # dispute, revision
    ends: list[tuple[UUID, int, int | None]] = field(default_factory=list)
    titles: dict[UUID, str] = field(default_factory=dict)  # of milestones
    hidden: dict[str, int] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        plan: Plan = self.lab.plan
        return plan


def of(user: Any, lab: Lab, on: datetime.date) -> Rows:
    """All that came of ``lab``, as ``user`` may see it. The lab is readable to them."""
    rows = Rows(lab)
    _parts(rows)
    _kpis(rows, user, on)
    _deviations(rows)
    _cases(rows, user, on)
    _referrals(rows)
    _revisions(rows)
    _decisions(rows, user, on)
    _milestones(rows)
    _followers(rows, user, on)
    return rows


def _parts(rows: Rows) -> None:
    """Goals and initiatives that are, or ever were, in the plan: the newest row of each."""
    for goal in Goal.objects.filter(plan=rows.plan).order_by("pk"):
        rows.goals[goal.key] = goal
    for initiative in Initiative.objects.filter(plan=rows.plan).order_by("pk"):
        rows.initiatives[initiative.key] = initiative


def _keep(
    rows: Rows, kind: str, every: QuerySet[Any], seen: QuerySet[Any] | None = None
) -> dict[int, Any]:
    """At most MOST of those that may be named, by id; the rest as a number. Two queries."""
    total = every.count()
    kept = {row.pk: row for row in (every if seen is None else seen)[:MOST]}
    if total > len(kept):
        rows.hidden[kind] = total - len(kept)
    return kept


def _kpis(rows: Rows, user: Any, on: datetime.date) -> None:
    every = Kpi.objects.filter(goal_key__in=list(rows.goals)).order_by("name", "pk")
    may_see = kpi_selectors.readable(user, on).values("pk")
    rows.kpis = _keep(rows, "kpi", every, every.filter(pk__in=may_see))


def _about(rows: Rows, kpi: str = "kpi") -> Q:
    """What is about the plan, or about a KPI of its goals."""
    return Q(plan=rows.plan) | Q(**{f"{kpi}__goal_key__in": list(rows.goals)})


def _deviations(rows: Rows) -> None:
    every = Deviation.objects.filter(_about(rows, "series__definition__kpi")).order_by(
        "-opened_at", "-pk"
    )
    named = Q(plan=rows.plan) | Q(series__definition__kpi__in=list(rows.kpis))
    seen = every.filter(named).select_related("rule", "series__definition", "series__cell")
    rows.deviations = _keep(rows, "deviation", every, seen)


def _cases(rows: Rows, user: Any, on: datetime.date) -> None:
    """Reviews and disputes, what they are about, and what was proposed in them."""
    every = Review.objects.filter(_about(rows)).order_by("-opened_at", "-pk")
    may_see = reviews.readable(user, on).values("pk")
    seen = every.filter(pk__in=may_see).select_related("kpi")
    rows.reviews = _keep(rows, "review", every, seen)
    rows.joined = list(
        ReviewDeviation.objects.filter(review__in=list(rows.reviews)).values_list(
            "deviation", "review"
        )
    )
    every_case = Dispute.objects.filter(_about(rows)).order_by("-at", "-pk")
    may_see = disputes.readable(user, on).values("pk")
    rows.disputes = _keep(rows, "dispute", every_case, every_case.filter(pk__in=may_see))
    rows.proposals = list(
        ReviewProposal.objects.filter(review__in=list(rows.reviews)).values_list(
            "review", "motion", "revision"
        )
    )
    rows.rulings = list(
        RulingProposal.objects.filter(dispute__in=list(rows.disputes)).values_list(
            "dispute", "motion", "revision"
        )
    )
    rows.settlements = list(
        SettlementProposal.objects.filter(
            dispute__in=list(rows.disputes), accepted_at__isnull=False, revision__isnull=False
        ).values_list("dispute", "revision")
    )


def _referrals(rows: Rows) -> None:
    """What was put to others: named to those who may know what it is about, see fact 8.

    The organisation asked reads it, too, and is not told here of what it came.
    """
    every = Referral.objects.filter(
        Q(review__in=Review.objects.filter(_about(rows)))
        | Q(dispute__in=Dispute.objects.filter(_about(rows)))
    ).order_by("-at", "-pk")
    seen = every.filter(Q(review__in=list(rows.reviews)) | Q(dispute__in=list(rows.disputes)))
    rows.referrals = _keep(rows, "referral", every, seen.select_related("organisation"))


def _revisions(rows: Rows) -> None:
    every = rows.plan.revisions.order_by("-number", "-pk")
    rows.revisions = _keep(rows, "revision", every)
    rows.ends = list(
        EndProposal.objects.filter(plan=rows.plan).values_list(
            "initiative_key", "motion", "revision"
        )
    )


def _decisions(rows: Rows, user: Any, on: datetime.date) -> None:
    put = {motion for _about, motion, _revision in [*rows.proposals, *rows.rulings, *rows.ends]}
    named = {
        *(row.decision_id for row in rows.reviews.values()),
        *(row.decision_id for row in rows.disputes.values()),
        *(row.decision_id for row in rows.revisions.values()),
    } - {None}
    every = Decision.objects.filter(Q(motion__in=put) | Q(pk__in=named)).order_by("-at", "-pk")
    kept = motions.unnamed(list(every.values_list("motion", flat=True)), user, on)
    seen = every.exclude(motion__in=kept).select_related("motion__forum")
    rows.decisions = _keep(rows, "decision", every, seen)


def _milestones(rows: Rows) -> None:
    """Of the milestones that something is about: their titles, and their initiatives."""
    about: Iterable[Any] = [
        *rows.deviations.values(),
        *rows.reviews.values(),
        *rows.disputes.values(),
    ]
    keys = {row.milestone_key for row in about} - {None}
    found = Milestone.objects.filter(plan=rows.plan, key__in=keys).order_by("pk")
    for key, initiative, title in found.values_list("key", "initiative_key", "title"):
        rows.initiative_of[key] = initiative
        rows.titles[key] = title


def _followers(rows: Rows, user: Any, on: datetime.date) -> None:
    """Lessons, and the labs that a review, a decision or the lab itself led to."""
    learned = rows.lab.lessons.order_by("at", "pk")
    named = learned.filter(pk__in=lessons.readable(user, on).values("pk"))
    rows.lessons = list(_keep(rows, "lesson", learned, named).values())
    reviewed = list(rows.reviews)
    rows.briefs = dict(LabBrief.objects.filter(review__in=reviewed).values_list("lab", "review"))
    opened = {row.lab_id for row in rows.reviews.values()} - {None}
    every = (
        Lab.objects.filter(
            Q(reconvenes=rows.lab)
            | Q(pk__in={*rows.briefs, *opened})
            | Q(decision__in=list(rows.decisions))
        )
        .exclude(pk=rows.lab.pk)
        .order_by("starts_on", "pk")
    )
    seen = every.filter(pk__in=labs.readable(user, on).values("pk"))
    rows.labs = _keep(rows, "lab", every, seen)
