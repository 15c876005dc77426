"""Disputes and reviews that should have moved by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Decision
from kpis.models import Deviation
from reviews.models import BumpUp, Dispute, InformationRequest, Review, ReviewProposal
from reviews.selectors.climbing import latest_day, passed
from reviews.selectors.climbing.due import day_in
from reviews.selectors.stalls.found import SWEEPS, Finding, Looked

OPEN = Dispute.State.OPEN
ZONE = "area__programme__time_zone"


def past_deadline(at: datetime) -> Looked:
    """Open disputes whose last day passed more than one sweep ago, not marked at the top."""
    before = at - SWEEPS
    waiting = Dispute.objects.filter(
        state=OPEN, overdue_at_top_since=None, deadline__lt=latest_day(before)
    ).order_by("pk")
    late = [
        (pk, title)
        for pk, title, day, zone in waiting.values_list("pk", "title", "deadline", ZONE)
        if day is not None and passed(day, zone, before)
    ]
    return Looked(Dispute.objects.filter(state=OPEN).count(), _disputes(late))


def not_nudged(at: datetime) -> Looked:
    """Open disputes whose day of warning or reminder has gone by; at the top also without one."""
    before = at - SWEEPS
    never = Q(overdue_at_top_since__lt=before.date(), nudge_on=None)
    waiting = Dispute.objects.filter(
        Q(nudge_on__lt=latest_day(before)) | never, state=OPEN
    ).order_by("pk")
    late = [
        (pk, title)
        for pk, title, day, zone in waiting.values_list("pk", "title", "nudge_on", ZONE)
        if day is None or day < day_in(zone, before)
    ]
    nudged = Dispute.objects.filter(state=OPEN).exclude(nudge_on=None, overdue_at_top_since=None)
    return Looked(nudged.count(), _disputes(late))


def not_told(at: datetime) -> Looked:
    """Steps of the sweep whose notices did not go out within minutes."""
    steps = BumpUp.objects.filter(told_at=None)
    rows = steps.filter(at__lt=at - SWEEPS).order_by("dispute", "pk")
    late = dict(rows.values_list("dispute", "dispute__title"))
    return Looked(steps.count(), _disputes(late.items()))


def silent(at: datetime) -> Looked:
    """Questions past their day in open disputes, without an answer and without a note of it."""
    asked = InformationRequest.objects.filter(
        state=InformationRequest.State.OPEN, dispute__state=OPEN
    )
    before = at - SWEEPS
    rows = asked.filter(silent_since=None, due_on__lt=latest_day(before)).order_by("pk")
    columns = ("dispute", "dispute__title", "due_on", f"dispute__{ZONE}")
    late = {
        pk: title
        for pk, title, day, zone in rows.values_list(*columns)
        if passed(day, zone, before)
    }
    return Looked(asked.count(), _disputes(late.items()))


def not_routed(at: datetime) -> Looked:
    """Deviations that the sweep which opens reviews has not seen within minutes."""
    waiting = Deviation.objects.filter(routed_at=None).order_by("pk")
    late = waiting.filter(opened_at__lt=at - SWEEPS).values_list("pk", flat=True)
    found = [
        Finding(f"deviation:{pk}", _("Deviation %(number)d") % {"number": pk}, restricted=True)
        for pk in late
    ]
    return Looked(waiting.count(), found)


def not_closed(at: datetime) -> Looked:
    """Reviews whose forum has carried how they end, and which are open all the same."""
    opened = Review.objects.filter(state=Review.State.OPEN)
    carried = ReviewProposal.objects.filter(
        review__in=opened,
        motion__decision__outcome=Decision.Outcome.CARRIED,
        motion__decision__at__lt=at - SWEEPS,
    ).order_by("review")
    found = [
        Finding(
            f"review:{pk}",
            title,
            reverse("reviews:review", args=[pk]),
            restricted=bool(restricted),
        )
        for pk, title, restricted in carried.values_list(
            "review", "motion__title", "motion__restricted"
        )
    ]
    return Looked(opened.count(), found)


def _disputes(rows: Iterable[tuple[int, str]]) -> list[Finding]:
    listed = list(rows)
    kept = restricted_among(pk for pk, _title in listed)
    return [
        Finding(
            f"dispute:{pk}",
            title,
            reverse("reviews:dispute", args=[pk]),
            restricted=pk in kept,
        )
        for pk, title in listed
    ]


def restricted_among(ids: Iterable[int]) -> Collection[int]:
    """Which of these disputes are kept to some forums."""
    through = Dispute.restricted_to.through._default_manager
    rows = through.filter(dispute__in=list(ids)).order_by()
    return set(rows.values_list("dispute", flat=True))
