"""Objections of organisations to a revision: answered, or withdrawn by who made them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, Objection, Revision
from labs.services import lab_events
from labs.services.stands import require_open
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import notices
from people.models import Organisation, Post
from people.selectors import people


class ObjectionRefused(Refused):
    message = _("The objection cannot be kept like this. Mend what is marked.")
    code = "objection"


class MayNotBlock(Refused):
    message = _(
        "Only an organisation with a seat in the lab, the lead of the area, or one to which the"
        " plan gives something to do can block. Make the objection without blocking."
    )
    code = "may_not_block"


class AnsweredAlready(Refused):
    message = _("This objection is answered or withdrawn already. The page shows how.")
    code = "objection_answered"


class OwnObjection(Refused):
    message = _("Nobody answers an objection of their own organisation. Another person must.")
    code = "own_objection"


@transaction.atomic
def make(
    *,
    revision: Revision,
    organisation: Organisation,
    text: str,
    blocking: bool = False,
    may_block: bool = True,
    by: Actor,
    at: datetime,
) -> Objection:
    """Object to a revision before it is decided; a blocking one must be answered first.

    Raises ObjectionRefused, MayNotBlock, Decided.
    """
    require_open(revision)
    if not text.strip():
        ask = _("Say what the organisation objects to, and what would mend it.")
        raise ObjectionRefused(fields={"text": str(ask)})
    if blocking and not may_block:
        raise MayNotBlock(fields={"blocking": str(MayNotBlock.message)})
    given = {"organisation": organisation, "text": text.strip(), "withdrawn_at": None}
    again = revision.objections.filter(**given).first()
    if again is not None:
        return again  # the form was sent twice
    objection = Objection.objects.create(
        revision=revision, blocking=blocking, at=at, **given, **Objection.fields_of(by)
    )
    event = _record(
        "objection.made",
        objection,
        by,
        at,
        {"organisation": organisation.pk, "blocking": blocking},
        {"text": objection.text},
    )
    notices.notify(
        event=event,
        recipients=_told(revision.plan.lab, at),
        title=say("%(organisation)s objects to “%(revision)s”.")
        % {"organisation": organisation.name, "revision": revision.title},
        url=_page(objection),
    )
    return objection


@transaction.atomic
def answer(*, objection: Objection, answer: str, by: Actor, at: datetime) -> Objection:
    """Answer an objection, once. Raises ObjectionRefused, OwnObjection, AnsweredAlready, Decided."""
    require_open(objection.revision)
    if not answer.strip():
        ask = _("Say what the plan does about it, or why it does nothing.")
        raise ObjectionRefused(fields={"answer": str(ask)})
    if (
        by.post_id
        and Post.objects.filter(pk=by.post_id, organisation=objection.organisation_id).exists()
    ):
        raise OwnObjection
    changed = Objection.objects.filter(pk=objection.pk, answered_at=None, withdrawn_at=None).update(
        answer=answer.strip(), answered_at=at, answered_by_id=by.user_id
    )
    if changed != 1:
        raise AnsweredAlready
    objection.refresh_from_db()
    event = _record("objection.answered", objection, by, at, {}, {"answer": objection.answer})
    notices.notify(
        event=event,
        recipients=[objection.by_user_id] if objection.by_user_id else [],
        title=say("Your objection to “%(revision)s” is answered.")
        % {"revision": objection.revision.title},
        url=_page(objection),
    )
    return objection


@transaction.atomic
def withdraw(*, objection: Objection, by: Actor, at: datetime) -> Objection:
    """Take an objection back; it stays readable. Withdrawing twice changes nothing."""
    require_open(objection.revision)
    changed = Objection.objects.filter(pk=objection.pk, withdrawn_at=None).update(withdrawn_at=at)
    objection.refresh_from_db()
    if changed == 1:
        _record("objection.withdrawn", objection, by, at, {}, {})
    return objection


def _told(lab: Lab, at: datetime) -> set[int]:
    """The delivery unit and the lead organisation, which of a restricted lab may know nothing."""
    told = people.user_ids_in_role("delivery_unit")
    if lab.restricted_to.exists():
        return told
    lead = Post.objects.filter(organisation=lab.area.lead_id).values_list("pk", flat=True)
    return told | people.user_ids_holding(list(lead), at.date())


def _page(objection: Objection) -> str:
    url = reverse("labs:objections", args=[objection.revision_id])
    return f"{url}#objection-{objection.pk}"


def _record(
    verb: str,
    objection: Objection,
    by: Actor,
    at: datetime,
    data: dict[str, object],
    texts: dict[str, str],
) -> Event:
    return lab_events.record(
        verb,
        objection,
        objection.revision.plan.lab,
        by=by,
        at=at,
        data={"revision": objection.revision_id, **data},
        texts=texts,
    )
