"""The "disputed" mark on a KPI: opened and lifted from above, never looked up from here."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Hold, Kpi
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act


class HoldRefused(Refused):
    """A hold without a reason."""

    code = "hold"
    message = _("Say why.")


def open(*, kpi: Kpi, ref: str, reason: str, by: Actor, at: datetime) -> Hold:
    """Mark the KPI as disputed under ``ref`` ("dispute:12"). The same again adds nothing."""
    if not reason.strip():
        raise HoldRefused
    with transaction.atomic():
        held = Hold.objects.filter(kpi=kpi, ref=ref, lifted_at=None).first()
        if held is not None:
            return held
        hold = Hold(kpi=kpi, ref=ref, reason=reason, at=at, **Act.fields_of(by))
        try:
            with transaction.atomic():
                hold.save(force_insert=True)
        except IntegrityError:
            return Hold.objects.get(kpi=kpi, ref=ref, lifted_at=None)
        _record(hold, "kpi.held", by, at, reason)
        return hold


def lift(*, kpi: Kpi, ref: str, reason: str, by: Actor, at: datetime) -> Hold | None:
    """Lift the mark; None when there is none to lift. Safe to repeat."""
    if not reason.strip():
        raise HoldRefused
    with transaction.atomic():
        hold = Hold.objects.filter(kpi=kpi, ref=ref, lifted_at=None).first()
        if hold is None:
            return None
        lifted = Hold.objects.filter(pk=hold.pk, lifted_at=None).update(
            lifted_at=at, lifted_because=reason
        )
        if lifted != 1:
            return None
        hold.refresh_from_db()
        _record(hold, "kpi.released", by, at, reason)
        return hold


def _record(hold: Hold, verb: str, by: Actor, at: datetime, reason: str) -> None:
    events.record(
        verb=verb,
        subject=hold.kpi,
        by=by,
        at=at,
        data={"hold": hold.pk, "ref": hold.ref},
        texts={"reason": reason},
        programme_id=hold.kpi.area.programme_id,
        restricted=hold.kpi.restricted_to.exists(),
    )
