"""Parties withdraw, each with a reason; when all have, the dispute is over.

What was opened in error is withdrawn by whoever opened it, as long as no other party has
taken a side in it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from reviews.models import Dispute, Party
from reviews.selectors import openings, standing
from reviews.services import cases, settlements
from reviews.services.positions import NoParty, check


class NeedsReason(Refused):
    message = gettext_lazy("Say why your organisation withdraws.")
    code = "withdrawal_needs_reason"


class TakenUp(Refused):
    message = gettext_lazy(
        "Another party has taken a position or answered here. The dispute now ends only when all"
        " its parties withdraw, settle it, or a forum rules."
    )
    code = "dispute_taken_up"


class NotTheOpener(Refused):
    message = gettext_lazy("Only whoever opened the dispute can withdraw it as opened in error.")
    code = "not_the_opener"


@transaction.atomic
def withdraw(*, dispute: Dispute, party: Party, reason: str, by: Actor, at: datetime) -> Party:
    """One party leaves for good; its interest in the outcome stays.

    The last one to leave ends the dispute; one that leaves may also leave the
    others in agreement. Raises NeedsReason, positions.NoParty, ladder.Ended.
    """
    if not reason.strip():
        raise NeedsReason(fields={"reason": str(NeedsReason.message)})
    check(dispute, party)
    cases.keep_open(dispute)
    left = Party.objects.filter(pk=party.pk, withdrew_at=None).update(
        withdrew_at=at, withdrew_because=reason
    )
    if left != 1:
        raise NoParty
    party.refresh_from_db()
    cases.tell(
        verb="dispute.party_withdrew",
        dispute=dispute,
        by=by,
        at=at,
        title=_("%(party)s withdrew: %(title)s") % {"party": party, "title": dispute.title},
        data={"organisation": party.organisation_id},
        texts={"reason": reason},
    )
    if not standing.parties(dispute):
        cases.end(dispute=dispute, act="withdraw", reason=reason, by=by, at=at)
    else:
        settlements.settle_if_agreed(dispute=dispute, by=by, at=at)
    return party


@transaction.atomic
def take_back(*, dispute: Dispute, reason: str, by: Actor, at: datetime) -> Dispute:
    """Whoever opened it withdraws a dispute that was opened in error, with the reason.

    Only before any other party took a position, offered terms or answered some. Raises
    NeedsReason, NotTheOpener, TakenUp, ladder.Ended, ladder.AlreadyMoved.
    """
    if not reason.strip():
        raise NeedsReason(fields={"reason": str(NeedsReason.message)})
    if not openings.opened_by(dispute, user_id=by.user_id, post_id=by.post_id):
        raise NotTheOpener
    cases.keep_open(dispute)
    if openings.is_taken_up(dispute):
        raise TakenUp
    cases.end(
        dispute=dispute, act="withdraw", reason=reason, by=by, at=at, data={"opened_in_error": True}
    )
    return dispute
