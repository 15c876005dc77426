"""What owners report of their milestones."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Milestone, MilestoneReport, Plan
from labs.rules import milestones as rules
from labs.services import problems
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class ReportRefused(Refused):
    message = _("This report cannot be saved yet. Mend what is marked.")
    code = "report"


class NotInForce(Refused):
    message = _("This milestone is not in the plan in force, so there is nothing to report.")
    code = "not_in_force"


@transaction.atomic
def report(
    *,
    plan: Plan,
    milestone_key: uuid.UUID,
    state: str,
    expected_finish: date | None = None,
    blocked_by: str = "",
    note: str = "",
    done_evidence: str = "",
    by: Actor,
    at: datetime,
) -> MilestoneReport:
    """Record what the owner says of a milestone. Earlier reports stay.

    The same report sent twice in a row is kept once. Raises ReportRefused,
    NotInForce, ProgrammeClosed.
    """
    programme = plan.lab.area.programme
    if programme.is_closed:
        raise ProgrammeClosed
    # Held until the end of the transaction: a report sent twice at once is seen twice, kept once.
    rows = Milestone.objects.filter(plan=plan, key=milestone_key, until_revision=None)
    if rows.update(until_revision=None) != 1:
        raise NotInForce
    said = rules.Report(
        state=state,
        expected_finish=expected_finish,
        blocked_by=blocked_by.strip(),
        note=note.strip(),
        done_evidence=done_evidence.strip(),
    )
    previous = MilestoneReport.objects.filter(milestone_key=milestone_key).first()
    today = at.astimezone(ZoneInfo(programme.time_zone)).date()
    wrong = rules.check(said, previous=previous.state if previous else None, on=today)
    if wrong:
        raise ReportRefused(fields=problems.by_code(wrong))
    if previous is not None and _same(previous, said, by, today, ZoneInfo(programme.time_zone)):
        return previous
    made = MilestoneReport.objects.create(
        plan=plan,
        milestone_key=milestone_key,
        state=said.state,
        expected_finish=said.expected_finish,
        blocked_by=said.blocked_by,
        note=said.note,
        done_evidence=said.done_evidence,
        at=at,
        **MilestoneReport.fields_of(by),
    )
    events.record(
        verb="milestone.reported",
        subject=made,
        by=by,
        at=at,
        data={
            "plan": plan.pk,
            "milestone": milestone_key,
            "state": said.state,
            "expected_finish": said.expected_finish,
        },
        texts={
            "blocked_by": said.blocked_by,
            "note": said.note,
            "done_evidence": said.done_evidence,
        },
        programme_id=programme.pk,
        restricted=plan.lab.restricted_to.exists(),
    )
    return made


def _same(
    previous: MilestoneReport, said: rules.Report, by: Actor, today: date, zone: ZoneInfo
) -> bool:
    """Whether the newest report says the same, by the same user, on the same day."""
    return (
        previous.by_user_id == by.user_id
        and previous.at.astimezone(zone).date() == today
        and said
        == rules.Report(
            state=previous.state,
            expected_finish=previous.expected_finish,
            blocked_by=previous.blocked_by,
            note=previous.note,
            done_evidence=previous.done_evidence,
        )
    )
