"""Information requests: a question with a day, answered, refused, or met by silence."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people import days
from people.models import Organisation
from reviews.models import Dispute, InformationRequest, Party
from reviews.selectors import standing
from reviews.services import cases, ladder


class NeedsQuestion(Refused):
    message = gettext_lazy("Ask a question.")
    code = "request_needs_question"


class NeedsTime(Refused):
    message = gettext_lazy("Give at least until tomorrow for an answer.")
    code = "request_needs_time"


class AskedOfYourself(Refused):
    message = gettext_lazy("Ask another organisation than your own.")
    code = "asked_of_yourself"


class AskPartiesOnly(Refused):
    message = gettext_lazy("This dispute is restricted: only its parties can be asked.")
    code = "ask_parties_only"


class NeedsAnswer(Refused):
    message = gettext_lazy("Give the information, or the reason why you refuse it.")
    code = "request_needs_answer"


class NeedsReason(Refused):
    message = gettext_lazy("Say why the question is taken back.")
    code = "request_withdrawal_needs_reason"


class NotAwaited(Refused):
    message = gettext_lazy("This request was already answered, refused or taken back.")
    code = "request_not_awaited"


@transaction.atomic
def ask(
    *,
    dispute: Dispute,
    organisation: Organisation,
    question: str,
    due_on: date,
    by: Actor,
    at: datetime,
    asked_by: Party | None = None,
) -> InformationRequest:
    """Ask an organisation; ``asked_by`` None: the forum that holds the dispute asks.

    Raises NeedsQuestion, NeedsTime, AskedOfYourself, AskPartiesOnly, ladder.Ended.
    """
    if not question.strip():
        raise NeedsQuestion(fields={"question": str(NeedsQuestion.message)})
    if due_on <= standing.today(dispute, at):
        raise NeedsTime(fields={"due_on": str(NeedsTime.message)})
    if asked_by is not None and asked_by.organisation_id == organisation.pk:
        raise AskedOfYourself(fields={"organisation": str(AskedOfYourself.message)})
    asks_outside = standing.party_of(dispute, organisation) is None
    if asks_outside and ladder.is_restricted(dispute):
        raise AskPartiesOnly(fields={"organisation": str(AskPartiesOnly.message)})
    cases.keep_open(dispute)
    request = InformationRequest.objects.create(
        dispute=dispute,
        asked_by=asked_by,
        organisation=organisation,
        question=question,
        due_on=due_on,
        at=at,
        **InformationRequest.fields_of(by),
    )
    cases.tell(
        verb="information.asked",
        dispute=dispute,
        subject=request,
        by=by,
        at=at,
        title=_("Information asked of %(organisation)s: %(title)s")
        % {"organisation": organisation, "title": dispute.title},
        data={"organisation": organisation.pk, "due_on": due_on.isoformat()},
        texts={"question": question},
        asked=[organisation],
        asked_title=_("Your organisation is asked for information by %(day)s: %(title)s")
        % {"day": days.in_words(due_on), "title": dispute.title},
    )
    return request


@transaction.atomic
def answer(
    *, request: InformationRequest, answer: str, by: Actor, at: datetime
) -> InformationRequest:
    """Give what was asked, also late. Raises NeedsAnswer, NotAwaited."""
    return _close(request, InformationRequest.State.ANSWERED, answer, by, at)


@transaction.atomic
def refuse(
    *, request: InformationRequest, reason: str, by: Actor, at: datetime
) -> InformationRequest:
    """Refuse, with the reason: a ground to bump the dispute up."""
    return _close(request, InformationRequest.State.REFUSED, reason, by, at)


@transaction.atomic
def withdraw(
    *, request: InformationRequest, reason: str, by: Actor, at: datetime
) -> InformationRequest:
    """Take back a question asked in error: it is no ground any more, also if it met silence.

    Raises NeedsReason, NotAwaited.
    """
    if not reason.strip():
        raise NeedsReason(fields={"reason": NeedsReason.message})
    title = _("A question to %(organisation)s was taken back: %(title)s")
    return _close(request, InformationRequest.State.WITHDRAWN, reason, by, at, title)


def _close(
    request: InformationRequest,
    state: str,
    text: str,
    by: Actor,
    at: datetime,
    title: str = "",
) -> InformationRequest:
    if not text.strip():
        raise NeedsAnswer(fields={"answer": str(NeedsAnswer.message)})
    closed = InformationRequest.objects.filter(
        pk=request.pk, state=InformationRequest.State.OPEN
    ).update(state=state, answer=text, answered_at=at, answered_by_id=by.user_id)
    if closed != 1:
        raise NotAwaited
    request.refresh_from_db()
    dispute = request.dispute
    cases.tell(
        verb=f"information.{state}",
        dispute=dispute,
        subject=request,
        by=by,
        at=at,
        title=(title or _("%(organisation)s replied to a request: %(title)s"))
        % {"organisation": request.organisation, "title": dispute.title},
        data={"organisation": request.organisation_id},
        texts={"answer": text},
    )
    return request
