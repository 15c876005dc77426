"""Thin tasks: the sweeps of the kpis app. Safe to run twice, at once, or late."""

from __future__ import annotations

import subprocess
import sys
import time

from celery import shared_task
from django.conf import settings

from config import clock
from config.hurry import hurry
from kpis.services import backtests, composites, detection, reminders
from kpis.services.imports import work

SLICE = 5  # seconds
BATCH = 5000  # series to a transaction, a second or two of work


@shared_task
def detect_changed() -> dict[str, int]:
    """Look at the series that changed; after five seconds let others have a turn."""
    started = time.monotonic()
    total = detection.Counts(more=True)
    while total.more and time.monotonic() - started < SLICE:
        total.add(detection.detect(at=clock.now(), limit=BATCH))
    if total.more:
        hurry(detect_changed)
    return _figures(total)


@shared_task
def detect_due() -> dict[str, int]:
    """Look at what time alone has changed: values that fell due, and milestones."""
    counts = detection.detect_due(at=clock.now(), limit=BATCH)
    if counts.more:
        hurry(detect_due)
    return _figures(counts)


@shared_task
def work_backtests() -> dict[str, int]:
    """Work off back-tests that were asked for; after five seconds let others have a turn."""
    started, done = time.monotonic(), 0
    progress = backtests.Progress(more=True)
    while progress.more and time.monotonic() - started < SLICE:
        progress = backtests.work(at=clock.now())
        done += progress.series
    if progress.more:
        hurry(work_backtests)
    return {"series": done}


@shared_task
def work_out_composites() -> dict[str, int]:
    """Work out composites whose components changed; after five seconds let others have a turn."""
    started = time.monotonic()
    total = composites.Counts(more=True)
    while total.more and time.monotonic() - started < SLICE:
        total.add(composites.work_out(at=clock.now(), limit=1))
    if total.more:
        hurry(work_out_composites)
    return {
        "composites": total.composites,
        "recorded": total.recorded,
        "corrected": total.corrected,
        "retracted": total.retracted,
        "held_back": total.held_back,
    }


@shared_task
def recheck_composites() -> int:
    """Ask for every composite anew: what a lock held back is found once it was lifted."""
    return composites.recheck()


@shared_task
def remind() -> dict[str, int]:
    """Remind who owes values; a programme is looked at once a day, one after the other."""
    started, posts, rounds = time.monotonic(), 0, 0
    counts = reminders.Counts(more=True)
    while counts.more and time.monotonic() - started < SLICE:
        counts = reminders.remind(at=clock.now(), every=settings.REMIND_EVERY, limit=1)
        posts, rounds = posts + counts.posts, rounds + counts.rounds
    if counts.more:
        hurry(remind)
    return {"rounds": rounds, "posts": posts}


@shared_task
def go_on_with_imports() -> None:
    """Check, load or take back files; after five seconds let others have a turn."""
    started = time.monotonic()
    more = work.go_on(
        enough=lambda: time.monotonic() - started >= SLICE,
        start_reading=_read_sheet,
        at=clock.now(),
    )
    if more:
        hurry(go_on_with_imports)


@shared_task
def tidy_imports() -> None:
    """Sweep away what ended imports left waiting."""
    if work.tidy(at=clock.now()):
        hurry(tidy_imports)


def _read_sheet(job: int, turn: int) -> None:
    """Read a spreadsheet in a process of its own: it takes long, and holds nobody up there."""
    command = [sys.executable, "manage.py", "read_sheet", str(job), str(turn)]
    subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603


def _figures(counts: detection.Counts) -> dict[str, int]:
    return {
        "series": counts.series,
        "signals": counts.signals,
        "opened": counts.opened,
        "extended": counts.extended,
        "closed": counts.closed,
    }
