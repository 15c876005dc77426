"""Values that people enter, for themselves or for the post that owns the KPI.

An entry for the owner keeps the document that shows the value; the owner's post is
named as the principal (fact 9 looks at it when the value is verified).
"""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Reading, Series
from kpis.rules.periods import Period
from kpis.rules.values import Observation
from kpis.services import readings
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post
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
    by: Actor,
    at: datetime,
) -> readings.Recorded:
    """Record one value; with ``owner``, on behalf of that post. Raises what readings.record raises."""
    return readings.record(
        series=series,
        period=period,
        observation=observation,
        source=source,
        state=state,
        vintage=vintage,
        note=note,
        by=_author(by, owner, file, at),
        at=at,
    )


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
    by: Actor,
    at: datetime,
) -> Reading:
    """Supersede a value; with ``owner``, on behalf of that post. Raises what readings.correct raises."""
    return readings.correct(
        reading=reading,
        observation=observation,
        reason=reason,
        state=state,
        vintage=vintage,
        by=_author(by, owner, file, at),
        at=at,
    )


def _author(by: Actor, owner: Post | None, file: File | None, at: datetime) -> Actor:
    if owner is None:
        return by
    if file is None:
        raise EvidenceMissing(fields={"document": str(EvidenceMissing.message)})
    document = documents.store(file=file, by=by, at=at)
    return by.on_behalf_of(principal_id=None, principal_post_id=owner.pk, evidence_id=document.pk)
