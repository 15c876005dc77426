"""One cell of the grid: a new value is recorded, one that is there is corrected.

Whoever types over a cell names the value they saw. If another one counts by now,
nothing is written and both are shown: no value is ever overwritten unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import LiveReading, Reading, Series
from kpis.rules.periods import Period
from kpis.rules.values import Observation
from kpis.services import evidence as files
from kpis.services import readings
from kpis.services.entries import EvidenceMissing
from kpis.services.readings.rows import FINAL, PROVISIONAL, ReadingRow, content_of
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Document, Post


class Changed(Refused):
    """The cell has another value than the one that was typed over."""

    code = "changed"
    message = _("This value was changed meanwhile. Choose which one holds.")


class ReasonNeeded(Refused):
    """A correction without a reason."""

    code = "reason"
    message = _("A value is here already. Say above the table why it is corrected.")


@dataclass(frozen=True, slots=True)
class Kept:
    """The reading that holds now, and whether this call made it."""

    reading: Reading
    is_new: bool


def keep(
    *,
    series: Series,
    period: Period,
    observation: Observation,
    version: int,
    source: str,
    state: str,
    reason: str = "",
    owner: Post | None = None,
    evidence: Document | None = None,
    by: Actor,
    at: datetime,
) -> Kept:
    """Keep what was typed over ``version``, the reading that was seen there (0 for none).

    The same again adds nothing, so that whoever lost the answer may ask again. With
    ``owner`` it is entered on behalf of that post, which ``evidence`` shows. Raises
    Changed, ReasonNeeded, EvidenceMissing and what readings.record and
    readings.correct raise.
    """
    actor = _author(by, owner, evidence)
    with transaction.atomic():
        current = _current(series, period)
        row = ReadingRow(series, period, observation, source, state)
        if current is not None and content_of(current) == row.content:
            return Kept(current, is_new=False)
        if (current.pk if current is not None else 0) != version:
            raise Changed
        try:
            made = _write(current, row, reason, actor, at)
        except (readings.NotLive, readings.Conflict) as meanwhile:
            raise Changed from meanwhile
        if owner is not None and evidence is not None:
            files.attach(reading=made, document=evidence, by=actor, at=at)
        return Kept(made, is_new=True)


def _write(
    current: Reading | None, row: ReadingRow, reason: str, by: Actor, at: datetime
) -> Reading:
    if current is None:
        recorded = readings.record(
            series=row.series,
            period=row.period,
            observation=row.observation,
            source=row.source,
            state=row.state,
            by=by,
            at=at,
        )
        return recorded.reading
    current.series = row.series
    if (current.state, row.state) == (PROVISIONAL, FINAL) and _same(current, row):
        return readings.finalise(reading=current, by=by, at=at)
    if not reason.strip():
        raise ReasonNeeded(fields={"reason": str(ReasonNeeded.message)})
    return readings.correct(
        reading=current,
        observation=row.observation,
        reason=reason,
        state=row.state,
        vintage=current.vintage,
        by=by,
        at=at,
    )


def _same(current: Reading, row: ReadingRow) -> bool:
    """Whether the value is the one that is there; its state may be another."""
    return content_of(current)[:-1] == row.content[:-1]


def _current(series: Series, period: Period) -> Reading | None:
    pointer = (
        LiveReading.objects.filter(
            series=series, period_start=period.start, period_end=period.end, is_current=True
        )
        .select_related("reading__source")
        .first()
    )
    return pointer.reading if pointer else None


def _author(by: Actor, owner: Post | None, evidence: Document | None) -> Actor:
    if owner is None:
        return by
    if evidence is None:
        raise EvidenceMissing(fields={"document": str(EvidenceMissing.message)})
    return by.on_behalf_of(principal_id=None, principal_post_id=owner.pk, evidence_id=evidence.pk)
