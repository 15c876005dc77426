"""Opening, closing and restricting labs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Decision, Forum
from labs.models import Intake, Lab, Lesson, Plan, ResultArea, Revision
from labs.models.labs import Method
from labs.services import intakes
from labs.services import lessons as lesson_services
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class LabRefused(Refused):
    message = _("The lab cannot be opened like this. Mend what is marked.")
    code = "lab"


class LabClosed(Refused):
    message = _("This lab is closed.")
    code = "lab_closed"


@transaction.atomic
def open(
    *,
    area: ResultArea,
    title: str,
    question: str,
    method: str = Method.LAB,
    starts_on: date,
    ends_on: date,
    steering: Forum,
    is_mini: bool = False,
    is_illustrative: bool = False,
    intake: Intake | None = None,
    decision: Decision | None = None,
    reconvenes: Lab | None = None,
    lessons: Iterable[Lesson] = (),
    restricted_to: Iterable[Forum] = (),
    by: Actor,
    at: datetime,
) -> Lab:
    """Open a lab, with its plan and the draft of revision 1.

    ``intake``: the suited intake it comes from, which then is used. ``decision`` and
    ``reconvenes``: the decision that asked for a mini-lab or a reconvened lab, and the
    earlier lab. ``lessons``: those it begins with. ``restricted_to``: forums it is kept to
    from its first moment. Raises LabRefused, ProgrammeClosed, IntakeUnfit.
    """
    if area.programme.is_closed:
        raise ProgrammeClosed
    problems = _problems(title, question, method, starts_on, ends_on, steering)
    if problems:
        raise LabRefused(fields=problems)
    lab = Lab.objects.create(
        area=area,
        title=title.strip(),
        question=question.strip(),
        method=method,
        is_mini=is_mini,
        starts_on=starts_on,
        ends_on=ends_on,
        steering=steering,
        decision=decision,
        reconvenes=reconvenes,
        is_illustrative=is_illustrative,
        at=at,
        **Lab.fields_of(by),
    )
    kept_to = list(restricted_to)
    lab.restricted_to.set(kept_to)
    if intake is not None:
        intakes.use(intake=intake, lab=lab)
    plan = Plan.objects.create(lab=lab)
    draft = Revision.objects.create(
        plan=plan, title=str(_("First plan")), at=at, **Revision.fields_of(by)
    )
    events.record(
        verb="lab.opened",
        subject=lab,
        by=by,
        at=at,
        data={
            "area": area.pk,
            "plan": plan.pk,
            "draft": draft.pk,
            "steering": steering.pk,
            "method": method,
            "is_mini": is_mini,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "intake": intake.pk if intake else None,
            "decision": decision.pk if decision else None,
            "reconvenes": reconvenes.pk if reconvenes else None,
            "restricted_to": sorted(forum.pk for forum in kept_to),
        },
        texts={"title": lab.title, "question": lab.question},
        programme_id=area.programme_id,
        restricted=bool(kept_to),
    )
    lesson_services.begin_with(lab=lab, lessons=lessons, by=by, at=at)
    return lab


def _problems(
    title: str, question: str, method: str, starts_on: date, ends_on: date, steering: Forum
) -> dict[str, str]:
    checks = {
        "title": (0 < len(title.strip()) <= 200, _("Write a title of at most 200 characters.")),
        "question": (bool(question.strip()), _("Say which problem the lab is to solve.")),
        "method": (method in Method.values, _("Choose one of the methods.")),
        "ends_on": (ends_on >= starts_on, _("The end must not come before the start.")),
        "steering": (steering.closed_on is None, _("This forum is closed. Choose another.")),
    }
    return {field: str(message) for field, (holds, message) in checks.items() if not holds}


@transaction.atomic
def restrict(*, lab: Lab, forums: Iterable[Forum], by: Actor, at: datetime) -> Lab:
    """Keep the lab to these forums and its seats; with no forums, open it to all readers."""
    named = list(forums)
    lab.restricted_to.set(named)
    events.record(
        verb="lab.restricted" if named else "lab.unrestricted",
        subject=lab,
        by=by,
        at=at,
        data={"forums": sorted(forum.pk for forum in named)},
        programme_id=lab.area.programme_id,
        restricted=bool(named),
    )
    return lab


@transaction.atomic
def close(*, lab: Lab, because: str, by: Actor, at: datetime) -> Lab:
    """End a lab: its plan stays as it is and asks for no more reports. Raises LabClosed."""
    if not because.strip():
        raise LabRefused(fields={"because": str(_("Say why the lab is closed."))})
    if Lab.objects.filter(pk=lab.pk, closed_at=None).update(closed_at=at) != 1:
        raise LabClosed
    lab.refresh_from_db()
    events.record(
        verb="lab.closed",
        subject=lab,
        by=by,
        at=at,
        texts={"because": because.strip()},
        programme_id=lab.area.programme_id,
        restricted=lab.restricted_to.exists(),
    )
    return lab
