"""Erasing free text and personal data from the ledger; the seals stay valid."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.models import Event, EventText
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events

ERASED = "text.erased"


class NothingToErase(Refused):
    message = _("This event holds no such text, or it has been erased already.")
    code = "nothing_to_erase"


class ReasonMissing(Refused):
    message = _("Say why the text is erased.")
    code = "reason_missing"


@transaction.atomic
def erase(*, event: Event, field: str, reason: str, by: Actor, at: datetime.datetime) -> EventText:
    """Empty the text ``field`` of ``event``; its salted digest and the row remain.

    Verification accepts an empty text only where an event says that it was erased.
    Raises ReasonMissing, NothingToErase.
    """
    if not reason.strip():
        raise ReasonMissing(fields={"reason": ReasonMissing.message})
    kept = EventText.objects.filter(event=event, field=field, erased_at=None)
    # The salt goes too: without it nobody can try out texts against the digest.
    if kept.update(text="", salt="", erased_at=at) != 1:
        raise NothingToErase
    events.record(
        verb=ERASED,
        subject=event,
        by=by,
        at=at,
        data={"event": str(event.uid), "field": field},
        texts={"reason": reason},
        programme_id=event.programme_id,
        restricted=event.restricted,
    )
    return EventText.objects.get(event=event, field=field)
