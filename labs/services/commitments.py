"""Verifying what beneficiaries promised."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Commitment, CommitmentCheck, Plan
from labs.rules import commitments as rules
from labs.services import problems
from labs.services.recording import record, require_open, twice
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post, User
from people.selectors import people


class CheckRefused(Refused):
    message = _("This cannot be recorded yet. Mend what is marked.")
    code = "check"


class PromiseNotInForce(Refused):
    message = _("This promise is not in the plan in force, so there is nothing to verify.")
    code = "promise_not_in_force"


class OwnPromise(Refused):
    message = _(
        "Your own organisation promised this. Somebody else verifies it: the delivery unit, or"
        " the organisation that leads the result area."
    )
    code = "own_promise"


@transaction.atomic
def check(
    *,
    plan: Plan,
    commitment_key: uuid.UUID,
    result: str,
    basis: str,
    sanction: str = "",
    by: Actor,
    at: datetime,
) -> CommitmentCheck:
    """Record whether a promise was kept: ``basis`` shows it, ``sanction`` is what follows if not.

    Earlier checks stay. Nobody verifies what their own organisation promised, whatever
    post they act in and for whomever (fact 9). Raises OwnPromise, CheckRefused,
    PromiseNotInForce, ProgrammeClosed.
    """
    require_open(plan)
    # Held until the end of the transaction, so that a form sent twice at once is kept once.
    rows = Commitment.objects.filter(plan=plan, key=commitment_key, until_revision=None)
    if rows.update(until_revision=None) != 1:
        raise PromiseNotInForce
    promise = rows.get()
    if promise.beneficiary_id and promise.beneficiary_id in _organisations(by, at):
        raise OwnPromise
    said = {"result": result, "basis": basis.strip(), "sanction": sanction.strip()}
    wrong = rules.check(**said)
    if wrong:
        raise CheckRefused(fields=problems.by_field(wrong))
    newest = CommitmentCheck.objects.filter(commitment_key=commitment_key).first()
    if twice(newest=newest, by=by, at=at, **said) and newest is not None:
        return newest
    made = CommitmentCheck.objects.create(
        plan=plan,
        commitment_key=commitment_key,
        **said,
        at=at,
        **CommitmentCheck.fields_of(by),
    )
    record(
        "commitment.checked",
        made,
        plan,
        by=by,
        at=at,
        data={"commitment": commitment_key, "result": result},
        texts={"basis": said["basis"], "sanction": said["sanction"]},
    )
    return made


def _organisations(by: Actor, at: datetime) -> set[int]:
    """Every organisation that the author, the principal or a post of theirs belongs to."""
    posts = [pk for pk in (by.post_id, by.principal_post_id) if pk]
    users = User.objects.filter(pk__in=[pk for pk in (by.user_id, by.principal_id) if pk])
    own = set(Post.objects.filter(pk__in=posts).values_list("organisation", flat=True))
    return own.union(*(people.organisation_ids_of(user, at.date()) for user in users))
