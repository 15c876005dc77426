"""The sweep over series that are marked as changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import structlog
from django.db import transaction

from kpis.models import Series
from kpis.services.detection import firing, judging, owing, slices, standing, statuses, writing
from kpis.services.detection.counts import Counts
from kpis.services.detection.exact import Exact
from kpis.services.detection.plans import Plan
from kpis.services.detection.versions import applying
from ledger.rules.errors import Refused

log = structlog.get_logger(__name__)

SLICE = 10_000
LIMIT = 10_000
BROKEN = (Refused, ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(slots=True)
class Verdict:
    """What is to be written of some series, and those that could not be judged."""

    work: list[tuple[writing.Subject, Sequence[Plan]]]
    statuses: list[statuses.Row]
    failed: list[int]

    def add(self, other: Verdict) -> None:
        """Add what is to be written of others."""
        self.work += other.work
        self.statuses += other.statuses
        self.failed += other.failed


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
    verdict = _judged(claimed, at)
    Series.objects.filter(pk__in=verdict.failed).update(changed_at=at)
    counts = writing.write(work=verdict.work, at=at)
    statuses.write(verdict.statuses, at)
    Series.objects.filter(pk__in=claimed, changed_at=None).update(changed_from=None)
    counts.series = len(claimed)
    counts.more = len(claimed) == size and not verdict.failed
    return counts


def _judged(series_ids: Sequence[int], at: datetime) -> Verdict:
    """Judge series together; where that fails, halves of them, until one alone is to blame."""
    try:
        return judge(series_ids, at)
    except BROKEN:
        if len(series_ids) == 1:
            log.exception("series_not_judged", series_id=series_ids[0])
            return Verdict([], [], list(series_ids))
    half = len(series_ids) // 2
    verdict = _judged(series_ids[:half], at)
    verdict.add(_judged(series_ids[half:], at))
    return verdict


def judge(series_ids: Sequence[int], at: datetime) -> Verdict:
    """What follows for these series. Writes nothing."""
    open_now = standing.open_now(series_ids)
    some = slices.gather(series_ids, at, standing.first_days(open_now))
    closed = [pk for pk, programme in some.programmes.items() if programme.is_closed]
    on, known = applying(some.columns["kpi"], some.columns["programme"], closed)
    last_days = slices.mark_overdue(some)
    owed = owing.owe(some, on.column("missing", "grace_working_days", 0))
    exact = Exact(some)
    found = firing.find(some, on, known, owed, last_days, exact)
    work = judging.plan(some, on, found.fires, open_now, exact)
    rows = statuses.rows_of(some, found, owed, last_days)
    failed = {some.ids[series] for series in np.flatnonzero(owed.failed).tolist()}
    for pk in failed:
        log.error("series_not_judged", series_id=pk)
    return Verdict(
        [
            (_subject(some, work, series), plans)
            for series, plans in work.plans.items()
            if some.ids[series] not in failed
        ],
        [row for row in rows if row[0] not in failed] if failed else rows,
        sorted(failed),
    )


def _subject(some: slices.Slice, work: judging.Work, series: int) -> writing.Subject:
    pk = some.ids[series]
    return writing.Subject(
        event=("kpis.series", str(pk)),
        programme_id=some.columns["programme"][series],
        restricted=work.about[pk].restricted,
        series_id=pk,
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
        waiting.select_for_update(skip_locked=True, no_key=True)
        .order_by("changed_at", "pk")
        .values_list("pk", flat=True)[:size]
    )
    Series.objects.filter(pk__in=ids, changed_at__isnull=False).update(changed_at=None)
    return sorted(ids)
