"""Positions: what each party says, in its own words."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from reviews.models import Dispute, Party, Position
from reviews.services import cases


class NeedsText(Refused):
    message = gettext_lazy("State the position in your own words.")
    code = "position_needs_text"


class NoParty(Refused):
    message = gettext_lazy("Only an organisation that takes part in the dispute may do this.")
    code = "no_party"


@transaction.atomic
def state(*, dispute: Dispute, party: Party, text: str, by: Actor, at: datetime) -> Position:
    """Add a party's position at the tier that holds the dispute; earlier ones stay.

    Raises NeedsText, NoParty, ladder.Ended.
    """
    if not text.strip():
        raise NeedsText(fields={"text": str(NeedsText.message)})
    check(dispute, party)
    cases.keep_open(dispute)
    position = Position.objects.create(
        party=party, tier=dispute.tier, text=text, at=at, **Position.fields_of(by)
    )
    cases.tell(
        verb="position.stated",
        dispute=dispute,
        subject=position,
        by=by,
        at=at,
        title=_("%(party)s stated its position: %(title)s")
        % {"party": party, "title": dispute.title},
        data={"tier": dispute.tier, "organisation": party.organisation_id},
        texts={"text": text},
    )
    return position


def check(dispute: Dispute, party: Party) -> None:
    """Raises NoParty unless the organisation still takes part in this dispute."""
    if not dispute.parties.filter(pk=party.pk, withdrew_at=None).exists():
        raise NoParty
