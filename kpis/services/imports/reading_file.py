"""Loading a file of periodic readings at once, from a terminal.

The same two passes as the steps in the browser: all rows are read and checked before any
is loaded, then they are loaded in slices, each with its event.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from kpis.models import ImportBatch, ImportJob, ImportPlace, ImportProblem
from kpis.services import detection
from kpis.services.imports import loading, staging, turns
from kpis.services.imports.checking import Checker, digest_of
from kpis.services.imports.files import (
    MEGABYTE,
    SHOWN,
    FileRefused,
    RowsRefused,
    check_columns,
    stream_limit_bytes,
)
from kpis.services.imports.reading_header import check_header
from kpis.services.imports.results import reasons
from kpis.services.imports.stream import Stream
from kpis.services.imports.summary import Summary, counts_of
from ledger import wallclock
from ledger.rules.actors import Actor
from people.models import Act


def load_readings(
    *,
    file: str | Path,
    backfilled: bool = True,
    since: date | None = None,
    until: date | None = None,
    dry_run: bool = False,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    """Load periodic readings and say what became of every row.

    ``backfilled`` marks them as history, which opens nothing. Only periods that start
    on ``since`` or later and end on ``until`` or earlier are loaded; the others are
    counted as outside. Cells that are new are made. ``dry_run`` takes it all back.
    Raises FileRefused or RowsRefused, and then nothing was loaded.
    """
    if dry_run:
        with transaction.atomic():
            summary = _load(Path(file), backfilled, since, until, by, at, detect=True)
            transaction.set_rollback(True)
    else:
        summary = _load(Path(file), backfilled, since, until, by, at, detect=True)
    return summary.as_dict() | {"dry_run": dry_run}


def load_only(
    *, file: str | Path, backfilled: bool = True, by: Actor, at: datetime
) -> dict[str, Any]:
    """The same without detection, which the next sweep sees to."""
    return _load(Path(file), backfilled, None, None, by, at, detect=False).as_dict()


def _load(
    path: Path,
    backfilled: bool,
    since: date | None,
    until: date | None,
    by: Actor,
    at: datetime,
    *,
    detect: bool,
) -> Summary:
    job = _job(path, backfilled, since, until, by, at)
    try:
        _check(job, path, at)
        summary = _load_slices(job, backfilled, by, at)
    except BaseException:
        if not job.batch_id:
            _forget(job)
        raise
    if detect:
        ids = _series_of(job)
        summary.found(detection.detect(at=at, series_ids=ids, limit=max(len(ids), 1)))
        summary.series = counts_of(ids)
    if not summary.loaded:
        _forget_batch(job)
    else:
        ImportBatch.objects.filter(jobs=job).update(summary=summary.as_dict())
    _forget(job)
    return summary


def _job(
    path: Path,
    backfilled: bool,
    since: date | None,
    until: date | None,
    by: Actor,
    at: datetime,
) -> ImportJob:
    """The file, and what it says of its columns. Raises FileRefused."""
    with Stream(path) as stream:
        size = path.stat().st_size
        if size > stream_limit_bytes():
            raise FileRefused(
                f"{path.name} has {size / MEGABYTE:.0f} MB; at most"
                f" {stream_limit_bytes() / MEGABYTE:.0f} MB are taken. Split it into smaller files."
            )
        header = check_columns(path, stream, check_header)
        options = {
            "by": by.label,
            "backfilled": backfilled,
            "header": header,
            "columns": {name: place for place, name in enumerate(header)},
            "since": since.isoformat() if since else "",
            "until": until.isoformat() if until else "",
        }
        return ImportJob.objects.create(
            file_name=path.name[:300],
            path=str(path.resolve())[:500],
            size=size,
            sha256=digest_of(path),
            state=ImportJob.State.CHECKING,
            options=options,
            offset=stream.offset,
            row=stream.row,
            turn=1,
            taken_at=wallclock.now(),
            at=at,
            **Act.fields_of(by),
        )


def _check(job: ImportJob, path: Path, at: datetime) -> None:
    """All rows, before any is loaded. Raises RowsRefused with what is wrong in any of them."""
    with Checker(job, path, at) as checker:
        while checker.step():
            pass
    blocking = ImportProblem.objects.filter(job=job, blocks=True).order_by("row", "pk")
    found = blocking.count()
    if found:
        shown = [f"Row {one.row}, column {one.column}: {one.message}" for one in blocking[:SHOWN]]
        if found > SHOWN:
            shown.append(f"and {found - SHOWN} more.")
        raise RowsRefused("\n".join([*shown, f"{job.file_name}: nothing was loaded."]))


def _load_slices(job: ImportJob, backfilled: bool, by: Actor, at: datetime) -> Summary:
    """What became of every row."""
    summary = Summary(rows=job.counts["rows"], outside=job.counts["outside"])
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind="readings", file_name=job.file_name, sha256=job.sha256, at=at, **Act.fields_of(by)
        )
        turns.advance(job, state=ImportJob.State.LOADING, batch=batch, place=0, row=0)
    choices = loading.Choices(backfilled=backfilled)
    part = loading.next_slice(job)
    while part is not None:
        with transaction.atomic():
            loaded = loading.load(
                part, job=job, choices=choices, number=job.slices + 1, by=by, at=at
            )
            turns.advance(job, **loading.progress(part), slices=job.slices + 1)
        summary.loaded += loaded.counts.get("new", 0)
        summary.already += loaded.counts.get("already", 0)
        part = loading.next_slice(job)
    for row, reason, is_conflict in reasons(job):
        if is_conflict:
            summary.conflict(row, reason)
        else:
            summary.skip(row, reason)
    turns.advance(job, state=ImportJob.State.DONE, finished_at=at)
    return summary


def _series_of(job: ImportJob) -> set[int]:
    found = ImportPlace.objects.filter(job=job, rows__gt=0).exclude(series=None)
    return set(found.values_list("series", flat=True))


def _forget_batch(job: ImportJob) -> None:
    """A load that brought nothing new leaves no trace."""
    batch = job.batch
    turns.advance(job, batch=None)
    if batch is not None:
        batch.delete()


def _forget(job: ImportJob) -> None:
    """What waited has done its work; the batch and the events tell the rest."""
    more = True
    while more:
        with transaction.atomic():
            more = staging.sweep(job)
    job.places.all().delete()
    job.problems.all().delete()
    job.delete()
