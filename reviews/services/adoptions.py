"""A revision comes into force: labs, KPIs and holds in one transaction."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Decision
from kpis.services import targets
from labs.models import Change, Revision
from labs.services import conditions, requests, revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.selectors import people
from reviews.selectors import subjects
from reviews.services import gate, routes


class NotCarried(Refused):
    message = gettext_lazy("Only a carried decision brings a plan into force.")
    code = "not_carried"


@transaction.atomic
def adopt(*, revision: Revision, decision: Decision, by: Actor, at: datetime.datetime) -> Revision:
    """Bring ``revision`` into force by a carried decision (facts 4 and 5).

    Adopts the plan rows, then the targets that the revision sets; each condition of
    the approval becomes an action. Raises
    NotCarried, gate.Incomplete, routes.Held (a target of a KPI under a dispute; whoever
    ends that dispute lifts its hold first), routes.WrongForum (a period ended meanwhile),
    or what labs says of a stale revision.
    """
    if decision.outcome != Decision.Outcome.CARRIED:
        raise NotCarried
    _hold(revision)
    gate.require_complete(revision)
    routes.refuse_held(revision)
    routes.require_forum(revision, decision.motion.forum, at)
    adopted = revisions.adopt(revision=revision, decision=decision, by=by, at=at)
    targets.apply(revision=adopted, by=by, at=at)
    conditions.open_actions(revision=adopted, decision=decision, by=by, at=at)
    tell(revision=adopted, decision=decision, by=by, at=at)
    return adopted


def _hold(revision: Revision) -> None:
    """Hold its row until the end: an objection is made before the gate looks, or too late."""
    submitted = Revision.State.SUBMITTED
    Revision.objects.filter(pk=revision.pk, state=submitted).update(state=submitted)


def tell(
    *, revision: Revision, decision: Decision | None, by: Actor, at: datetime.datetime
) -> None:
    """Notices to those who answer for milestones of the plan and to whoever proposed it,
    and to the organisations of which it asks something."""
    plan = subjects.plans().get(pk=revision.plan_id)
    event = events.record(
        verb="plan.in_force",
        subject=plan,
        by=by,
        at=at,
        data={
            "revision": revision.pk,
            "number": revision.number,
            "decision": decision.pk if decision else None,
            "goals_changed": revision.changes.filter(touches=Change.Touches.GOAL).count(),
        },
        programme_id=plan.lab.area.programme_id,
        restricted=plan.lab.restricted_to.exists(),
    )
    owners = plan.milestones.filter(until_revision=None).values_list("owner_id", flat=True)
    recipients = people.user_ids_holding(set(owners), at.date())
    if revision.by_user_id:
        recipients.add(revision.by_user_id)
    notices.notify(
        event=event,
        recipients=recipients,
        title=_("Revision %(number)s of the plan of %(lab)s is in force.")
        % {"number": revision.number, "lab": plan.lab.title},
        url=reverse("labs:plan", args=[plan.pk]),
    )
    requests.tell(revision=revision, by=by, at=at)
