"""What people say to an import, step by step: file, sheet, columns, what to load, undo.

Each moves the job from one state to the next, once; the work itself is in
``kpis.services.imports.work``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kpis.models import ImportBatch, ImportJob
from kpis.rules.spelling import Spelling
from kpis.services.imports import checking, staging, uploads, workbooks
from kpis.services.imports.files import FileRefused
from kpis.services.imports.reading_header import guess, missing
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act

State = ImportJob.State


class OtherState(Refused):
    """The import is not where the person thought it is."""

    code = "import_state"
    message = _("This import has gone on meanwhile. Look at where it stands now.")


class ColumnsMissing(Refused):
    code = "columns"
    message = _("Some columns are not chosen yet.")


class NothingToLoad(Refused):
    code = "nothing_to_load"
    message = _("There is no row to load. Mend the file and send it again.")


class ReasonMissing(Refused):
    code = "reason"
    message = _("Say why.")


def receive(
    *,
    file: uploads.Upload,
    programmes: Iterable[int] | None = None,
    by: Actor,
    at: datetime,
) -> ImportJob:
    """Keep a file that was sent. ``programmes``: those it may be loaded into; None for all.

    Raises UploadRefused.
    """
    path, is_sheet = uploads.keep(file)
    try:
        return _received(path, is_sheet, file.name, programmes, by, at)
    except Refused:
        uploads.forget(path)
        raise


def _received(
    path: Path,
    is_sheet: bool,
    name: str,
    programmes: Iterable[int] | None,
    by: Actor,
    at: datetime,
) -> ImportJob:
    options: dict[str, Any] = {"by": by.label, "kind": "xlsx" if is_sheet else "csv"}
    if programmes is not None:
        options["programmes"] = sorted(programmes)
    if is_sheet:
        options["sheets"] = workbooks.sheet_names(path)
        if len(options["sheets"]) == 1:
            options["sheet"] = options["sheets"][0]
    else:
        _tell_format(path, options)
    with transaction.atomic():
        job = ImportJob.objects.create(
            file_name=PurePath(name.replace("\\", "/")).name[-300:],
            path=str(path),
            size=path.stat().st_size,
            sha256=checking.digest_of(path),
            state=State.READING if options.get("sheet") else State.CHOOSING,
            options=options,
            at=at,
            **Act.fields_of(by),
        )
        _record(job, "import.received", by, at, {"digest": job.sha256, "size": job.size})
    return job


def _tell_format(path: Path, options: dict[str, Any]) -> None:
    """Encoding and separator where the file shows them; what it does not show is asked."""
    encoding = uploads.encoding_of(path)
    options["encoding"] = encoding
    options["encoding_told"] = bool(encoding)
    if encoding:
        uploads.transcode(path, encoding)
        options["delimiter"] = uploads.delimiter_of(path)


def choose_sheet(*, job: ImportJob, sheet: str, at: datetime) -> None:
    """Say which sheet holds the table. Raises OtherState."""
    _only_in(job, State.CHOOSING)
    options = job.options | {"sheet": sheet}
    _move(job, State.CHOOSING, State.READING, options=options)


def choose_format(*, job: ImportJob, encoding: str, delimiter: str, at: datetime) -> None:
    """Say how the text was written. Raises OtherState or FileRefused."""
    _only_in(job, State.CHOOSING)
    path = Path(job.path)
    uploads.transcode(path, encoding)
    options = job.options | {
        "encoding": encoding,
        "delimiter": delimiter or uploads.delimiter_of(path),
    }
    options.pop("columns", None)
    _move(job, State.CHOOSING, State.CHOOSING, options=options)


def guessed(job: ImportJob) -> dict[str, int]:
    """Field -> column, by the names in the first row, to be confirmed."""
    rows = uploads.preview(Path(job.path), job.options["delimiter"], rows=1)
    return guess(rows[0]) if rows else {}


def choose_columns(
    *,
    job: ImportJob,
    columns: Mapping[str, int],
    fixed: Mapping[str, str],
    spelling: Spelling,
    backfilled: bool,
    at: datetime,
) -> None:
    """Say what the columns hold and how numbers and dates are written; the check begins.

    ``fixed``: what holds for all rows of a field that has no column. Raises
    ColumnsMissing, OtherState or FileRefused.
    """
    wrong = missing(sorted(columns), fixed)
    if wrong is not None:
        raise ColumnsMissing(wrong.removeprefix("Row 1: "))
    with checking.Stream(
        uploads.rows_of(Path(job.path)), delimiter=job.options["delimiter"], name=job.file_name
    ) as stream:
        header = list(stream.header())
        begin = {"offset": stream.offset, "row": stream.row}
    marked = job.options["kind"] == "xlsx"
    options = job.options | {
        "header": header,
        "columns": dict(columns),
        "fixed": {name: text for name, text in fixed.items() if text},
        "spelling": asdict(spelling) | {"marked": marked},
        "backfilled": backfilled,
    }
    _move(job, State.CHOOSING, State.CHECKING, options=options, counts={}, **begin)


def start_again(*, job: ImportJob, at: datetime) -> None:
    """Back to the columns, after the check showed that something was said wrongly."""
    with transaction.atomic():
        _move(job, State.CHECKED, State.CHOOSING, counts={}, place=0, row=0, offset=0)
        job.problems.all().delete()
        job.places.all().delete()
        _clear_rows(job)


def load(*, job: ImportJob, correct: bool, reason: str, by: Actor, at: datetime) -> None:
    """Load what can be loaded. ``correct``: rows that differ from what is there correct it.

    Raises OtherState, NothingToLoad or ReasonMissing.
    """
    _only_in(job, State.CHECKED)
    counts = job.counts
    if not counts.get("new") and not (correct and counts.get("conflict")):
        raise NothingToLoad
    if correct and not reason.strip():
        raise ReasonMissing(fields={"reason": ReasonMissing.message})
    options = job.options | {"correct": correct, "reason": reason.strip() if correct else ""}
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind="readings", file_name=job.file_name, sha256=job.sha256, at=at, **Act.fields_of(by)
        )
        _move(
            job, State.CHECKED, State.LOADING,
            options=options, batch=batch, place=0, row=0, slices=0,
        )  # fmt: skip
        told = {"digest": job.sha256, "rows": counts.get("rows", 0), "correct": correct}
        _record(job, "import.load_chosen", by, at, told, reason=options["reason"])


def undo(*, job: ImportJob, reason: str, by: Actor, at: datetime) -> None:
    """Take back all that was loaded. Raises OtherState or ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(fields={"reason": ReasonMissing.message})
    with transaction.atomic():
        _move(
            job, State.DONE, State.UNDOING,
            undo_reason=reason.strip(), undone_by_id=by.user_id, place=0, slices=0,
            options=job.options | {"undone_by": by.label},
        )  # fmt: skip
        _record(job, "import.undo_chosen", by, at, {"batch": job.batch_id}, reason=reason)


def drop(*, job: ImportJob, by: Actor, at: datetime) -> None:
    """Give an import up before anything was loaded. Raises OtherState."""
    before = (State.READING, State.CHOOSING, State.CHECKING, State.COMPARING, State.CHECKED)
    if job.state not in before:
        raise OtherState
    with transaction.atomic():
        _move(job, job.state, State.DROPPED, finished_at=at)
        _record(job, "import.dropped", by, at, {"digest": job.sha256})


def _only_in(job: ImportJob, state: str) -> None:
    if job.state != state:
        raise OtherState


def _move(job: ImportJob, old: str, new: str, **changes: Any) -> None:
    """From one state to another, once; whoever was at work on it has lost their turn."""
    moved = ImportJob.objects.filter(pk=job.pk, state=old).update(
        state=new, turn=F("turn") + 1, taken_at=None, **changes
    )
    if moved != 1:
        raise OtherState
    job.refresh_from_db()


def _clear_rows(job: ImportJob) -> None:
    while staging.sweep(job):
        pass


def _record(
    job: ImportJob,
    verb: str,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any],
    reason: str = "",
) -> None:
    programmes = job.options.get("programmes") or []
    events.record(
        verb=verb,
        subject=job,
        by=by,
        at=at,
        data=data,
        texts={"file": job.file_name, "reason": reason},
        programme_id=programmes[0] if len(programmes) == 1 else None,
    )


__all__ = [
    "ColumnsMissing", "FileRefused", "NothingToLoad", "OtherState", "ReasonMissing",
    "choose_columns", "choose_format", "choose_sheet", "drop", "guessed", "load", "receive",
    "start_again", "undo",
]  # fmt: skip
