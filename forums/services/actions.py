"""Actions: what somebody must do by a day, done with evidence, verified by another."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Action, Decision
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people import days
from people.models import Document, Post
from people.selectors import calendars, people
from people.services import documents


class NeedsTitle(Refused):
    message = gettext_lazy("Say what is to be done.")
    code = "action_needs_title"


class DueInThePast(Refused):
    message = gettext_lazy("Give a day in the future by which it is due.")
    code = "due_in_the_past"


class NeedsEvidence(Refused):
    message = gettext_lazy("Say what was done and where it can be seen.")
    code = "needs_evidence"


class NotTheOwner(Refused):
    message = gettext_lazy("Only whoever holds the accountable post reports it done.")
    code = "not_the_owner"


class NotOpen(Refused):
    message = gettext_lazy("This action is not open any more.")
    code = "action_not_open"


class NotDone(Refused):
    message = gettext_lazy("Only an action that was reported done can be verified.")
    code = "action_not_done"


class NotYourOwn(Refused):
    message = gettext_lazy(
        "Nobody verifies what they did or entered themselves. Ask another holder of the verifying"
        " post, or the delivery unit."
    )
    code = "not_your_own"


class NeedsVerifier(Refused):
    message = gettext_lazy(
        "An action of high priority is verified by somebody else. Name a post for it that its"
        " owner does not hold."
    )
    code = "needs_verifier"


class NeedsReason(Refused):
    message = gettext_lazy("Say why it is withdrawn.")
    code = "withdrawal_needs_reason"


class OwnersDoNotWithdraw(Refused):
    message = gettext_lazy(
        "Whoever answers for an action does not withdraw it. Ask the chair or the secretary of the"
        " forum that decided on it."
    )
    code = "owners_do_not_withdraw"


@transaction.atomic
def open(
    *,
    title: str,
    owner: Post,
    due_on: date,
    by: Actor,
    at: datetime,
    verifier: Post | None = None,
    decision: Decision | None = None,
    priority: str = Action.Priority.NORMAL,
) -> Action:
    """Give one post something to do by a day; the first reminder is the working day after it.

    One of high priority names who verifies it. Raises NeedsTitle, DueInThePast, NeedsVerifier.
    """
    if not title.strip():
        raise NeedsTitle(fields={"title": str(NeedsTitle.message)})
    if due_on < at.date():
        raise DueInThePast(fields={"due_on": str(DueInThePast.message)})
    if priority == Action.Priority.HIGH:
        require_verifier(owner=owner, verifier=verifier, on=at.date())
    action = Action.objects.create(
        title=title[:300],
        owner=owner,
        verifier=verifier,
        due_on=due_on,
        priority=priority,
        nag_on=calendars.deadline(due_on, 1, decision.motion.forum.country if decision else ""),
        decision=decision,
        at=at,
        **Action.fields_of(by),
    )
    event = events.record(
        verb="action.opened",
        subject=action,
        by=by,
        at=at,
        data={
            "owner": owner.pk,
            "due_on": due_on.isoformat(),
            "priority": action.priority,
            "decision": decision.pk if decision else None,
        },
        texts={"title": title},
        restricted=_is_restricted(action),
    )
    notices.notify(
        event=event,
        recipients=people.user_ids_holding([owner], at.date()),
        title=_("For you to do by %(day)s: %(title)s")
        % {"day": days.in_words(due_on), "title": title},
        url=reverse("forums:action", args=[action.pk]),
    )
    return action


def require_verifier(*, owner: Post, verifier: Post | None, on: date) -> None:
    """Raise NeedsVerifier unless ``verifier`` is somebody else than whoever holds ``owner``."""
    if verifier is not None and verifier.pk != owner.pk:
        held = people.holder_ids([owner, verifier], on)
        if not held[verifier.pk] or set(held[verifier.pk]) - set(held[owner.pk]):
            return
    raise NeedsVerifier(fields={"action_verifier": NeedsVerifier.message})


@transaction.atomic
def done(
    *, action: Action, note: str, by: Actor, at: datetime, evidence: Document | None = None
) -> Action:
    """The owner reports it done, with what shows it. Raises NotTheOwner, NeedsEvidence, NotOpen."""
    if not note.strip():
        raise NeedsEvidence(fields={"note": str(NeedsEvidence.message)})
    if by.user_id not in people.holder_ids([action.owner_id], at.date())[action.owner_id]:
        raise NotTheOwner
    changed = Action.objects.filter(pk=action.pk, state=Action.State.OPEN).update(
        state=Action.State.DONE,
        done_note=note,
        done_at=at,
        done_by_id=by.user_id,
        nag_on=None,
        **({"evidence": evidence} if evidence else {}),
    )
    if changed != 1:
        raise NotOpen
    action.refresh_from_db()
    event = events.record(
        verb="action.done",
        subject=action,
        by=by,
        at=at,
        data={"document": evidence.pk if evidence else None},
        texts={"note": note},
        restricted=_is_restricted(action),
    )
    notices.notify(
        event=event,
        recipients=_verifiers(action, at.date()) - {by.user_id},
        title=(_("To verify: %(title)s") if is_high(action) else _("Done: %(title)s"))
        % {"title": action.title},
        url=reverse("forums:action", args=[action.pk]),
        decide=is_high(action),
    )
    return action


@transaction.atomic
def report(
    *, action: Action, note: str, by: Actor, at: datetime, file: File | None = None
) -> Action:
    """Report it done and keep the file that shows it, both or neither.

    Raises what ``done`` and people.services.documents.store raise.
    """
    evidence = None
    if file:
        kept_back = _is_restricted(action)
        evidence = documents.store(file=file, restricted=kept_back, by=by, at=at)
    return done(action=action, note=note, by=by, at=at, evidence=evidence)


@transaction.atomic
def verify(*, action: Action, by: Actor, at: datetime) -> Action:
    """Another person confirms that it was done. Raises NotDone, NotYourOwn."""
    owners = people.holder_ids([action.owner_id], at.date())[action.owner_id]
    if by.user_id is None or by.user_id == action.done_by_id or by.user_id in owners:
        raise NotYourOwn
    changed = Action.objects.filter(pk=action.pk, state=Action.State.DONE).update(
        state=Action.State.VERIFIED, verified_at=at, verified_by_id=by.user_id
    )
    if changed != 1:
        raise NotDone
    action.refresh_from_db()
    event = events.record(
        verb="action.verified",
        subject=action,
        by=by,
        at=at,
        restricted=_is_restricted(action),
    )
    notices.notify(
        event=event,
        recipients=set(owners),
        title=_("Verified: %(title)s") % {"title": action.title},
        url=reverse("forums:action", args=[action.pk]),
    )
    return action


@transaction.atomic
def withdraw(*, action: Action, reason: str, by: Actor, at: datetime) -> Action:
    """Take back what was asked for in error, or is needed no more.

    Raises NeedsReason, OwnersDoNotWithdraw, NotOpen.
    """
    if not reason.strip():
        raise NeedsReason(fields={"reason": NeedsReason.message})
    owners = people.holder_ids([action.owner_id], at.date())[action.owner_id]
    if by.user_id in owners or by.principal_id in owners:
        raise OwnersDoNotWithdraw
    changed = Action.objects.filter(pk=action.pk, state=Action.State.OPEN).update(
        state=Action.State.WITHDRAWN, withdrawn_because=reason.strip(), nag_on=None
    )
    if changed != 1:
        raise NotOpen
    action.refresh_from_db()
    event = events.record(
        verb="action.withdrawn",
        subject=action,
        by=by,
        at=at,
        texts={"reason": reason},
        restricted=_is_restricted(action),
    )
    notices.notify(
        event=event,
        recipients=(set(owners) | _verifiers(action, at.date())) - {by.user_id},
        title=_("Withdrawn: %(title)s") % {"title": action.title},
        url=reverse("forums:action", args=[action.pk]),
    )
    return action


def is_high(action: Action) -> bool:
    """Whether it ends only once somebody else has verified it; any other ends when it is done."""
    return action.priority == Action.Priority.HIGH


def _verifiers(action: Action, on: date) -> set[int]:
    if action.verifier_id is None:
        return people.user_ids_in_role("delivery_unit")
    return people.user_ids_holding([action.verifier_id], on)


def _is_restricted(action: Action) -> bool:
    return action.decision is not None and action.decision.motion.restricted
