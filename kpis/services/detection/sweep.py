"""The sweep over series that are marked as changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from django.db import transaction

from kpis.models import Series
from kpis.services.detection import judging, writing
from kpis.services.detection.counts import Counts
from kpis.services.detection.material import Material, gather
from ledger.rules.errors import Refused

log = structlog.get_logger(__name__)

SLICE = 200
LIMIT = 2000


def detect(
    *, at: datetime, series_ids: Collection[int] | None = None, limit: int = LIMIT
) -> Counts:
    """Look at up to ``limit`` changed series, in slices that each commit on their own.

    A slice takes the marks off its series first and holds their rows until it
    commits: a value that arrives meanwhile waits, sets the mark anew, and is seen by
    the next run; a run that dies leaves the marks where they were. A series that
    cannot be judged holds up no other: it is logged and waits, marked, behind the rest.
    """
    counts = Counts()
    while counts.series < limit:
        size = min(SLICE, limit - counts.series)
        done = _slice(at, series_ids, size)
        counts.add(done)
        if not done.more:
            break
    return counts


@transaction.atomic
def _slice(at: datetime, series_ids: Collection[int] | None, size: int) -> Counts:
    claimed = _claim(series_ids, size)
    if not claimed:
        return Counts()
    work = []
    statuses = []
    failed = []
    for material in gather(claimed, at):
        try:
            plans, status = judging.plans(material), judging.status(material)
        except (Refused, ArithmeticError, LookupError, TypeError, ValueError):
            log.exception("series_not_judged", series_id=material.series.pk)
            failed.append(material.series.pk)
            continue
        work.append((_subject(material), plans))
        statuses.append(status)
    Series.objects.filter(pk__in=failed).update(changed_at=at)
    counts = writing.write(work=work, at=at)
    writing.write_statuses(rows=statuses, at=at)
    counts.series = len(claimed)
    counts.more = len(claimed) == size and not failed
    return counts


def _subject(material: Material) -> writing.Subject:
    return writing.Subject(
        event=material.series,
        programme_id=material.programme.pk,
        restricted=material.restricted,
        series_id=material.series.pk,
    )


def _claim(series_ids: Collection[int] | None, size: int) -> Sequence[int]:
    """Take the marks off up to ``size`` series, longest waiting first.

    On PostgreSQL two sweeps share the work by skipping each other's rows; SQLite
    has one writer at a time.
    """
    waiting = Series.objects.filter(changed_at__isnull=False)
    if series_ids is not None:
        waiting = waiting.filter(pk__in=series_ids)
    ids = list(
        waiting.select_for_update(skip_locked=True)
        .order_by("changed_at", "pk")
        .values_list("pk", flat=True)[:size]
    )
    Series.objects.filter(pk__in=ids, changed_at__isnull=False).update(changed_at=None)
    return ids
