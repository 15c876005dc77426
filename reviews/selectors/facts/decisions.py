"""Fact 8: nothing is decided without a reason; what is restricted is not told to all."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from forums.models import Decision, Motion, Vote
from kpis.models import Retraction
from labs.models import Change, Revision
from ledger.models import Event
from reviews.models import BumpUp, Dispute, Review
from reviews.selectors.facts.found import Ask

CLOSED = (Motion.State.CARRIED, Motion.State.LOST, Motion.State.LAPSED)


def reasons() -> Iterator[Ask]:
    """Fact 8."""
    unreasoned = {
        "decision": Decision.objects.filter(reason=""),
        "motion": Motion.objects.filter(reason=""),
        "vote": Vote.objects.filter(reason="").exclude(choice=Vote.Choice.ABSTAIN),
        "review": Review.objects.filter(state=Review.State.CLOSED, reason=""),
        "step": BumpUp.objects.filter(reason=""),
        "retraction": Retraction.objects.filter(reason=""),
        "change": Change.objects.filter(
            revision__state=Revision.State.ADOPTED, revision__number__gt=1, reason=""
        ),
    }
    for kind, rows in unreasoned.items():
        ids = rows.order_by("pk").values_list("pk", flat=True)
        yield Ask(kind, ids, "without a reason")
    undecided = Motion.objects.filter(
        Q(state__in=CLOSED, decision=None)
        | ~Q(state__in=CLOSED) & Q(decision__isnull=False)
        | Q(decision__isnull=False) & ~Q(decision__outcome=F("state"))
    ).order_by("pk")
    ids = undecided.values_list("pk", flat=True)
    yield Ask("motion", ids, "its state is not what was decided")
    yield from _told_to_all()


def _told_to_all() -> Iterator[Ask]:
    """Events that name what is restricted, and who voted how, are not open to all readers."""
    votes = Event.objects.filter(verb="vote.cast", restricted=False).order_by("pk")
    yield Ask("event", votes.values_list("pk", flat=True), "a vote told to all readers")
    kept = (
        Dispute.objects.filter(restricted_to__isnull=False)
        .annotate(name=Cast("pk", models.CharField()))
        .values("name")
    )
    disputes = Event.objects.filter(
        subject_type=Dispute._meta.label_lower, subject_id__in=kept, restricted=False
    ).order_by("pk")
    ids = disputes.values_list("pk", flat=True)
    yield Ask("event", ids, "a restricted dispute told to all readers")
