"""Lifting the hold on a disputed KPI: a motion in the forum that has the dispute now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Decision, Mode, Motion
from forums.services import motions
from kpis.models import Hold
from kpis.services import holds
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from reviews.models import Dispute, HoldLift
from reviews.selectors import held, standing
from reviews.services import cases, ladder


class NothingHeld(Refused):
    message = gettext_lazy("This dispute holds no KPI (any more): nothing is to be lifted.")
    code = "nothing_held"


class AlreadyBefore(Refused):
    message = gettext_lazy(
        "A motion to lift the hold is before the forum already. Vote on it, or withdraw it."
    )
    code = "lift_already_put"


@transaction.atomic
def put(
    *,
    dispute: Dispute,
    reason: str,
    mode: str = Mode.CHAIR,
    closes_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> HoldLift:
    """Ask the forum that has the dispute to lift its hold; every party stands aside.

    The dispute goes on; only its KPI may change again. Raises NothingHeld,
    AlreadyBefore, ladder.Ended, and what forums says when the forum cannot sit.
    """
    cases.keep_open(dispute, same_tier=True)
    hold = held.hold_of(dispute)
    if hold is None:
        raise NothingHeld
    if held.open_lift(hold) is not None:
        raise AlreadyBefore
    tier = standing.tier_of(dispute)
    motion = motions.put(
        forum=standing.forum_of(tier),
        title=_("Lift the hold on a KPI: %(title)s") % {"title": dispute.title},
        text=_("That the hold on the disputed KPI is lifted, so that its goal may change.")
        if ladder.is_restricted(dispute)
        else _("That the hold on “%(kpi)s” is lifted, so that its goal may change.")
        % {"kpi": hold.kpi.name},
        reason=reason,
        mode=mode,
        barred=standing.interests(dispute),
        offices=standing.offices_of(tier),
        closes_at=closes_at,
        restricted=ladder.is_restricted(dispute),
        by=by,
        at=at,
    )
    lift = HoldLift.objects.create(motion=motion, hold=hold)
    cases.tell(
        verb="hold.lift_put",
        dispute=dispute,
        by=by,
        at=at,
        title=_("The forum is asked to lift the hold: %(title)s") % {"title": dispute.title},
        data={"motion": motion.pk, "hold": hold.pk, "tier": dispute.tier},
    )
    return lift


@transaction.atomic
def apply(*, proposal: HoldLift, decision: Decision, by: Actor, at: datetime) -> Hold:
    """Do what the forum decided, in the transaction of the vote: carried, the hold is lifted.

    Raises ladder.Ended, or ladder.AlreadyMoved when the dispute is another forum's by now.
    """
    hold = proposal.hold
    dispute = held.dispute_of(hold)
    if dispute is None or decision.outcome != Decision.Outcome.CARRIED:
        return hold
    cases.keep_open(dispute)
    if held.forum_holding(dispute).pk != decision.motion.forum_id:
        raise ladder.AlreadyMoved
    restricted = ladder.is_restricted(dispute)
    said = _("The forum that has the dispute lifted the hold.") if restricted else decision.reason
    holds.lift(kpi=hold.kpi, ref=hold.ref, reason=said, by=by, at=at)
    hold.refresh_from_db()
    cases.tell(
        verb="hold.lifted",
        dispute=dispute,
        by=by,
        at=at,
        title=_("The hold is lifted, the dispute goes on: %(title)s") % {"title": dispute.title},
        data={"decision": decision.pk, "hold": hold.pk},
        texts={"reason": decision.reason},
    )
    return hold


def dispute_of(motion_id: int) -> int | None:
    """The dispute whose hold a motion would lift."""
    lift = HoldLift.objects.filter(motion=motion_id).select_related("hold").first()
    dispute = held.dispute_of(lift.hold) if lift else None
    return dispute.pk if dispute else None


def open_motions(dispute: Dispute) -> list[Motion]:
    """Motions to lift the hold that are still before a forum."""
    lifts = HoldLift.objects.filter(
        hold__ref=held.ref_of(dispute), motion__state=Motion.State.OPEN
    ).select_related("motion__forum")
    return [lift.motion for lift in lifts]
