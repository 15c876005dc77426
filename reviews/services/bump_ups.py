"""Bumping a dispute up before its time, and waiving the minimum stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from reviews.models import BumpUp, Dispute, Party, StayWaiver
from reviews.rules import ladder as rules
from reviews.selectors import standing
from reviews.selectors.obstacles import in_words
from reviews.services import cases, ladder


class NotOpenToYou(Refused):
    """The trigger is not open now; the message lists why."""

    code = "trigger_not_open"

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(" ".join(str(in_words(code)) for code in codes))
        self.codes = codes


class NeedsReason(Refused):
    message = gettext_lazy("Say why the dispute must go up.")
    code = "bump_up_needs_reason"


class AlreadyWaived(Refused):
    message = gettext_lazy("Your organisation has already waived the minimum stay at this tier.")
    code = "already_waived"


@transaction.atomic
def bump_up(
    *,
    dispute: Dispute,
    trigger: str,
    reason: str,
    by: Actor,
    at: datetime,
    party: Party | None = None,
    by_chair: bool = False,
) -> BumpUp:
    """One step up by a party or by the chair of the forum that holds the dispute.

    Raises NotOpenToYou with the reasons, NeedsReason, and what ladder.climb raises.
    """
    if not reason.strip():
        raise NeedsReason(fields={"reason": str(NeedsReason.message)})
    now = standing.standing_of(dispute, at, by_chair=by_chair, party=party)
    if found := rules.obstacles(trigger, now):
        raise NotOpenToYou(found)
    return ladder.climb(dispute=dispute, trigger=trigger, reason=reason, by=by, at=at)


@transaction.atomic
def waive(*, dispute: Dispute, party: Party, by: Actor, at: datetime) -> StayWaiver:
    """A party waives the minimum stay at this tier; it falls once all have."""
    cases.keep_open(dispute, same_tier=True)
    if party.waivers.filter(tier=dispute.tier).exists():
        raise AlreadyWaived
    waiver = StayWaiver.objects.create(
        party=party, tier=dispute.tier, at=at, **StayWaiver.fields_of(by)
    )
    cases.tell(
        verb="dispute.stay_waived",
        dispute=dispute,
        by=by,
        at=at,
        title=_("%(party)s waives the minimum stay: %(title)s")
        % {"party": party, "title": dispute.title},
        data={"tier": dispute.tier, "organisation": party.organisation_id},
    )
    return waiver
