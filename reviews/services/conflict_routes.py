"""Disputes about who gains and who pays go to the conflict forum, away from common work.

A forum that has to work together every month is a poor place to fight over who pays.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Forum
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from reviews.models import ConflictRoute, Dispute, StayWaiver
from reviews.selectors import conflict_routes as selectors
from reviews.selectors import standing
from reviews.services import cases, freezing, ladder


class NeedsReason(Refused):
    message = gettext_lazy("Say who gains and who pays, so that a conflict forum has to settle it.")
    code = "conflict_route_needs_reason"


class NotFromHere(Refused):
    message = gettext_lazy(
        "Only a dispute that still is where it was opened is sent to the conflict forum, and once"
        " only. This one has moved, or was sent before."
    )
    code = "conflict_route_not_from_here"


class ThereAlready(Refused):
    message = gettext_lazy("The conflict forum of this result area has this dispute already.")
    code = "conflict_route_there_already"


def record(
    *, dispute: Dispute, away_from: Forum, reason: str, by: Actor, at: datetime
) -> ConflictRoute:
    """Note away from which forum a dispute was routed, and why. Raises NeedsReason."""
    require_reason(reason)
    return ConflictRoute.objects.create(
        dispute=dispute,
        away_from=away_from,
        reason=reason,
        at=at,
        **ConflictRoute.fields_of(by),
    )


def require_reason(reason: str) -> None:
    """Raises NeedsReason when there is none."""
    if not reason.strip():
        raise NeedsReason(fields={"reason": NeedsReason.message})


@transaction.atomic
def send(*, dispute: Dispute, reason: str, by: Actor, at: datetime) -> ConflictRoute:
    """The chair sends an open dispute, still where it was opened, to the conflict forum.

    Its ladder is frozen anew from there and its time begins anew; what was said stays. The
    former tiers are kept in the ledger. Of this and a step at the same moment exactly one
    wins. Raises NeedsReason, NotFromHere, ThereAlready, freezing.NoLadder, ladder.Ended,
    ladder.AlreadyMoved.
    """
    require_reason(reason)
    cases.keep_open(dispute, same_tier=True)
    if not selectors.may_still_go(dispute):
        raise NotFromHere
    here = standing.forum_of(standing.tier_of(dispute))
    organisations = [party.organisation for party in standing.parties(dispute)]
    forums, _common = freezing.ladder(dispute, organisations, at, conflict=True)
    if forums[0].pk == here.pk:
        raise ThereAlready
    left = list(dispute.tiers.order_by("number").values_list("forum", flat=True))
    _leave(dispute, forums[0], by, at)
    freezing.freeze(dispute, forums, at)
    route = record(dispute=dispute, away_from=here, reason=reason, by=by, at=at)
    if ladder.is_restricted(dispute):
        dispute.restricted_to.add(standing.forum_of(standing.tier_of(dispute)))
    cases.tell(
        verb="dispute.routed_to_conflict_forum",
        dispute=dispute,
        subject=dispute,
        by=by,
        at=at,
        title=_("Sent to %(forum)s: %(title)s") % {"forum": forums[0], "title": dispute.title},
        data={
            "away_from": here.pk,
            "tiers_left": left,
            "tiers": [forum.pk for forum in forums],
            "deadline": dispute.deadline.isoformat() if dispute.deadline else None,
        },
        texts={"reason": reason},
        deciders=standing.presiding(dispute, standing.today(dispute, at)),
    )
    ladder.pass_if_it_cannot_sit(dispute=dispute, at=at)
    return route


def _leave(dispute: Dispute, forum: Forum, by: Actor, at: datetime) -> None:
    """Take it from the forums that have it; a waiver was of the minimum stay there."""
    if Dispute.objects.filter(pk=dispute.pk, is_distributional=False).update(
        is_distributional=True
    ):
        dispute.is_distributional = True
    ladder.withdraw_motions(
        dispute=dispute,
        reason=_("The dispute was sent to %(forum)s.") % {"forum": forum},
        by=by,
        at=at,
    )
    StayWaiver.objects.filter(party__dispute=dispute, tier=dispute.tier).delete()
    dispute.tiers.all().delete()
