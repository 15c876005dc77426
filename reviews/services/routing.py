"""The sweep that turns deviations into reviews (fact 2).

A deviation says by ``routed_at`` null that nobody above has seen it. Whoever sets
it routes it, in the same transaction: one that asks for a review joins the open
review of its subject or opens one; one that asks the owner sends a notice; a note
only shows on the board. One that was raised, because its value is final now, comes by
once more; whatever is in a review already stays there and opens no other. Two sweeps at once, or one killed half-way, open nothing
twice and lose nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kpis.models import Deviation
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people import days
from reviews.models import Review, ReviewDeviation
from reviews.selectors import subjects

EXPLAIN_DAYS = 5  # working days in which the owner explains
BATCH = 200
BY = Actor.system("route deviations")


@dataclass(frozen=True)
class Counts:
    """What one run of the sweep did."""

    routed: int = 0
    opened: int = 0
    joined: int = 0
    asked: int = 0
    more: bool = field(default=False, compare=False)

    def plus(self, other: Counts) -> Counts:
        return replace(
            self,
            routed=self.routed + other.routed,
            opened=self.opened + other.opened,
            joined=self.joined + other.joined,
            asked=self.asked + other.asked,
        )


def route(*, at: datetime.datetime, limit: int = BATCH) -> Counts:
    """Route up to ``limit`` waiting deviations, one transaction per subject.

    Returns what was done; ``more`` says that a full batch was found and another
    run has work.
    """
    waiting = list(
        Deviation.objects.filter(routed_at=None)
        .select_related("series__definition")
        .order_by("pk")[:limit]
    )
    waiting.sort(key=_subject_key)
    counts = Counts(more=len(waiting) == limit)
    for _key, group in groupby(waiting, key=_subject_key):
        counts = counts.plus(_route_subject(list(group), at))
    return counts


def _subject_key(deviation: Deviation) -> tuple[int, str]:
    if deviation.series is not None:
        return deviation.series.definition.kpi_id, ""
    return 0, str(deviation.milestone_key)


@transaction.atomic
def _route_subject(deviations: list[Deviation], at: datetime.datetime) -> Counts:
    """Claim and route the deviations of one subject, together with their events."""
    claimed = [deviation for deviation in deviations if _claim(deviation, at)]
    if not claimed:
        return Counts()
    subject = subjects.of_deviation(claimed[0])
    counts = Counts(routed=len(claimed))
    if subject.programme.is_closed:
        return counts
    reviewed = _not_in_a_review([row for row in claimed if row.severity == "review"])
    asked = [row for row in claimed if row.severity == "ask"]
    if reviewed:
        review, opened = _open_or_find(subject, at)
        _join(review, reviewed, opened, subject, at)
        counts = replace(counts, opened=int(opened), joined=len(reviewed))
    if asked:
        _ask_owner(subject, asked, at)
        counts = replace(counts, asked=len(asked))
    return counts


def _not_in_a_review(deviations: list[Deviation]) -> list[Deviation]:
    """Never more than one review per deviation, whatever it is routed for."""
    if not deviations:
        return []
    known = set(
        ReviewDeviation.objects.filter(deviation__in=deviations).values_list("deviation", flat=True)
    )
    return [row for row in deviations if row.pk not in known]


def _claim(deviation: Deviation, at: datetime.datetime) -> bool:
    return Deviation.objects.filter(pk=deviation.pk, routed_at=None).update(routed_at=at) == 1


def _open_or_find(subject: subjects.Subject, at: datetime.datetime) -> tuple[Review, bool]:
    """The open review of a subject, opened if there is none.

    Another sweep may open it between the look and the insert: the constraint then
    refuses the second, the savepoint keeps the transaction, and the look finds it.
    """
    for _attempt in range(3):
        found = Review.objects.filter(state=Review.State.OPEN, **subject.keys).first()
        if found is not None:
            return found, False
        try:
            with transaction.atomic():
                return _open(subject, at), True
        except IntegrityError:
            continue
    raise RuntimeError("the open review of a subject can be neither found nor opened")


def _open(subject: subjects.Subject, at: datetime.datetime) -> Review:
    return Review.objects.create(
        **subject.keys,
        forum=subject.forum,
        opened_at=at,
        explain_by=subject.deadline(at, EXPLAIN_DAYS),
        due_on=subject.deadline(at, subject.forum.response_days),
    )


def _join(
    review: Review,
    deviations: list[Deviation],
    opened: bool,
    subject: subjects.Subject,
    at: datetime.datetime,
) -> None:
    ReviewDeviation.objects.bulk_create(
        ReviewDeviation(review=review, deviation=row, joined_at=at) for row in deviations
    )
    event = events.record(
        verb="review.opened" if opened else "review.joined",
        subject=review,
        by=BY,
        at=at,
        data={
            "deviations": [row.pk for row in deviations],
            "forum": review.forum_id,
            "explain_by": review.explain_by.isoformat(),
            "due_on": review.due_on.isoformat(),
        },
        programme_id=subject.programme.pk,
        restricted=subject.restricted,
    )
    forum = subject.forum
    title = (
        _("Review opened: %(subject)s. Explain by %(day)s.")
        if opened
        else _("Something more is off course in the review of %(subject)s.")
    )
    notices.notify(
        event=event,
        recipients=subjects.told(
            subject, [subject.owner, forum.chair, forum.secretary], subject.day(at)
        ),
        title=title % {"subject": subject.title, "day": days.in_words(review.explain_by)},
        url=reverse("reviews:review", args=[review.pk]),
    )


def _ask_owner(
    subject: subjects.Subject, deviations: list[Deviation], at: datetime.datetime
) -> None:
    event = events.record(
        verb="deviation.asked",
        subject=deviations[0],
        by=BY,
        at=at,
        data={"deviations": [row.pk for row in deviations]},
        programme_id=subject.programme.pk,
        restricted=subject.restricted,
    )
    notices.notify(
        event=event,
        recipients=subjects.holders([subject.owner], subject.day(at)),
        title=_("Please look at %(subject)s: it is off course.") % {"subject": subject.title},
        url=subject.url,
    )
