"""The sweep over series that are marked as changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import structlog
from django.db import transaction

from kpis.models import Series, SeriesStatus
from kpis.services import series as series_service
from kpis.services import tracks
from kpis.services.detection import (
    firing,
    judging,
    locking,
    owing,
    related,
    relations,
    slices,
    standing,
    statuses,
    writing,
)
from kpis.services.detection.counts import Counts
from kpis.services.detection.exact import Exact
from kpis.services.detection.plans import Plan
from kpis.services.detection.versions import applying
from kpis.services.statements import day_of, execute, ids, rows
from ledger.rules.errors import Refused

log = structlog.get_logger(__name__)

SLICE = 10_000
LIMIT = 10_000
BROKEN = (Refused, ArithmeticError, LookupError, TypeError, ValueError)


CLAIM_ALL = """
SELECT id, $day(changed_from) FROM kpis_series WHERE changed_at IS NOT NULL
ORDER BY changed_at, id LIMIT %s $skip_locked
"""
CLAIM_SOME = """
SELECT id, $day(changed_from) FROM kpis_series
WHERE changed_at IS NOT NULL AND id $among
ORDER BY changed_at, id LIMIT %s $skip_locked
"""
UNMARK = """
UPDATE kpis_series SET changed_at = NULL, changed_from = NULL
WHERE id $among AND changed_at IS NOT NULL
"""
# The series of a slice, ascending, with the earliest period of each that changed.
Claimed = Mapping[int, date | None]


@dataclass(slots=True)
class Verdict:
    """What is to be written of some series, and those that could not be judged."""

    work: list[tuple[writing.Subject, Sequence[Plan]]]
    statuses: list[statuses.Row]
    failed: list[int]
    leading: set[int] = field(default_factory=set)  # other series follow from these

    def add(self, other: Verdict) -> None:
        """Add what is to be written of others."""
        self.work += other.work
        self.statuses += other.statuses
        self.failed += other.failed
        self.leading |= other.leading


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
    tracks.ensure(claimed)
    verdict = _judged(claimed, at)
    for pk in verdict.failed:
        Series.objects.filter(pk=pk).update(changed_at=at, changed_from=claimed[pk])
    counts = writing.write(work=verdict.work, at=at)
    said = _said(verdict.leading)
    statuses.write(verdict.statuses, at)
    touched = _touch_related(claimed, verdict.leading, said, at)
    counts.series = len(claimed)
    counts.more = (len(claimed) == size or touched) and not verdict.failed
    return counts


def _said(series_ids: Collection[int]) -> dict[int, tuple[Any, ...]]:
    """What the status rows of these series say."""
    if not series_ids:
        return {}
    columns = ("series", "status", "period_end", "value", "provisional")
    rows_now = SeriesStatus.objects.filter(series__in=series_ids).values_list(*columns)
    return {row[0]: row for row in rows_now}


def _touch_related(
    claimed: Claimed,
    leading: Collection[int],
    before: Mapping[int, tuple[Any, ...]],
    at: datetime,
) -> bool:
    """Have totals and headlines looked at, where a part or a quality changed; whether any is.

    They are marked without a period, and no mark goes further than where something changed.
    """
    after = _said(leading)
    moved = [pk for pk in leading if claimed[pk] or before.get(pk) != after.get(pk)]
    touched = related.touched_by(moved) - set(claimed) if moved else set()
    series_service.touch(series_ids=touched, at=at)
    return bool(touched)


def _judged(claimed: Claimed, at: datetime) -> Verdict:
    """Judge series together; where that fails, halves of them, until one alone is to blame."""
    try:
        return judge(claimed, at)
    except BROKEN:
        if len(claimed) == 1:
            log.exception("series_not_judged", series_id=next(iter(claimed)))
            return Verdict([], [], list(claimed))
    ids, half = list(claimed), len(claimed) // 2
    verdict = _judged({pk: claimed[pk] for pk in ids[:half]}, at)
    verdict.add(_judged({pk: claimed[pk] for pk in ids[half:]}, at))
    return verdict


def judge(claimed: Claimed, at: datetime) -> Verdict:
    """What follows for these series. Writes nothing but limits that lock."""
    open_now = standing.open_now(claimed)
    some = slices.gather(claimed, at, standing.first_days(open_now))
    closed = [pk for pk, programme in some.programmes.items() if programme.is_closed]
    on, known = applying(some.columns["kpi"], some.columns["programme"], closed)
    if locks := locking.due(some, on):
        locking.lock(some, locks, at)
        some = slices.gather(claimed, at, standing.first_days(open_now))
    last_days = slices.mark_overdue(some)
    owed = owing.owe(some, on.column("missing", "grace_working_days", 0))
    exact = Exact(some)
    found = firing.find(some, on, known, owed, last_days, exact)
    fires = found.fires | relations.find(some, on, found.codes)
    work = judging.plan(some, on, fires, open_now, exact)
    columns = statuses.rows_of(some, found, owed, last_days)
    failed = {some.ids[series] for series in np.flatnonzero(owed.failed).tolist()}
    for pk in failed:
        log.error("series_not_judged", series_id=pk)
    return Verdict(
        [
            (_subject(some, work, series), plans)
            for series, plans in work.plans.items()
            if some.ids[series] not in failed
        ],
        [row for row in columns if row[0] not in failed] if failed else columns,
        sorted(failed),
        related.lead_elsewhere(some) - failed,
    )


def _subject(some: slices.Slice, work: judging.Work, series: int) -> writing.Subject:
    pk = some.ids[series]
    return writing.Subject(
        event=("kpis.series", str(pk)),
        programme_id=some.columns["programme"][series],
        restricted=work.about[pk].restricted,
        series_id=pk,
    )


def _claim(series_ids: Collection[int] | None, size: int) -> Claimed:
    """Take the marks off up to ``size`` series, longest waiting first, and hold their rows.

    On PostgreSQL two sweeps share the work by skipping each other's rows; SQLite
    has one writer at a time.
    """
    among = None if series_ids is None else ids(series_ids)
    found = rows(CLAIM_ALL, size) if among is None else rows(CLAIM_SOME, among, size)
    claimed = {pk: _day(changed_from) for pk, changed_from in sorted(found)}
    if claimed:
        execute(UNMARK, ids(claimed))
    return claimed


def _day(cell: Any) -> date | None:
    return None if cell is None else day_of(cell)
