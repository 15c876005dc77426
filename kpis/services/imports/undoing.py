"""Taking back what an import loaded: a slice at a time, each with its event."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from kpis.models import ImportJob, Kpi, LiveReading, Reading
from kpis.selectors import locks
from kpis.services import tracks
from kpis.services.imports import slice_sql as sql
from kpis.services.imports.loading import slice_rows
from kpis.services.readings import checks, sides
from ledger.rules.actors import Actor
from ledger.services import events
from people.models import Act

# Readings of the batch that are live still; those corrected or taken back since stay.
LIVE = """
SELECT v.id, v.series_id, v.period_start, v.period_end, d.kpi_id, a.programme_id
FROM kpis_reading v JOIN kpis_livereading l ON l.reading_id = v.id
JOIN kpis_series s ON s.id = v.series_id JOIN kpis_definition d ON d.id = s.definition_id
JOIN kpis_kpi k ON k.id = d.kpi_id JOIN labs_resultarea a ON a.id = k.area_id
JOIN labs_programme p ON p.id = a.programme_id
WHERE v.batch_id = %(batch)s AND v.id > %(after)s AND p.closed_at IS NULL
ORDER BY v.id LIMIT %(most)s
"""


class Undone(NamedTuple):
    """How far a slice came, and how many readings it took back."""

    reading: int
    taken_back: int


def undo_slice(*, job: ImportJob, after: int, by: Actor, at: datetime) -> Undone | None:
    """Take back the next readings of the job's batch; None when there is none left.

    In the transaction that says how far the job has come. Values of locked periods and of
    closed programmes stay, and so does what was corrected since.
    """
    given = {"batch": job.batch_id, "after": after, "most": slice_rows()}
    rows = sql.every(LIVE, given)
    if not rows:
        return None
    taken = _unlocked(rows)
    if taken:
        _retract(taken, job.undo_reason, by, at)
        _promote(taken)
        series_ids = sorted({row[1] for row in taken})
        since = min(_day(row[2]) for row in taken)
        sides.settle(series_ids=series_ids, since=since)
        tracks.changed(series_ids=series_ids, since=since, at=at)
        _record(job, taken, by, at)
    return Undone(rows[-1][0], len(taken))


def left(job: ImportJob) -> Any:
    """Readings of the batch that an undo left as they are: corrected since, locked, or closed."""
    return (
        Reading.objects.filter(batch=job.batch_id, retraction=None)
        .select_related("series__definition__kpi", "series__cell", "source")
        .order_by("pk")
    )


def _unlocked(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    found = checks.hold({row[5] for row in rows})
    if not found:
        return rows
    return [row for row in rows if locks.lock_on(found, row[4], _day(row[3])) is None]


def _retract(rows: list[tuple[Any, ...]], reason: str, by: Actor, at: datetime) -> None:
    """One row for each reading, and no pointer to it."""
    act = Act.fields_of(by)
    names = ["at", *act, "reading_id", "reason"]
    moment = connection.ops.adapt_datetimefield_value(at)
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO kpis_retraction ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
            [(moment, *act.values(), row[0], reason) for row in rows],
        )
        cursor.executemany(
            "DELETE FROM kpis_livereading WHERE reading_id = %s", [(row[0],) for row in rows]
        )


def _promote(rows: list[tuple[Any, ...]]) -> None:
    """Another source of a period counts from now on, where there is one."""
    places = {(row[1], _day(row[2]), _day(row[3])): row[0] for row in rows}
    series_ids = sorted({row[1] for row in rows})
    lost: dict[tuple[int, date, date], bool] = {}
    for start in range(0, len(series_ids), 500):
        live = LiveReading.objects.filter(series__in=series_ids[start : start + 500])
        for pk, first, last, current in live.values_list(
            "series", "period_start", "period_end", "is_current"
        ).iterator(2000):
            if (pk, first, last) in places:
                lost[pk, first, last] = lost.get((pk, first, last), False) or current
    orphans = [places[place] for place, has_current in lost.items() if not has_current]
    for reading in Reading.objects.filter(pk__in=orphans):
        sides.promote(reading)


def _record(job: ImportJob, rows: list[tuple[Any, ...]], by: Actor, at: datetime) -> None:
    """One event, with the digest of the readings it took back (fact 12)."""
    digest = hashlib.sha256("\n".join(str(row[0]) for row in rows).encode()).hexdigest()
    programmes = sorted({row[5] for row in rows})
    restricted = Kpi.objects.filter(
        pk__in={row[4] for row in rows}, restricted_to__isnull=False
    ).exists()
    events.record(
        verb="import.undone",
        subject=job.batch or ("kpis.importbatch", str(job.batch_id)),
        by=by,
        at=at,
        data={
            "slice": job.slices + 1,
            "readings": len(rows),
            "first": rows[0][0],
            "last": rows[-1][0],
            "rows_digest": digest,
            "programmes": programmes,
        },
        texts={"file": job.file_name, "reason": job.undo_reason},
        programme_id=programmes[0] if len(programmes) == 1 else None,
        restricted=restricted,
    )


def _day(value: date | str) -> date:
    """As the databases give it: SQLite keeps text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
