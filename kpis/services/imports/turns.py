"""Whose turn it is with a job: work is a row, taken by compare-and-set.

Whoever takes a job counts its ``turn`` up. Each slice ends by writing how far it came, and
only if the turn is still theirs; if somebody else took over (they seemed dead), the slice
is rolled back. So nothing is done twice, and what a killed worker left is taken up again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, Q

from kpis.models import ImportJob
from ledger import wallclock

ALLOWED = timedelta(seconds=30)  # without a sign of life
ALLOWED_TO_READ = timedelta(minutes=3)  # a sheet is opened in one go
State = ImportJob.State
ACTIVE = (State.READING, State.CHECKING, State.COMPARING, State.LOADING, State.UNDOING)
ENDED = (State.DONE, State.UNDONE, State.REFUSED, State.DROPPED)


class TurnLost(Exception):
    """Somebody else goes on with the job; what this slice did is rolled back."""


def free() -> Q:
    """Jobs that nobody is at work on."""
    now = wallclock.now()
    return (
        Q(taken_at=None)
        | (Q(taken_at__lt=now - ALLOWED) & ~Q(state=State.READING))
        | Q(taken_at__lt=now - ALLOWED_TO_READ)
    )


def take(job: ImportJob) -> bool:
    """Take the next turn; whether it was got. ``job`` is brought up to date."""
    got = ImportJob.objects.filter(free(), pk=job.pk, turn=job.turn, state__in=ACTIVE).update(
        turn=F("turn") + 1, taken_at=wallclock.now()
    )
    if got != 1:
        return False
    turn = job.turn + 1
    job.refresh_from_db()
    return bool(job.turn == turn)


def advance(job: ImportJob, **changes: Any) -> None:
    """Write how far a slice came, in its transaction. Raises TurnLost."""
    changes["taken_at"] = wallclock.now()
    if ImportJob.objects.filter(pk=job.pk, turn=job.turn).update(**changes) != 1:
        raise TurnLost
    for name, value in changes.items():
        setattr(job, name, value)


def release(job: ImportJob) -> None:
    """Let others go on at once."""
    ImportJob.objects.filter(pk=job.pk, turn=job.turn).update(taken_at=None)
