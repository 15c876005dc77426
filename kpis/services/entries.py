"""Values that people enter, for themselves or for the post that owns the KPI.

An entry for the owner keeps the document that shows the value; the owner's post is
named as the principal (fact 9 looks at it when the value is verified).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Reading, Series
from kpis.rules.periods import Period
from kpis.rules.values import Observation
from kpis.services import evidence, readings
from kpis.services.readings import checks
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Document, Post
from people.services import documents


class EvidenceMissing(Refused):
    """An entry for somebody else without the document that shows it."""

    code = "evidence"
    message = _("Attach the document that shows the value.")


@transaction.atomic
def record(
    *,
    series: Series,
    period: Period,
    observation: Observation,
    source: str,
    state: str,
    vintage: date | None = None,
    note: str = "",
    owner: Post | None = None,
    file: File | None = None,
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> readings.Recorded:
    """Record one value with the ``files`` that show it.

    With ``owner``, on behalf of that post, for which ``file`` is the evidence. Raises what
    readings.record and evidence.add raise.
    """
    author, document = _author(by, owner, file, series, at)
    recorded = readings.record(
        series=series,
        period=period,
        observation=observation,
        source=source,
        state=state,
        vintage=vintage,
        note=note,
        by=author,
        at=at,
    )
    if recorded.created:
        _keep(recorded.reading, document, author, at)
    evidence.add(reading=recorded.reading, files=files, by=author, at=at)
    return recorded


@transaction.atomic
def correct(
    *,
    reading: Reading,
    observation: Observation,
    reason: str,
    state: str,
    vintage: date | None = None,
    owner: Post | None = None,
    file: File | None = None,
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> Reading:
    """Supersede a value; with ``owner``, on behalf of that post. Raises what readings.correct raises."""
    author, document = _author(by, owner, file, reading.series, at)
    new = readings.correct(
        reading=reading,
        observation=observation,
        reason=reason,
        state=state,
        vintage=vintage,
        by=author,
        at=at,
    )
    _keep(new, document, author, at)
    evidence.add(reading=new, files=files, by=author, at=at)
    return new


@transaction.atomic
def finalise(
    *,
    reading: Reading,
    observation: Observation | None = None,
    reason: str = "",
    vintage: date | None = None,
    owner: Post | None = None,
    file: File | None = None,
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> Reading:
    """Say that a provisional value is final; with ``owner``, on behalf of that post.

    Raises what readings.finalise raises.
    """
    author, document = _author(by, owner, file, reading.series, at)
    new = readings.finalise(
        reading=reading,
        observation=observation,
        reason=reason,
        vintage=vintage,
        by=author,
        at=at,
    )
    _keep(new, document, author, at)
    evidence.add(reading=new, files=files, by=author, at=at)
    return new


def _author(
    by: Actor, owner: Post | None, file: File | None, series: Series, at: datetime
) -> tuple[Actor, Document | None]:
    """Who enters the value, for whom; and the document that shows it."""
    if owner is None:
        return by, None
    if file is None:
        raise EvidenceMissing(fields={"document": str(EvidenceMissing.message)})
    restricted = checks.is_restricted(series)
    document = documents.store(file=file, restricted=restricted, by=by, at=at)
    on_behalf = by.on_behalf_of(
        principal_id=None, principal_post_id=owner.pk, evidence_id=document.pk
    )
    return on_behalf, document


def _keep(reading: Reading, document: Document | None, by: Actor, at: datetime) -> None:
    """The document that an entry for another rests on shows the value too."""
    if document is not None:
        evidence.attach(reading=reading, document=document, by=by, at=at)
