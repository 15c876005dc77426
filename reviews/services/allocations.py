"""Allocations of money before a forum: put as a motion, kept as it was decided."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Decision, Forum, Mode, Motion
from forums.selectors import ladders
from forums.services import motions
from labs.models import Allocation
from labs.services import funding
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people import amounts
from reviews.models import AllocationProposal
from reviews.selectors import interests


class AlreadyBefore(Refused):
    message = gettext_lazy(
        "This allocation is before a forum already. Wait for its decision, or withdraw that"
        " motion first."
    )
    code = "allocation_before_a_forum"


@transaction.atomic
def put(
    *,
    allocation: Allocation,
    forum: Forum,
    reason: str,
    mode: str = Mode.CHAIR,
    closes_at: datetime.datetime | None = None,
    by: Actor,
    at: datetime.datetime,
) -> AllocationProposal:
    """Ask a forum to decide an allocation; its beneficiary stands aside (fact 9).

    Raises AlreadyBefore, funding.AlreadyDecided, funding.OverSource, ProgrammeClosed, or
    what forums says when the forum cannot sit without those who receive the money.
    """
    source = allocation.source
    if source.programme.is_closed:
        raise ProgrammeClosed
    funding.hold(source)
    source.refresh_from_db()
    if Allocation.objects.filter(pk=allocation.pk, decision__isnull=False).exists():
        raise funding.AlreadyDecided
    standing = AllocationProposal.objects.filter(
        allocation=allocation, motion__state=Motion.State.OPEN
    )
    if standing.exists():
        raise AlreadyBefore
    funding.check_free(source=source, amount=allocation.amount)
    names = {
        "amount": amounts.in_words(allocation.amount, source.currency),
        "source": source.name,
        "purpose": allocation.purpose,
        "who": interests.beneficiary_name(allocation),
    }
    plan = allocation.plan
    restricted = bool(plan and plan.lab.restricted_to.exists())
    motion = motions.put(
        forum=ladders.sitting_for(forum),
        title=_("Allocation of %(amount)s: %(purpose)s") % names,
        text=_("That %(amount)s of “%(source)s” be set aside for %(who)s: %(purpose)s.") % names,
        reason=reason,
        mode=mode,
        barred=interests.in_allocation(allocation, at.date()),
        closes_at=closes_at,
        restricted=restricted,
        by=by,
        at=at,
    )
    proposal = AllocationProposal.objects.create(motion=motion, allocation=allocation)
    events.record(
        verb="allocation.put",
        subject=allocation,
        by=by,
        at=at,
        data={"motion": motion.pk, "forum": motion.forum_id},
        programme_id=source.programme_id,
        restricted=restricted,
    )
    return proposal


@transaction.atomic
def apply(
    *, proposal: AllocationProposal, decision: Decision, by: Actor, at: datetime.datetime
) -> Allocation:
    """Keep the outcome on the allocation. Raises funding.OverSource: then nothing is decided."""
    return funding.decide(allocation=proposal.allocation, decision=decision, by=by, at=at)
