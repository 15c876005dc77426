"""Recording many values in a constant number of queries per thousand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from kpis.models import ImportBatch, Kpi, LiveReading, Reading, Source
from kpis.services import sources, tracks
from kpis.services.readings import checks, sides
from kpis.services.readings.rows import ReadingRow, content_of
from ledger.rules.actors import Actor
from ledger.services import events
from people.models import Act

CHUNK = 1000
Key = tuple[int, date, date, str]


@dataclass(slots=True)
class Outcome:
    """What became of the rows: new, known with the same value, or in conflict with a value.

    ``order`` gives, per row as passed in, its reading, or None for a conflict.
    """

    created: list[Reading] = field(default_factory=list)
    already: list[Reading] = field(default_factory=list)
    conflicts: list[tuple[int, Reading]] = field(default_factory=list)
    order: list[Reading | None] = field(default_factory=list)


def record_many(
    *,
    rows: Sequence[ReadingRow],
    backfilled: bool,
    batch: ImportBatch | None = None,
    kind: str = "readings",
    by: Actor,
    at: datetime,
) -> Outcome:
    """Record a list as one act: one event with the digest of its rows (fact 12).

    Rows in conflict are told apart and left out; the caller decides whether that
    refuses the whole. Every row points to the batch, which is made when none is
    passed in. Raises what ``record`` raises, for the first row concerned.
    """
    with transaction.atomic():
        if batch is None:
            batch = ImportBatch.objects.create(
                kind=kind, file_name="", sha256=digest(rows), at=at, **Act.fields_of(by)
            )
            own = batch
        else:
            own = None
        outcome = write(rows=rows, backfilled=backfilled, batch=batch, by=by, at=at)
        if own is not None and not outcome.created:
            own.delete()
        elif own is not None:
            _record_batch(own, rows, outcome, by, at)
        return outcome


def write(
    *,
    rows: Sequence[ReadingRow],
    backfilled: bool,
    batch: ImportBatch | None,
    by: Actor,
    at: datetime,
) -> Outcome:
    """Write rows and pointers, and ask for detection; the event is the caller's.

    Two writers that meet are told apart by the constraints; whoever comes second
    looks again and finds the other's value.
    """
    _check(rows, at)
    named = sources.ensure_many(names=(row.source for row in rows))
    for last_try in (False, False, True):
        try:
            with transaction.atomic():
                return _write(rows, named, backfilled, batch, by, at)
        except IntegrityError:
            if last_try:
                raise
    raise AssertionError("the last try returns or raises")


def look(*, rows: Sequence[ReadingRow]) -> Outcome:
    """What ``write`` would find of these rows without writing any: known, or in conflict."""
    live = _live(rows)
    outcome = Outcome(order=[live.get(row.key) for row in rows])
    for index, (row, known) in enumerate(zip(rows, outcome.order, strict=True)):
        if known is None:
            continue
        if content_of(known) == row.content:
            outcome.already.append(known)
        else:
            outcome.conflicts.append((index, known))
    return outcome


def digest(rows: Iterable[ReadingRow]) -> str:
    """SHA-256 over the rows as they came in."""
    total = hashlib.sha256()
    for row in rows:
        total.update(json.dumps([*row.key, *row.content], default=str).encode())
        total.update(b"\n")
    return total.hexdigest()


def _check(rows: Sequence[ReadingRow], at: datetime) -> None:
    checks.check_definitions(row.series for row in rows)
    for row in rows:
        checks.check_open(row.series)
        checks.check_period(row.series, row.period, at)
        checks.check_observation(row.series, row.observation)
        checks.check_state(row.state)


def _write(
    rows: Sequence[ReadingRow],
    named: dict[str, Source],
    backfilled: bool,
    batch: ImportBatch | None,
    by: Actor,
    at: datetime,
) -> Outcome:
    live = _live(rows)
    outcome = Outcome(order=[None] * len(rows))
    new: dict[Key, Reading] = {}
    act = Act.fields_of(by)
    places = {}
    for index, row in enumerate(rows):
        known = live.get(row.key) or new.get(row.key)
        if known is None:
            known = new[row.key] = Reading(
                series=row.series,
                period_start=row.period.start,
                period_end=row.period.end,
                complete=checks.complete(row.series, row.period),
                source=named[row.source.strip()],
                backfilled=backfilled,
                batch=batch,
                at=at,
                **row.fields,
                **act,
            )
            outcome.created.append(known)
            places[index] = (row.series, row.period)
        elif content_of(known) == row.content:
            outcome.already.append(known)
        else:
            outcome.conflicts.append((index, known))
            continue
        outcome.order[index] = known
    if outcome.created:
        checks.check_all_unlocked(places, of=len(rows))
        _insert(outcome.created)
        touched = {r.series_id for r in outcome.created}
        since = min(r.period_start for r in outcome.created)
        sides.settle(series_ids=touched, since=since)
        tracks.changed(series_ids=touched, since=since, at=at)
    return outcome


def _live(rows: Sequence[ReadingRow]) -> dict[Key, Reading]:
    """Live readings of the series concerned, by series, period and source."""
    found: dict[Key, Reading] = {}
    series_ids = sorted({row.series.pk for row in rows})
    first = min(row.period.start for row in rows) if rows else None
    for start in range(0, len(series_ids), CHUNK):
        pointers = LiveReading.objects.filter(
            series__in=series_ids[start : start + CHUNK], period_start__gte=first
        ).select_related("reading", "source")
        for pointer in pointers.iterator(chunk_size=2000):
            key = (
                pointer.series_id,
                pointer.period_start,
                pointer.period_end,
                pointer.source.name,
            )
            found[key] = pointer.reading
    return found


def _insert(readings: list[Reading]) -> None:
    """Rows, then pointers; the first source of a period is the current one."""
    Reading.objects.bulk_create(readings, batch_size=CHUNK)
    first = min(reading.period_start for reading in readings)
    taken = set(
        LiveReading.objects.filter(
            series__in={reading.series_id for reading in readings},
            period_start__gte=first,
            is_current=True,
        ).values_list("series_id", "period_start", "period_end")
    )
    pointers = []
    for reading in readings:
        place = (reading.series_id, reading.period_start, reading.period_end)
        pointers.append(
            LiveReading(
                reading=reading,
                series_id=reading.series_id,
                period_start=reading.period_start,
                period_end=reading.period_end,
                source_id=reading.source_id,
                is_current=place not in taken,
            )
        )
        taken.add(place)
    LiveReading.objects.bulk_create(pointers, batch_size=CHUNK)


def _record_batch(
    batch: ImportBatch, rows: Sequence[ReadingRow], outcome: Outcome, by: Actor, at: datetime
) -> None:
    counts = {
        "rows": len(rows),
        "created": len(outcome.created),
        "already": len(outcome.already),
        "conflicts": len(outcome.conflicts),
    }
    batch.summary = counts
    batch.save(update_fields=["summary"])
    programmes = {checks.programme_of(row.series).pk for row in rows}
    kpis = {row.series.definition.kpi_id for row in rows}
    events.record(
        verb="readings.recorded",
        subject=batch,
        by=by,
        at=at,
        data=counts | {"digest": batch.sha256, "programmes": sorted(programmes)},
        programme_id=programmes.pop() if len(programmes) == 1 else None,
        restricted=Kpi.objects.filter(pk__in=kpis, restricted_to__isnull=False).exists(),
    )
