"""Conditions of an approval: on what terms a revision is approved, and what each becomes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Action, Decision
from forums.services import actions
from labs.models import Condition, Revision
from labs.services import lab_events
from labs.services.stands import require_open
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post


class ConditionRefused(Refused):
    message = _("The condition cannot be kept like this. Mend what is marked.")
    code = "condition"


@transaction.atomic
def add(
    *, revision: Revision, text: str, owner: Post, due_on: date, by: Actor, at: datetime
) -> Condition:
    """Set a condition before the revision is decided. Raises ConditionRefused, Decided."""
    require_open(revision)
    problems = {}
    if not text.strip() or len(text.strip()) > 300:
        problems["text"] = _("Say what must be done, in at most 300 characters.")
    if due_on < at.date():
        problems["due_on"] = _("Choose a day that lies ahead.")
    if owner.abolished_on is not None and owner.abolished_on <= at.date():
        problems["owner"] = _("This post no longer exists. Choose another.")
    if problems:
        raise ConditionRefused(fields={field: str(said) for field, said in problems.items()})
    given = {"text": text.strip(), "owner": owner, "due_on": due_on}
    again = revision.conditions.filter(**given).first()
    if again is not None:
        return again  # the form was sent twice
    made = Condition.objects.create(revision=revision, at=at, **given, **Condition.fields_of(by))
    _record("condition.set", made, by, at)
    return made


@transaction.atomic
def take_back(*, condition: Condition, by: Actor, at: datetime) -> None:
    """Take a condition back before the revision is decided. Twice changes nothing more."""
    require_open(condition.revision)
    pk = condition.pk
    if Condition.objects.filter(pk=pk, action=None).delete()[0]:
        condition.pk = pk
        _record("condition.taken_back", condition, by, at)


@transaction.atomic
def open_actions(
    *, revision: Revision, decision: Decision, by: Actor, at: datetime
) -> list[Action]:
    """Make each condition of a carried revision an action, exactly once.

    A condition whose day passed while the forum considered it is due on the day of
    the decision: it was a term of the approval and does not lapse with it.
    """
    opened = []
    for condition in revision.conditions.filter(action=None).select_related("owner"):
        action = actions.open(
            title=condition.text,
            owner=condition.owner,
            due_on=max(condition.due_on, at.date()),
            decision=decision,
            by=by,
            at=at,
        )
        if Condition.objects.filter(pk=condition.pk, action=None).update(action=action) != 1:
            raise ConditionRefused(str(_("This condition has its action already.")))
        opened.append(action)
    return opened


def _record(verb: str, condition: Condition, by: Actor, at: datetime) -> None:
    lab_events.record(
        verb,
        condition,
        condition.revision.plan.lab,
        by=by,
        at=at,
        data={
            "revision": condition.revision_id,
            "owner": condition.owner_id,
            "due_on": condition.due_on,
        },
        texts={"text": condition.text},
    )
