"""What asked for a change or for a lab: a review, a ruling, a settlement, the end of something."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from forums.models import Decision
from labs.models import Lab, Milestone, Revision
from labs.selectors import labs
from people import days
from reviews.models import (
    Dispute,
    EndProposal,
    LabBrief,
    Referral,
    Review,
    ReviewProposal,
    RulingProposal,
    SettlementProposal,
)
from reviews.selectors import disputes, motions, reviews


@dataclass(frozen=True)
class Asked:
    """What asked for a change: a review, a ruling, a settlement, the end of an initiative.

    ``others``: what else it asked, of which organisations, each as one line.
    """

    label: str | Promise
    title: str
    text: str = ""
    url: str = ""
    others: Sequence[Asked] = ()


def motion_of(revision: Revision) -> int | None:
    """The motion by which a revision was decided."""
    return revision.decision.motion_id if revision.decision else None


def asked_for(
    user: Any, revisions: Iterable[Revision], on: datetime.date
) -> dict[int, list[Asked]]:
    """By revision, what asked for it. A fixed number of queries, whatever their number."""
    rows = {revision.pk: revision for revision in revisions}
    by_motion = {motion_of(each): each.pk for each in rows.values() if each.decision}
    found: dict[int, list[Asked]] = defaultdict(list)
    named = Q(revision__in=rows) | Q(motion__in=by_motion)
    for proposal in ReviewProposal.objects.filter(named).select_related("review__kpi"):
        place = proposal.revision_id if proposal.revision_id in rows else None
        found[place or by_motion[proposal.motion_id]].append(proposal)
    for ruling in RulingProposal.objects.filter(named).select_related("dispute"):
        place = ruling.revision_id if ruling.revision_id in rows else None
        found[place or by_motion[ruling.motion_id]].append(ruling)
    for settled in SettlementProposal.objects.filter(
        revision__in=rows, accepted_at__isnull=False
    ).select_related("dispute"):
        found[settled.revision_id].append(settled)
    for end in EndProposal.objects.filter(named).select_related("window"):
        place = end.revision_id if end.revision_id in rows else None
        found[place or by_motion[end.motion_id]].append(end)
    return _in_words(user, found, on)


def _in_words(user: Any, found: dict[int, list[Any]], on: datetime.date) -> dict[int, list[Asked]]:
    """What the reader may see of it by name; the rest without a name."""
    every = [row for rows in found.values() for row in rows]
    about = {row.review_id for row in every if isinstance(row, ReviewProposal)}
    cases = {row.dispute_id for row in every if hasattr(row, "dispute_id")}
    seen = {
        Review: _ids(reviews.readable(user, on).filter(pk__in=about)) if about else set(),
        Dispute: _ids(disputes.readable(user, on).filter(pk__in=cases)) if cases else set(),
    }
    steps = {row.review.milestone_key for row in every if isinstance(row, ReviewProposal)} - {None}
    titles = (
        dict(Milestone.objects.filter(key__in=steps).order_by("pk").values_list("key", "title"))
        if steps
        else {}
    )
    put = _put_to_others(seen[Review], seen[Dispute])
    return {pk: [_asked(row, seen, titles, put) for row in rows] for pk, rows in found.items()}


Put = dict[tuple[int | None, int | None], list[Asked]]


def _put_to_others(in_reviews: Iterable[int], in_disputes: Iterable[int]) -> Put:
    """What these reviews and disputes asked of others, by (review, dispute)."""
    rows = Referral.objects.filter(Q(review__in=in_reviews) | Q(dispute__in=in_disputes))
    found: Put = defaultdict(list)
    for row in rows.select_related("organisation").order_by("at", "pk"):
        url = reverse("reviews:referral", args=[row.pk])
        line = Asked(row.organisation.name, row.text, str(row.get_state_display()), url)
        found[row.review_id, row.dispute_id].append(line)
    return found


def _ids(rows: Any) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def _asked(row: Any, seen: dict[Any, set[int]], titles: dict[Any, str], put: Put) -> Asked:
    if isinstance(row, ReviewProposal):
        return of_review(row.review, seen[Review], titles, put)
    if isinstance(row, EndProposal):
        return Asked(
            _("The end it had come to"), row.get_choice_display(), days.in_words(row.end_on)
        )
    label = _("A settlement") if isinstance(row, SettlementProposal) else _("A ruling")
    if row.dispute_id not in seen[Dispute]:
        return Asked(label, _("of a restricted dispute"))
    text = row.terms if isinstance(row, SettlementProposal) else row.dispute.ended_because
    url = reverse("reviews:dispute", args=[row.dispute_id])
    return Asked(label, row.dispute.title, text, url, put.get((None, row.dispute_id), ()))


def of_review(review: Review, seen: set[int], titles: dict[Any, str], put: Put) -> Asked:
    """A review as what asked for something."""
    if review.pk not in seen:
        return Asked(_("A review"), _("of something restricted"))
    subject = review.kpi.name if review.kpi else titles.get(review.milestone_key, "")
    cause = review.get_cause_display() if review.cause else ""
    text = _("At fault: %(cause)s.") % {"cause": cause} if cause else ""
    url = reverse("reviews:review", args=[review.pk])
    return Asked(_("A review"), subject, text, url, put.get((review.pk, None), ()))


def origins(user: Any, lab: Lab, on: datetime.date) -> list[Asked]:
    """What a lab comes from: a review and its decision, or a lab that it reconvenes."""
    found = []
    brief = LabBrief.objects.filter(lab=lab).select_related("review__kpi").first()
    review = brief.review if brief else Review.objects.filter(lab=lab).select_related("kpi").first()
    if review is not None:
        seen = _ids(reviews.readable(user, on).filter(pk=review.pk))
        rows = Milestone.objects.filter(key=review.milestone_key).order_by("pk")
        titles = dict(rows.values_list("key", "title")) if review.milestone_key else {}
        found.append(of_review(review, seen, titles, _put_to_others(seen, ())))
    decision = Decision.objects.filter(pk=lab.decision_id).select_related("motion__forum").first()
    if decision is not None and decision.motion_id not in motions.unnamed(
        [decision.motion_id], user, on
    ):
        url = reverse("forums:decision", args=[decision.pk])
        found.append(Asked(_("A decision"), decision.motion.forum.name, decision.reason, url))
    before = labs.readable(user, on).filter(pk=lab.reconvenes_id).first()
    if before is not None:
        url = reverse("labs:lab", args=[before.pk])
        found.append(Asked(_("The lab it reconvenes"), before.title, before.question, url))
    return found
