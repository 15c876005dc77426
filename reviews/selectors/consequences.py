"""What became of how a dispute ended: actions, the revision, corrections of the data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from forums.models import Action, Decision
from labs.models import Revision
from reviews.models import Dispute, Referral, RulingProposal, SettlementProposal
from reviews.selectors import referrals


@dataclass(frozen=True)
class Consequences:
    """All that a ruling, or a settlement, set going, with where each of it stands."""

    actions: list[Action] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    corrections: list[referrals.Line] = field(default_factory=list)
    superseded: list[Decision] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.actions or self.revisions or self.corrections or self.superseded)


def of(dispute: Dispute, user: Any, on: date) -> Consequences:
    """A fixed number of queries; none for a dispute that is open."""
    if dispute.state not in {Dispute.State.RULED, Dispute.State.SETTLED}:
        return Consequences()
    rulings = RulingProposal.objects.filter(dispute=dispute)
    agreed = SettlementProposal.objects.filter(dispute=dispute, accepted_at__isnull=False)
    decided = Decision.objects.filter(
        motion__in=rulings.values("motion"), outcome=Decision.Outcome.CARRIED
    )
    actions = Action.objects.filter(Q(decision__in=decided) | Q(pk__in=agreed.values("action")))
    carried = rulings.filter(motion__in=decided.values("motion")).exclude(revision=None)
    revisions = Revision.objects.filter(
        Q(pk__in=carried.values("revision")) | Q(pk__in=agreed.values("revision"))
    )
    asked = Referral.objects.filter(dispute=dispute)
    earlier = decided.filter(superseded_by__isnull=False).select_related("motion__forum")
    return Consequences(
        actions=list(actions.select_related("owner__organisation", "decision").order_by("pk")),
        revisions=list(revisions.select_related("plan__lab").order_by("pk")),
        corrections=referrals.lines(referrals.loaded(asked), user, on),
        superseded=list(earlier.order_by("at", "pk")),
    )
