"""What the owner says is at fault."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Act
from people.services import documents
from reviews.models import Explanation, ExplanationSource, Referral, Review
from reviews.models.reviews import Cause
from reviews.rules import referrals as rules
from reviews.selectors import subjects
from reviews.services import referrals


class ReviewClosed(Refused):
    message = gettext_lazy("This review is closed. Read its decision; nothing can be added to it.")
    code = "review_closed"


class NothingExplained(Refused):
    message = gettext_lazy("Say what is at fault and explain it.")
    code = "nothing_explained"


class NeedsReferral(Refused):
    message = gettext_lazy("This cause asks something of others. Say of whom, what, and by when.")
    code = "explanation_needs_referral"


class NothingToAsk(Refused):
    message = gettext_lazy(
        "Only a policy elsewhere, a lack of coordination or wrong data asks something of others."
        " Choose such a cause, or clear what is asked."
    )
    code = "explanation_asks_nothing"


class EvidenceNotComplete(Refused):
    message = gettext_lazy(
        "Say of each piece of evidence what it shows, its date, and where it is, or add its file."
    )
    code = "evidence_not_complete"


@dataclass(frozen=True)
class Source:
    """One piece of evidence: what it shows, of which day, and where it is or the file itself."""

    title: str
    dated: datetime.date | None
    where: str = ""
    file: File | None = None
    row: int = 0  # of the form it was typed in: where a gap is said


@transaction.atomic
def explain(
    *,
    review: Review,
    cause: str,
    text: str,
    tried: str = "",
    proposed: str = "",
    sources: Sequence[Source] = (),
    request: referrals.Request | None = None,
    by: Actor,
    at: datetime.datetime,
) -> Explanation:
    """Record an explanation with its evidence; later ones add to earlier ones, none is changed.

    A cause that lies with others brings the ``request`` to them, unless the review has put
    one of that kind already. Raises ReviewClosed, NothingExplained when cause or text is
    missing, NeedsReferral, NothingToAsk, EvidenceNotComplete, referrals.NotComplete and what
    people.services.documents.store raises.
    """
    if not Review.objects.filter(pk=review.pk, state=Review.State.OPEN).exists():
        raise ReviewClosed
    _check(cause, text)
    _check_sources(sources)
    _check_request(review, cause, request)
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
    kept = _keep(explanation, sources, subject.restricted, by, at)
    event = events.record(
        verb="review.explained",
        subject=review,
        by=by,
        at=at,
        data={
            "explanation": explanation.pk,
            "cause": cause,
            "documents": [row.document_id for row in kept if row.document_id],
        },
        texts={
            "text": text,
            "tried": tried,
            "proposed": proposed,
            "evidence": "\n".join(f"{row.dated} {row.title} {row.where}".strip() for row in kept),
        },
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
    if request is not None:
        referrals.address(request=request, review=review, explanation=explanation, by=by, at=at)
    return explanation


def _check(cause: str, text: str) -> None:
    fields = {}
    if cause not in Cause.values:
        fields["cause"] = _("Choose what is at fault.")
    if not text.strip():
        fields["text"] = _("Explain what happened.")
    if fields:
        raise NothingExplained(fields=fields)


def _check_sources(sources: Sequence[Source]) -> None:
    """Raise EvidenceNotComplete with the first gap of each row, named as the form names it."""
    fields = {}
    for source in sources:
        if not source.title.strip():
            fields[f"source_{source.row}_title"] = _("Say what it shows.")
        if source.dated is None:
            fields[f"source_{source.row}_dated"] = _("Give its date.")
        if not source.where.strip() and source.file is None:
            fields[f"source_{source.row}_where"] = _(
                "Say where it is to be found, or add the file."
            )
    if fields:
        raise EvidenceNotComplete(fields=fields)


def _check_request(review: Review, cause: str, request: referrals.Request | None) -> None:
    kind = rules.KIND_OF.get(cause)
    if request is not None and request.kind != kind:
        raise NothingToAsk(fields={"cause": NothingToAsk.message})
    if kind is None or request is not None:
        return
    put = Referral.objects.filter(review=review, kind=kind)
    if not put.exclude(state=Referral.State.WITHDRAWN).exists():
        raise NeedsReferral(fields={"asked": NeedsReferral.message})


def _keep(
    explanation: Explanation,
    sources: Sequence[Source],
    restricted: bool,
    by: Actor,
    at: datetime.datetime,
) -> list[ExplanationSource]:
    return [
        ExplanationSource.objects.create(
            explanation=explanation,
            title=source.title.strip()[:300],
            dated=source.dated,  # type: ignore[misc]  # checked before
            where=source.where.strip()[:500],
            document=documents.store(file=source.file, restricted=restricted, by=by, at=at)
            if source.file is not None
            else None,
        )
        for source in sources
    ]
