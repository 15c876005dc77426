"""What every act on a reading ends with: detection is asked for, and the ledger told."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kpis.models import Reading
from kpis.services import tracks
from kpis.services.readings import checks
from kpis.services.readings.rows import described
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.services import events


class NotLive(checks.ReadingRefused):
    """The reading was corrected or retracted already."""

    code = "not_live"
    message = _("This value was corrected or taken back meanwhile. Look at the newest one.")


class ReasonMissing(checks.ReadingRefused):
    code = "reason"
    message = _("Say why.")


def check_reason(reason: str) -> None:
    """Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(fields={"reason": str(ReasonMissing.message)})


def after(reading: Reading, verb: str, by: Actor, at: datetime, reason: str, **data: int) -> Event:
    """What counts for the period may be another value now: ask for detection, and record."""
    tracks.changed(series_ids=[reading.series_id], since=reading.period_start, at=at)
    return record_event(reading, verb, by, at, reason, **data)


def record_event(
    reading: Reading, verb: str, by: Actor, at: datetime, reason: str, **data: int
) -> Event:
    """One line of the ledger about a reading."""
    return events.record(
        verb=verb,
        subject=reading,
        by=by,
        at=at,
        data=described(reading) | data,
        texts={"reason": reason},
        programme_id=checks.programme_of(reading.series).pk,
        restricted=checks.is_restricted(reading.series),
    )
