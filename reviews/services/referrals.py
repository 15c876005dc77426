"""Referrals: what a review or a ruling asks of another organisation, until it is met."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Decision
from kpis.models import LiveReading, Reading, Retraction
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act, Organisation, Post
from reviews.models import Dispute, Explanation, Referral, Review
from reviews.rules import referrals as rules
from reviews.selectors import referrals as selectors
from reviews.selectors.referrals import About
from reviews.services import referral_notices as telling


class NotComplete(Refused):
    message = gettext_lazy("Say of whom something is asked, what, and by when.")
    code = "referral_not_complete"


class NeedsAnswer(Refused):
    message = gettext_lazy("Say what was done, or why it is refused.")
    code = "referral_needs_answer"


class NeedsReason(Refused):
    message = gettext_lazy("Say why it is withdrawn.")
    code = "referral_needs_reason"


class NotAwaited(Refused):
    message = gettext_lazy("This was already answered or withdrawn.")
    code = "referral_not_awaited"


class OwnRequest(Refused):
    message = gettext_lazy(
        "You asked this yourself. Somebody else of the organisation answers; to take it back,"
        " withdraw it."
    )
    code = "referral_own_request"


class NotCorrectedYet(Refused):
    message = gettext_lazy(
        "The value has not been corrected yet. Correct it or take it back first, or refuse with a"
        " reason."
    )
    code = "referral_not_corrected"


@dataclass(frozen=True)
class Request:
    """What is asked of whom. ``post``: who is asked in particular; None: the organisation."""

    kind: str
    organisation: Organisation | None
    text: str
    due_on: datetime.date | None
    post: Post | None = None
    dependency_key: UUID | None = None
    reading: Reading | None = None


@transaction.atomic
def address(
    *,
    request: Request,
    by: Actor,
    at: datetime.datetime,
    review: Review | None = None,
    dispute: Dispute | None = None,
    explanation: Explanation | None = None,
    decision: Decision | None = None,
) -> Referral:
    """Put ``request`` to its organisation, for a review or for a ruling in a dispute.

    The holders of its post are told, else everybody in office there; of a correction also
    owner and verifier. Raises NotComplete.
    """
    about = selectors.about(review=review, dispute=dispute)
    _check(request, about, by, at)
    if request.organisation is None or request.due_on is None:
        raise NotComplete
    referral = Referral.objects.create(
        review=review,
        dispute=dispute,
        explanation=explanation,
        decision=decision,
        kind=request.kind,
        organisation=request.organisation,
        post=request.post,
        dependency_key=request.dependency_key,
        reading=request.reading,
        text=request.text.strip(),
        due_on=request.due_on,
        nag_on=about.after(request.due_on),
        at=at,
        **Act.fields_of(by),
    )
    event = events.record(
        verb="referral.addressed",
        subject=referral,
        by=by,
        at=at,
        data={
            "review": review.pk if review else None,
            "dispute": dispute.pk if dispute else None,
            "kind": referral.kind,
            "organisation": referral.organisation_id,
            "post": referral.post_id,
            "dependency": str(referral.dependency_key) if referral.dependency_key else None,
            "reading": referral.reading_id,
            "due_on": request.due_on.isoformat(),
        },
        texts={"text": referral.text},
        programme_id=about.programme.pk,
        restricted=about.restricted,
    )
    telling.addressed(event=event, referral=referral, about=about, by=by, at=at)
    return referral


@transaction.atomic
def meet(*, referral: Referral, text: str, by: Actor, at: datetime.datetime) -> Referral:
    """Say that what was asked is done, and how it can be seen.

    Raises NeedsAnswer, OwnRequest, NotCorrectedYet, NotAwaited.
    """
    _check_answer(referral, text, by)
    names_reading = referral.reading_id is not None
    corrected = names_reading and _is_corrected(referral)
    if not rules.can_be_met(referral.kind, names_reading=names_reading, corrected=corrected):
        raise NotCorrectedYet
    return _close(referral, Referral.State.MET, text, by, at)


@transaction.atomic
def refuse(*, referral: Referral, reason: str, by: Actor, at: datetime.datetime) -> Referral:
    """Refuse, with the reason. Raises NeedsAnswer, OwnRequest, NotAwaited."""
    _check_answer(referral, reason, by)
    return _close(referral, Referral.State.REFUSED, reason, by, at)


@transaction.atomic
def withdraw(*, referral: Referral, reason: str, by: Actor, at: datetime.datetime) -> Referral:
    """Take back what was asked in error. Raises NeedsReason, NotAwaited."""
    if not reason.strip():
        raise NeedsReason(fields={"reason": NeedsReason.message})
    return _close(referral, Referral.State.WITHDRAWN, reason, by, at)


def _check(request: Request, about: About, by: Actor, at: datetime.datetime) -> None:
    typed = rules.Request(
        kind=request.kind,
        has_organisation=request.organisation is not None,
        text=request.text,
        due_on=request.due_on,
        own=request.organisation is not None and request.organisation.pk == _own(about, by),
        has_reading=request.reading is not None,
        can_choose_reading=_has_readings(about),
    )
    found = rules.problems(typed, about.day(at))
    if found:
        raise NotComplete(fields={field: _texts()[code] for field, code in found.items()})


def _texts() -> dict[str, str]:
    return {
        "whom": _("Say which organisation is asked."),
        "own": _("Ask another organisation than the one that answers for this."),
        "which": _("Choose the value that is wrong."),
        "what": _("Say what is asked."),
        "when": _("Say by when an answer is needed."),
        "past": _("Give at least until tomorrow."),
    }


def _own(about: About, by: Actor) -> int | None:
    """The organisation that asks: of the post that acts, else of the owner of the subject."""
    post = by.principal_post_id or by.post_id
    if post is not None:
        return Post.objects.values_list("organisation", flat=True).get(pk=post)
    owner = about.subject.owner if about.subject else None
    return owner.organisation_id if owner else None


def _has_readings(about: About) -> bool:
    if about.subject is None or about.subject.kpi is None:
        return False
    return LiveReading.objects.filter(series__definition__kpi=about.subject.kpi).exists()


def _is_corrected(referral: Referral) -> bool:
    return (
        Reading.objects.filter(corrects=referral.reading_id).exists()
        or Retraction.objects.filter(reading=referral.reading_id).exists()
    )


def _check_answer(referral: Referral, text: str, by: Actor) -> None:
    if not text.strip():
        raise NeedsAnswer(fields={"text": NeedsAnswer.message})
    asked = {referral.by_user_id, referral.principal_id} - {None}
    own = referral.kind == Referral.Kind.CORRECTION  # shown by the correction, not by their word
    if not own and asked & {by.user_id, by.principal_id}:
        raise OwnRequest


def _close(referral: Referral, state: str, text: str, by: Actor, at: datetime.datetime) -> Referral:
    closed = Referral.objects.filter(pk=referral.pk, state=Referral.State.OPEN).update(
        state=state, answer=text.strip(), answered_at=at, answered_by_id=by.user_id, nag_on=None
    )
    if closed != 1:
        raise NotAwaited
    referral.refresh_from_db()
    about = selectors.about(review=referral.review, dispute=referral.dispute)
    event = events.record(
        verb=f"referral.{state}",
        subject=referral,
        by=by,
        at=at,
        data={"review": referral.review_id, "dispute": referral.dispute_id, "kind": referral.kind},
        texts={"answer": text},
        programme_id=about.programme.pk,
        restricted=about.restricted,
    )
    if state == Referral.State.WITHDRAWN:
        telling.withdrawn(event=event, referral=referral, about=about, by=by, at=at)
    else:
        telling.answered(event=event, referral=referral, about=about, by=by, at=at)
    return referral
