"""What the owner says is at fault."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Act
from reviews.models import Explanation, Review
from reviews.models.reviews import Cause
from reviews.selectors import subjects


class ReviewClosed(Refused):
    message = gettext_lazy("This review is closed. Read its decision; nothing can be added to it.")
    code = "review_closed"


class NothingExplained(Refused):
    message = gettext_lazy("Say what is at fault and explain it.")
    code = "nothing_explained"


@transaction.atomic
def explain(
    *,
    review: Review,
    cause: str,
    text: str,
    tried: str = "",
    proposed: str = "",
    by: Actor,
    at: datetime.datetime,
) -> Explanation:
    """Record an explanation; later ones add to earlier ones, none is changed.

    Raises ReviewClosed, or NothingExplained when cause or text is missing.
    """
    if not Review.objects.filter(pk=review.pk, state=Review.State.OPEN).exists():
        raise ReviewClosed
    _check(cause, text)
    subject = subjects.of_review(review)
    explanation = Explanation.objects.create(
        review=review,
        cause=cause,
        text=text.strip(),
        tried=tried.strip(),
        proposed=proposed.strip(),
        at=at,
        **Act.fields_of(by),
    )
    event = events.record(
        verb="review.explained",
        subject=review,
        by=by,
        at=at,
        data={"explanation": explanation.pk, "cause": cause},
        texts={"text": text, "tried": tried, "proposed": proposed},
        programme_id=subject.programme.pk,
        restricted=subject.restricted,
    )
    day = subject.day(at)
    chairs = set(subjects.told(subject, [subject.forum.chair], day))
    others = set(subjects.told(subject, [subject.forum.secretary], day)) - chairs
    for told, theirs in ((chairs, True), (others, False)):
        notices.notify(
            event=event,
            recipients=told,
            title=_("The owner has explained: %(subject)s.") % {"subject": subject.title},
            url=reverse("reviews:review", args=[review.pk]),
            decide=theirs,
        )
    return explanation


def _check(cause: str, text: str) -> None:
    fields = {}
    if cause not in Cause.values:
        fields["cause"] = _("Choose what is at fault.")
    if not text.strip():
        fields["text"] = _("Explain what happened.")
    if fields:
        raise NothingExplained(fields=fields)
