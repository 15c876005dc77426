"""Intakes: whether a question suits a lab, recorded with its reason."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Intake, Lab, ResultArea
from labs.rules import intake as rules
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events

MESSAGES = {
    "required": _("Fill this in."),
    "out_of_place": _("Leave the method empty: no lab is to be opened."),
    "no_shared_problem": _(
        "Without a shared problem a lab does not suit. Choose “not suited”, or say which "
        "problem is shared."
    ),
    "not_uncertain": _(
        "The answer is known, so a fixed contract suits. Choose it, or say what is uncertain."
    ),
    "uncertain": _(
        "Nobody knows the answer yet, so it cannot be fixed in a contract. Choose a lab, PDIA "
        "or experiment, feedback, adaptation."
    ),
}


class IntakeRefused(Refused):
    message = _("The intake cannot be recorded like this. Mend what is marked.")
    code = "intake"


class IntakeUnfit(Refused):
    message = _(
        "No lab can be opened from this intake: its outcome is “not suited”, it is of another "
        "result area, or a lab was opened from it already."
    )
    code = "intake_unfit"


@transaction.atomic
def record(
    *,
    area: ResultArea,
    title: str,
    question: str,
    shared_problem: bool,
    shared_problem_why: str,
    uncertainty: bool,
    uncertainty_why: str,
    outcome: str,
    method: str = "",
    reason: str,
    instead: str = "",
    by: Actor,
    at: datetime,
) -> Intake:
    """Record whether a question suits a lab. Raises IntakeRefused, ProgrammeClosed."""
    if area.programme.is_closed:
        raise ProgrammeClosed
    judged = rules.Judged(
        title=title,
        question=question,
        shared_problem=shared_problem,
        shared_problem_why=shared_problem_why,
        uncertainty=uncertainty,
        uncertainty_why=uncertainty_why,
        outcome=outcome,
        method=method,
        reason=reason,
        instead=instead,
    )
    _check(judged)
    texts = {
        "title": title.strip(),
        "question": question.strip(),
        "shared_problem_why": shared_problem_why.strip(),
        "uncertainty_why": uncertainty_why.strip(),
        "reason": reason.strip(),
        "instead": instead.strip() if outcome == Intake.Outcome.NOT_SUITED else "",
    }
    intake = Intake.objects.create(
        area=area,
        shared_problem=shared_problem,
        uncertainty=uncertainty,
        outcome=outcome,
        method=method,
        **texts,
        at=at,
        **Intake.fields_of(by),
    )
    events.record(
        verb="intake.recorded",
        subject=intake,
        by=by,
        at=at,
        data={
            "area": area.pk,
            "shared_problem": shared_problem,
            "uncertainty": uncertainty,
            "outcome": outcome,
            "method": method,
            # Not the words: the lab that comes of it may be restricted later, the ledger not.
            "words": hashlib.sha256(json.dumps(texts).encode()).hexdigest(),
        },
        programme_id=area.programme_id,
    )
    return intake


def use(*, intake: Intake, lab: Lab) -> None:
    """Mark the intake as the lab's, once. Raises IntakeUnfit. Called by labs.services.labs."""
    claimed = Intake.objects.filter(
        pk=intake.pk, area=lab.area_id, outcome=Intake.Outcome.SUITED, lab=None
    ).update(lab=lab)
    if claimed != 1:
        raise IntakeUnfit


def _check(judged: rules.Judged) -> None:
    fields = {name: str(MESSAGES[code]) for name, code in rules.problems(judged).items()}
    if len(judged.title.strip()) > 200:
        fields["title"] = str(_("Write a title of at most 200 characters."))
    if fields:
        raise IntakeRefused(fields=fields)
