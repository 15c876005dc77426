"""What the problem is, written down in versions. A later one adds; none is changed."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, ProblemStatement
from labs.services.labs import LabClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class StatementRefused(Refused):
    message = _("The problem statement cannot be kept like this. Mend what is marked.")
    code = "problem_statement"


class StatementOutdated(Refused):
    message = _(
        "Somebody wrote a newer version of the problem statement meanwhile. Read it beside "
        "yours, which is still here, then save again."
    )
    code = "problem_statement_outdated"


@transaction.atomic
def write(
    *,
    lab: Lab,
    text: str,
    causes: str = "",
    reason: str = "",
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> ProblemStatement:
    """Write the next version of the lab's problem statement.

    ``reason`` says why it reads differently, from the second version on. ``seen`` is the
    version that the writer had before them (0: none); None asks for no such check.
    Raises StatementRefused, StatementOutdated, LabClosed.
    """
    if lab.closed_at is not None:
        raise LabClosed
    newest = lab.problem_statements.order_by("-version").first()
    version = newest.version if newest else 0
    if seen is not None and seen != version:
        raise StatementOutdated
    given = {"text": text.strip(), "causes": causes.strip(), "reason": reason.strip()}
    _check(given, newest)
    try:
        with transaction.atomic():
            made = ProblemStatement.objects.create(
                lab=lab, version=version + 1, **given, at=at, **ProblemStatement.fields_of(by)
            )
    except IntegrityError as error:
        raise StatementOutdated from error
    events.record(
        verb="problem.stated",
        subject=lab,
        by=by,
        at=at,
        data={"statement": made.pk, "version": made.version},
        texts=given,
        programme_id=lab.area.programme_id,
        restricted=lab.restricted_to.exists(),
    )
    return made


def _check(given: dict[str, str], newest: ProblemStatement | None) -> None:
    problems = {}
    if not given["text"]:
        problems["text"] = _("Write what the problem is.")
    if newest is not None:
        if not given["reason"]:
            problems["reason"] = _("Say why it reads differently now.")
        if (given["text"], given["causes"]) == (newest.text, newest.causes):
            problems["text"] = _("This reads as the version before. Change it, or leave it.")
    if problems:
        raise StatementRefused(fields={name: str(text) for name, text in problems.items()})
