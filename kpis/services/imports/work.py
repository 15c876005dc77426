"""The work of an import, in slices: checking, comparing, loading, taking back.

Each slice is one transaction of a few seconds at most that also says how far the job has
come, so a process may be killed at any moment: whoever is next goes on from there. Between
slices nothing is locked and others have their turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from kpis.models import ImportBatch, ImportJob
from kpis.services.imports import loading, staging, turns, undoing, uploads, workbooks
from kpis.services.imports.checking import Checker
from kpis.services.imports.files import FileRefused
from kpis.services.imports.turns import ACTIVE, ENDED, TurnLost
from ledger.rules.actors import Actor
from ledger.services import events

State = ImportJob.State
KEPT = timedelta(days=30)  # how long files and rows stay after the end
Enough = Callable[[], bool]
Start = Callable[[int, int], None]


def go_on(*, enough: Enough, start_reading: Start, at: datetime) -> bool:
    """Work on every import that has something to do, until ``enough``; whether there is more.

    ``start_reading`` starts a process of its own that reads the spreadsheet of a job, for its turn. Safe to run
    twice and at once: each slice belongs to who holds the turn.
    """
    waiting = ImportJob.objects.filter(turns.free(), state__in=ACTIVE).order_by("turn", "pk")
    for job in waiting:
        if turns.take(job):
            _work(job, enough, start_reading, at)
        if enough():
            break
    return ImportJob.objects.filter(
        turns.free(), state__in=[one for one in ACTIVE if one != State.READING]
    ).exists()


def _work(job: ImportJob, enough: Enough, start_reading: Start, at: datetime) -> None:
    try:
        if job.state == State.READING:
            start_reading(job.pk, job.turn)  # which keeps the turn until it is done
            return
        if job.state == State.CHECKING:
            _check(job, enough, at)
        step = STEPS.get(job.state)
        while step is not None and not enough():
            step(job, at)
            step = STEPS.get(job.state)
    except FileRefused as refusal:
        refuse(job, refusal, at)
    except TurnLost:
        return
    turns.release(job)


def read_sheet(*, job_id: int, turn: int, at: datetime) -> None:
    """Read the sheet that was chosen, for whoever holds this turn; then columns are asked."""
    job = ImportJob.objects.filter(pk=job_id, turn=turn, state=State.READING).first()
    if job is None:
        return
    try:
        rows = workbooks.read(
            Path(job.path), job.options["sheet"], alive=lambda row: turns.advance(job, row=row)
        )
        options = job.options | {"delimiter": ",", "sheet_rows": rows}
        turns.advance(job, state=State.CHOOSING, options=options, row=0)
    except FileRefused as refusal:
        refuse(job, refusal, at)
    except TurnLost:
        return
    turns.release(job)


def refuse(job: ImportJob, refusal: FileRefused, at: datetime) -> None:
    """End a job whose file cannot be taken; what the person reads says why."""
    turns.advance(job, state=State.REFUSED, refusal=str(refusal), finished_at=at)


def _check(job: ImportJob, enough: Enough, at: datetime) -> None:
    """Read rows until the file ends; at the end the comparison begins."""
    more = True
    with Checker(job, uploads.rows_of(Path(job.path)), at) as checker:
        while more and not enough():
            more = checker.step()
    if not more:
        turns.advance(job, state=State.COMPARING, place=0, row=0)


def _compare(job: ImportJob, at: datetime) -> None:
    """See what would become of the rows of the next slice."""
    part = loading.next_slice(job)
    with transaction.atomic():
        if part is None:
            turns.advance(job, state=State.CHECKED, place=0, row=0)
            return
        counts = Counter(job.counts)
        counts.update(loading.compare(part, at))
        turns.advance(job, counts=dict(counts), **loading.progress(part))


def _load(job: ImportJob, at: datetime) -> None:
    """Load the next slice, or end."""
    by = actor_of(job)
    part = loading.next_slice(job)
    with transaction.atomic():
        if part is None:
            _end(job, by, at)
            return
        choices = loading.Choices(
            backfilled=job.options.get("backfilled", True),
            correct=job.options.get("correct", False),
            reason=job.options.get("reason", ""),
        )
        loaded = loading.load(part, job=job, choices=choices, number=job.slices + 1, by=by, at=at)
        counts = Counter(job.counts)
        for name, count in loaded.counts.items():
            counts[f"done_{name}"] += count
        turns.advance(job, counts=dict(counts), slices=job.slices + 1, **loading.progress(part))


def _end(job: ImportJob, by: Actor, at: datetime) -> None:
    turns.advance(job, state=State.DONE, finished_at=at)
    ImportBatch.objects.filter(jobs=job).update(summary=job.counts)
    done = {name: count for name, count in job.counts.items() if name.startswith("done_")}
    events.record(
        verb="import.finished",
        subject=job,
        by=by,
        at=at,
        data={"batch": job.batch_id, "slices": job.slices, "digest": job.sha256} | done,
    )


def _undo(job: ImportJob, at: datetime) -> None:
    """Take the next readings back, or end."""
    by = Actor(user_id=job.undone_by_id, label=job.options.get("undone_by", ""), post_id=None)
    with transaction.atomic():
        last = undoing.undo_slice(job=job, after=job.place, by=by, at=at)
        if last is None:
            turns.advance(job, state=State.UNDONE, finished_at=at)
            return
        counts = Counter(job.counts)
        counts["undone"] += last.taken_back
        turns.advance(job, place=last.reading, slices=job.slices + 1, counts=dict(counts))


def actor_of(job: ImportJob) -> Actor:
    """Who loads: who sent the file, as they acted then."""
    return Actor(
        user_id=job.by_user_id,
        label=job.options.get("by", ""),
        post_id=job.by_post_id,
        principal_id=job.principal_id,
        principal_post_id=job.principal_post_id,
        evidence_id=job.evidence_id,
    )


def tidy(*, at: datetime) -> bool:
    """Sweep away rows and files of imports that ended long ago; whether there is more."""
    ended = ImportJob.objects.filter(
        state__in=ENDED, swept_at=None, finished_at__lt=at - KEPT
    ).order_by("pk")
    job = ended.first()
    if job is None:
        return False
    with transaction.atomic():
        if not staging.sweep(job):
            uploads.forget(Path(job.path))
            ImportJob.objects.filter(pk=job.pk).update(swept_at=at)
    return True


STEPS: dict[str, Callable[[ImportJob, datetime], None]] = {
    State.COMPARING: _compare,
    State.LOADING: _load,
    State.UNDOING: _undo,
}
