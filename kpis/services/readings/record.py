"""Recording one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import ImportBatch, Series
from kpis.models import Reading as ReadingModel
from kpis.rules.periods import Period
from kpis.rules.values import Observation
from kpis.services.readings import bulk, checks
from kpis.services.readings.rows import FINAL, ReadingRow, described
from ledger.rules.actors import Actor
from ledger.services import events


class Conflict(checks.ReadingRefused):
    """Another live value for the same series, period and source."""

    code = "conflict"
    message = _(
        "There is already another value for this period from this source."
        " Correct that one instead of entering a second."
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """The reading, and whether this call made it."""

    reading: ReadingModel
    created: bool


def record(
    *,
    series: Series,
    period: Period,
    observation: Observation,
    source: str,
    state: str = FINAL,
    vintage: date | None = None,
    note: str = "",
    backfilled: bool = False,
    batch: ImportBatch | None = None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Record a value; the same live value again adds nothing.

    Raises Conflict when this source already gave another value for the period,
    FuturePeriod, ProgrammeClosed, WrongKind or NumberRefused.
    """
    row = ReadingRow(series, period, observation, source, state, vintage, note)
    with transaction.atomic():
        outcome = bulk.write(rows=[row], backfilled=backfilled, batch=batch, by=by, at=at)
        if outcome.conflicts:
            raise Conflict
        if outcome.already:
            return Recorded(outcome.already[0], created=False)
        reading = outcome.created[0]
        events.record(
            verb="reading.recorded",
            subject=reading,
            by=by,
            at=at,
            data=described(reading) | {"backfilled": backfilled},
            texts={"note": note},
            programme_id=checks.programme_of(series).pk,
            restricted=checks.is_restricted(series),
        )
        return Recorded(reading, created=True)
