"""What the organisation asked for something answers."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Dependency, DependencyAnswer, Milestone, Plan
from labs.rules import dependencies as rules
from labs.rules.parts import Problem
from labs.services import problems
from labs.services.recording import record, require_open, twice
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post


class AnswerRefused(Refused):
    message = _("This answer cannot be recorded yet. Mend what is marked.")
    code = "dependency_answer"


class RequestNotInForce(Refused):
    message = _("This request is not in the plan in force any more, so it needs no answer.")
    code = "request_not_in_force"


class NotAsked(Refused):
    message = _("Only the organisation that is asked answers. Act in a post of theirs.")
    code = "not_asked"


@transaction.atomic
def answer(
    *,
    plan: Plan,
    dependency_key: uuid.UUID,
    state: str,
    note: str = "",
    step_key: uuid.UUID | None = None,
    by: Actor,
    at: datetime,
) -> DependencyAnswer:
    """Accept or refuse a request, or mark it as delivered; earlier answers stay.

    ``step_key``: the answering organisation's own milestone by which it delivers. Raises
    NotAsked, AnswerRefused, RequestNotInForce, ProgrammeClosed.
    """
    require_open(plan)
    # Held until the end of the transaction, so that a form sent twice at once is kept once.
    rows = Dependency.objects.filter(plan=plan, key=dependency_key, until_revision=None)
    if rows.update(until_revision=None) != 1:
        raise RequestNotInForce
    request = rows.get()
    post = by.principal_post_id or by.post_id or 0
    if not Post.objects.filter(pk=post, organisation=request.provider_id).exists():
        raise NotAsked
    newest = DependencyAnswer.objects.filter(dependency_key=dependency_key).first()
    note = note.strip()
    wrong = rules.check(state, note, newest.state if newest else None)
    if step_key is not None and not _is_own_step(step_key, request):
        wrong["step_key"] = Problem("not_own_step")
    if wrong:
        raise AnswerRefused(fields=problems.by_field(wrong))
    said = {"state": state, "note": note, "step_key": step_key}
    if twice(newest=newest, by=by, at=at, **said) and newest is not None:
        return newest
    made = DependencyAnswer.objects.create(
        plan=plan,
        dependency_key=dependency_key,
        **said,
        at=at,
        **DependencyAnswer.fields_of(by),
    )
    record(
        f"dependency.{state}",
        made,
        plan,
        by=by,
        at=at,
        data={"dependency": dependency_key, "step": step_key},
        texts={"note": note},
    )
    return made


def _is_own_step(step_key: uuid.UUID, request: Dependency) -> bool:
    """Whether the step is the asked organisation's, in force, and not the one that waits."""
    return (
        step_key != request.milestone_key
        and Milestone.objects.filter(
            key=step_key, until_revision=None, owner__organisation=request.provider_id
        ).exists()
    )
