"""The day to explain passes: said on the review, and the forum's chair is told once.

Claimed by ``unexplained_at``: two sweeps at once, or one killed half-way, say it once. The
owner may explain afterwards all the same, and the forum may decide without it: silence
stops nothing.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.rules.actors import Actor
from ledger.services import events, notices
from reviews.models import Explanation, Review
from reviews.selectors import subjects

BATCH = 200
ONE_DAY = datetime.timedelta(days=1)
BY = Actor.system("reviews not explained in time")


def say(*, at: datetime.datetime, limit: int = BATCH) -> int:
    """Say of up to ``limit`` open reviews that their day to explain has passed; how many.

    The last day ends at midnight where the programme is.
    """
    explained = Explanation.objects.filter(review=OuterRef("pk"))
    waiting = Review.objects.filter(
        ~Exists(explained),
        Q(kpi__area__programme__closed_at=None),
        Q(plan__lab__area__programme__closed_at=None),
        state=Review.State.OPEN,
        unexplained_at=None,
        explain_by__lt=at.date() + ONE_DAY,  # some places are a day ahead
    )
    found = list(waiting.order_by("explain_by", "pk")[:limit])
    return sum(_say(review, at) for review in found)


@transaction.atomic
def _say(review: Review, at: datetime.datetime) -> bool:
    subject = subjects.of_review(review)
    if subject.day(at) <= review.explain_by:
        return False
    claimed = Review.objects.filter(
        ~Exists(Explanation.objects.filter(review=OuterRef("pk"))),
        pk=review.pk,
        state=Review.State.OPEN,
        unexplained_at=None,
    ).update(unexplained_at=at)
    if claimed != 1:
        return False
    event = events.record(
        verb="review.not_explained",
        subject=review,
        by=BY,
        at=at,
        data={"explain_by": review.explain_by.isoformat(), "forum": review.forum_id},
        programme_id=subject.programme.pk,
        restricted=subject.restricted,
    )
    url = reverse("reviews:review", args=[review.pk])
    owners = set(subjects.holders([subject.owner], subject.day(at)))
    notices.notify(
        event=event,
        recipients=sorted(owners),
        title=_("The day to explain has passed: %(subject)s. Explain it now.")
        % {"subject": subject.title},
        url=url,
        decide=True,
    )
    forum = subject.forum
    notices.notify(
        event=event,
        recipients=[
            pk
            for pk in subjects.told(subject, [forum.chair, forum.secretary], subject.day(at))
            if pk not in owners
        ],
        title=_("Not explained in time: %(subject)s. Decide without, or ask the owner.")
        % {"subject": subject.title},
        url=url,
        decide=True,
    )
    return True
