"""Which motions belong to which programme: forums itself does not know."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from forums.models import Motion
from forums.selectors import members
from kpis.models import Kpi
from labs.models import Lab, Programme, Revision
from people.selectors import people
from reviews.models import (
    AllocationProposal,
    Dispute,
    EndProposal,
    HoldLift,
    ReviewProposal,
    RulingProposal,
)
from reviews.selectors import held


def of_programme(programme: Programme) -> QuerySet[Motion]:
    """Every motion about a review, a dispute, a plan or money of the programme."""
    reviews = ReviewProposal.objects.filter(
        Q(review__kpi__area__programme=programme) | Q(review__plan__lab__area__programme=programme)
    )
    rulings = RulingProposal.objects.filter(dispute__area__programme=programme)
    plans = Revision.objects.filter(plan__lab__area__programme=programme, motion__isnull=False)
    money = AllocationProposal.objects.filter(allocation__source__programme=programme)
    ends = EndProposal.objects.filter(
        Q(plan__lab__area__programme=programme) | Q(window__programme=programme)
    )
    lifts = HoldLift.objects.filter(hold__kpi__area__programme=programme)
    return Motion.objects.filter(
        Q(pk__in=ends.values("motion"))
        | Q(pk__in=lifts.values("motion"))
        | Q(pk__in=reviews.values("motion"))
        | Q(pk__in=rulings.values("motion"))
        | Q(pk__in=plans.values("motion"))
        | Q(pk__in=money.values("motion"))
    )


def open_in(programme: Programme) -> list[Motion]:
    """Motions of the programme that await their decision, oldest first."""
    return list(
        of_programme(programme)
        .filter(state=Motion.State.OPEN)
        .select_related("forum")
        .order_by("at", "pk")
    )


def visible(motions: list[Motion], user: Any, on: datetime.date) -> list[Motion]:
    """Those the user may see by name: restricted ones only for their forum and auditors."""
    unseen = unnamed([motion.pk for motion in motions], user, on)
    return [motion for motion in motions if motion.pk not in unseen]


def unnamed(motion_ids: Iterable[int], user: Any, on: datetime.date) -> set[int]:
    """Those of these motions that the user may count and not name (fact 8).

    A motion is restricted by itself, or because what it is about became so later.
    """
    if people.is_auditor(user):
        return set()
    own = members.forum_ids_of(user, on)
    kept = Motion.objects.filter(_kept(), pk__in=set(motion_ids)).exclude(forum__in=own)
    return set(kept.values_list("pk", flat=True))


def _kept() -> Q:
    named = {"restricted_to__isnull": False}
    kpis = Kpi.objects.filter(**named).values("pk")
    labs = Lab.objects.filter(**named).values("pk")
    disputes = Dispute.objects.filter(**named).values("pk")
    proposals = ReviewProposal.objects.filter(
        Q(review__kpi__in=kpis) | Q(review__plan__lab__in=labs)
    )
    rulings = RulingProposal.objects.filter(dispute__in=disputes)
    plans = Revision.objects.filter(plan__lab__in=labs, motion__isnull=False)
    money = AllocationProposal.objects.filter(allocation__plan__lab__in=labs)
    ends = EndProposal.objects.filter(plan__lab__in=labs)
    lifts = HoldLift.objects.filter(hold__kpi__in=kpis)
    return (
        Q(restricted=True)
        | Q(pk__in=lifts.values("motion"))
        | Q(pk__in=ends.values("motion"))
        | Q(pk__in=money.values("motion"))
        | Q(pk__in=proposals.values("motion"))
        | Q(pk__in=rulings.values("motion"))
        | Q(pk__in=plans.values("motion"))
    )


def subject_url(motion: Motion) -> str:
    """The page of what the motion decides: review, dispute, money or revision; else its own."""
    proposal = ReviewProposal.objects.filter(motion=motion).first()
    if proposal is not None:
        return reverse("reviews:review", args=[proposal.review_id])
    ruling = RulingProposal.objects.filter(motion=motion).first()
    if ruling is not None:
        return reverse("reviews:dispute", args=[ruling.dispute_id])
    lift = HoldLift.objects.filter(motion=motion).select_related("hold").first()
    dispute = held.dispute_of(lift.hold) if lift is not None else None
    if dispute is not None:
        return reverse("reviews:dispute", args=[dispute.pk])
    money = AllocationProposal.objects.filter(motion=motion).first()
    if money is not None:
        return reverse("reviews:allocation", args=[money.allocation_id])
    end = EndProposal.objects.filter(motion=motion).select_related("window").first()
    if end is not None:
        return end_url(end)
    revision = Revision.objects.filter(motion=motion).first()
    if revision is not None:
        return reverse("labs:revision", args=[revision.pk])
    return reverse("forums:motion", args=[motion.pk])


def end_url(proposal: EndProposal) -> str:
    """The page about the end of an initiative or a window."""
    if proposal.window_id is not None:
        return reverse("reviews:window_end", args=[proposal.window_id])
    return reverse("reviews:end", args=[proposal.plan_id, proposal.initiative_key])
