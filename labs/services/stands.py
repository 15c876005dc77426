"""Where seats stand on a revision before it is decided."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Revision, Seat, SeatStand
from labs.services import lab_events
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

OPEN = (Revision.State.DRAFT, Revision.State.SUBMITTED)


class StandRefused(Refused):
    message = _("This view cannot be recorded like this. Mend what is marked.")
    code = "stand"


class Decided(Refused):
    message = _("This revision is decided. Say what you think of the plan in its next revision.")
    code = "revision_decided"


class NoMandate(Refused):
    message = _(
        "No mandate is recorded for the seat of %(organisation)s, so it cannot commit it. Say"
        " where you stand as dissent or as an objection, or ask the delivery unit to record the"
        " mandate first."
    )
    code = "no_mandate"

    def __init__(self, organisation: str) -> None:
        said = str(self.message) % {"organisation": organisation}
        super().__init__(said, fields={"stand": said})


@transaction.atomic
def take(
    *, revision: Revision, seat: Seat, stand: str, reason: str = "", by: Actor, at: datetime
) -> SeatStand:
    """Say where a seat stands; a later view counts instead, and the earlier one stays.

    Only a seat with a recorded mandate agrees, for that commits its organisation.
    Whoever speaks for the seat is asked for by permissions. Raises StandRefused,
    NoMandate, Decided, ProgrammeClosed.
    """
    lab = require_open(revision).plan.lab
    fresh = Seat.objects.select_related("organisation").filter(pk=seat.pk, lab=lab).first()
    if fresh is None:
        raise StandRefused(fields={"seat": str(_("Choose a seat of this lab."))})
    if stand not in SeatStand.Stand.values:
        raise StandRefused(fields={"stand": str(_("Choose where the seat stands."))})
    if stand == SeatStand.Stand.AGREES and not fresh.mandate.strip():
        raise NoMandate(fresh.organisation.name)
    if stand != SeatStand.Stand.AGREES and not reason.strip():
        ask = _("Say why, in the seat's own words: the forum reads them unedited.")
        raise StandRefused(fields={"reason": str(ask)})
    newest = revision.stands.filter(seat=fresh).order_by("-at", "-pk").first()
    if newest and (newest.stand, newest.reason) == (stand, reason):
        return newest
    made = SeatStand.objects.create(
        revision=revision, seat=fresh, stand=stand, reason=reason, at=at, **SeatStand.fields_of(by)
    )
    lab_events.record(
        "seat.stood",
        made,
        lab,
        by=by,
        at=at,
        data={"revision": revision.pk, "seat": fresh.pk, "stand": stand},
        texts={"reason": reason},
    )
    return made


def require_open(revision: Revision) -> Revision:
    """Hold a revision that is not decided until the end of the transaction.

    A decision and what is said of the draft follow each other. Raises Decided,
    ProgrammeClosed.
    """
    if revision.plan.lab.area.programme.is_closed:
        raise ProgrammeClosed
    state = Revision.objects.filter(pk=revision.pk).values_list("state", flat=True).first()
    if (
        state not in OPEN
        or Revision.objects.filter(pk=revision.pk, state=state).update(state=state) != 1
    ):
        raise Decided
    return revision
