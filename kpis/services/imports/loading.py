"""Waiting rows become readings: a slice at a time, each one transaction with its own event.

A slice takes whole places, so the values of a series are packed once. What is there
already, what differs and what is locked is found out for all rows of the slice at once,
in the transaction that loads the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from kpis.models import ImportJob, ImportPlace, Kpi
from kpis.selectors.kpis import newest_definitions
from kpis.services import series as series_service
from kpis.services import tracks
from kpis.services.imports import slice_sql as sql
from kpis.services.readings import checks, sides
from ledger.rules.actors import Actor
from ledger.services import events
from people.models import Act

MOST_ROWS = 2**62


@dataclass(frozen=True, slots=True)
class Slice:
    """Places from ``first`` to ``last``; of one place too large for a slice, a part."""

    job: int
    first: int
    last: int
    after: int = 0
    until: int = MOST_ROWS

    @property
    def params(self) -> dict[str, Any]:
        return {
            "job": self.job,
            "first": self.first,
            "last": self.last,
            "after": self.after,
            "until": self.until,
        }


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen for a load. ``correct``: rows that differ correct what is there."""

    backfilled: bool = True
    correct: bool = False
    reason: str = ""

    @property
    def params(self) -> dict[str, Any]:
        return {"correct": int(self.correct), "reason": self.reason}


@dataclass(slots=True)
class Loaded:
    """What a slice came to, by outcome: loaded, corrected, already, conflict, locked, closed."""

    counts: dict[str, int] = field(default_factory=dict)
    series: list[int] = field(default_factory=list)


def slice_rows() -> int:
    """How many rows a slice takes: what the slowest machine we know loads in five seconds."""
    return int(settings.IMPORT_SLICE_ROWS)


def next_slice(job: ImportJob) -> Slice | None:
    """The slice after the one done last; None when all are done.

    ``job.place`` is the last place done, ``job.row`` of it the last row where it is in parts.
    """
    waiting = ImportPlace.objects.filter(job=job, number__gt=job.place - bool(job.row), rows__gt=0)
    most = slice_rows()
    chosen: list[int] = []
    total = 0
    for number, rows in waiting.order_by("number").values_list("number", "rows").iterator(1000):
        if rows > 2 * most:
            return _part(job, number, most) if not chosen else Slice(job.pk, chosen[0], chosen[-1])
        if chosen and total + rows > most:
            break
        chosen.append(number)
        total += rows
    return Slice(job.pk, chosen[0], chosen[-1]) if chosen else None


def progress(part: Slice) -> dict[str, int]:
    """How far a job has come once the slice is done."""
    return {"place": part.last, "row": 0 if part.until == MOST_ROWS else part.until}


def compare(part: Slice, at: datetime) -> dict[str, int]:
    """Mark what would become of the rows; nothing is loaded. Counts by outcome."""
    given = part.params
    sql.run(sql.AGAIN_FRESH, given)
    _mark(part, Choices())
    if sql.one(sql.ANY_AGAIN, given):
        sql.run(sql.MARK_AGAIN, given)
        sql.run(sql.COMPARE_AGAIN, given)
    return _outcomes(part)


def load(
    part: Slice, *, job: ImportJob, choices: Choices, number: int, by: Actor, at: datetime
) -> Loaded:
    """Load a slice, with its event. In the transaction that says how far the job has come."""
    sql.run(sql.AGAIN_FRESH, part.params)
    _make_series(part, at)
    for last_try in (False, False, True):
        try:
            with transaction.atomic():
                before = _write(part, job, choices, by, at)
            break
        except IntegrityError:
            # Equal rows in the file, or another writer: look closer, and again.
            if last_try:
                raise
            sql.run(sql.AGAIN_FRESH, part.params)
            sql.run(sql.MARK_AGAIN, part.params)
    digest = digest_of_slice(part, choices)
    sql.run(sql.MARK_CORRECTED, part.params | choices.params)
    sql.run(sql.MARK_KNOWN, part.params | {"outcome": "again"})
    loaded = Loaded(counts=_outcomes(part))
    span = sql.one(sql.TOTALS, {"before": before, "batch": job.batch_id})
    if span is not None and span[0]:
        loaded.series = _series(part)
        _settle(loaded.series, span[3], at)
        told = {"slice": number, "readings": span[0], "first": span[1], "last": span[2]}
        _record(part, job, choices, loaded.counts, told | {"rows_digest": digest}, by, at)
    return loaded


def _write(part: Slice, job: ImportJob, choices: Choices, by: Actor, at: datetime) -> int:
    """Readings, then pointers; the number of the last reading before them."""
    had_live = _mark(part, choices)
    before = sql.one(sql.LAST_READING, {})
    assert before is not None
    given = part.params | choices.params | Act.fields_of(by)
    given |= {"at": _moment(at), "backfilled": choices.backfilled, "batch": job.batch_id}
    sql.run(sql.READINGS, given)
    written = {"before": before[0], "batch": job.batch_id, "yes": True, "no": False}
    alone = not had_live and job.counts.get("sources", 0) == 1
    sql.run(sql.POINTERS_FIRST if alone else sql.POINTERS, written)
    if choices.correct:
        sql.run(sql.MOVED, written)
    return int(before[0])


def _mark(part: Slice, choices: Choices) -> bool:
    """Say of each row what stands in its way; whether any of its series has values."""
    given = part.params
    had_live = sql.one(sql.ANY_LIVE, given) is not None
    if had_live:
        sql.run(sql.MARK_KNOWN, given | {"outcome": ""})
    programmes = _places(part).values_list("definition__kpi__area__programme", flat=True)
    held = checks.hold(programmes.order_by().distinct())
    _mark_closed(given, list(_places(part)))
    for lock in held:
        days = {"first_day": lock.first, "last_day": lock.last}
        whose = {"programme": lock.programme_id, "kpi": lock.kpi_id or 0}
        sql.run(sql.MARK_LOCKED, given | days | whose | choices.params)
    return had_live


def _mark_closed(given: Mapping[str, Any], places: list[ImportPlace]) -> None:
    """Places whose programme was closed, or whose KPI was defined anew, meanwhile."""
    definitions = {place.definition_id for place in places}
    newest = set(newest_definitions().filter(pk__in=definitions).values_list("pk", flat=True))
    for place in places:
        mark = ""
        if place.definition.kpi.area.programme.is_closed:
            mark = "closed"
        elif place.definition_id not in newest:
            mark = "replaced"
        if mark:
            sql.run(sql.MARK_PLACE, {**given, "place": place.number, "mark": mark})


def _places(part: Slice) -> Any:
    return ImportPlace.objects.filter(
        job=part.job, number__gte=part.first, number__lte=part.last
    ).select_related("definition__kpi__area__programme")


def _make_series(part: Slice, at: datetime) -> None:
    """The series of cells that are new; none in a closed programme."""
    missing = list(
        _places(part).filter(series=None, definition__kpi__area__programme__closed_at=None)
    )
    if not missing:
        return
    made = series_service.ensure_pairs(
        pairs=[(place.definition, place.cell) for place in missing], at=at
    )
    for place in missing:
        place.series_id = made[place.definition_id, place.cell]
    ImportPlace.objects.bulk_update(missing, ["series"], batch_size=500)


def _series(part: Slice) -> list[int]:
    found = _places(part).exclude(series=None).values_list("series", flat=True)
    return list(found)


def _settle(series_ids: list[int], since: date | str, at: datetime) -> None:
    """Which source counts, what detection reads, and that it has to look."""
    first = date.fromisoformat(since) if isinstance(since, str) else since
    sides.settle(series_ids=series_ids, since=first)
    tracks.changed(series_ids=series_ids, since=first, at=at)


def _outcomes(part: Slice) -> dict[str, int]:
    found = dict(sql.every(sql.OUTCOMES, part.params))
    return {name or "new": count for name, count in found.items()}


def _record(
    part: Slice,
    job: ImportJob,
    choices: Choices,
    counts: Mapping[str, int],
    told: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> None:
    """One event for the slice, with the digest of its rows (fact 12)."""
    definitions = _places(part).values_list("definition", flat=True)
    kpis = Kpi.objects.filter(definitions__in=definitions)
    programmes = sorted(set(kpis.values_list("area__programme", flat=True)))
    events.record(
        verb="import.loaded",
        subject=job.batch or ("kpis.importbatch", str(job.batch_id)),
        by=by,
        at=at,
        data={
            "kind": "readings",
            "digest": job.sha256,
            **told,
            "already": counts.get("already", 0),
            "conflicts": counts.get("conflict", 0),
            "corrected": counts.get("corrected", 0),
            "programmes": programmes,
        },
        texts={"file": job.file_name} | ({"reason": choices.reason} if choices.reason else {}),
        programme_id=programmes[0] if len(programmes) == 1 else None,
        restricted=kpis.filter(restricted_to__isnull=False).exists(),
    )


def digest_of_slice(part: Slice, choices: Choices) -> str:
    """SHA-256 over the rows as they were written; see ``kpis.services.imports.digests``."""
    found = sql.one(sql.DIGEST, part.params | choices.params)
    return hashlib.sha256(((found and found[0]) or "").encode()).hexdigest()


def _part(job: ImportJob, place: int, most: int) -> Slice | None:
    """The next rows of a place that is larger than a slice."""
    after = job.row if job.place == place else 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT MAX(row) FROM (SELECT row FROM kpis_importrow WHERE job_id = %s AND place = %s"
            " AND row > %s ORDER BY row LIMIT %s) AS following",
            [job.pk, place, after, most],
        )
        until = cursor.fetchone()[0]
    if until is None:
        return next_slice(ImportJob(pk=job.pk, place=place, row=0))
    return Slice(job.pk, place, place, after, until)


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
