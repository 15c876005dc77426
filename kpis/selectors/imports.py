"""Imports: who sees which, and what their pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet

from kpis.models import ImportJob, ImportPlace, ImportProblem
from people.selectors import people

State = ImportJob.State
WORKING = (State.READING, State.CHECKING, State.COMPARING, State.LOADING, State.UNDOING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work of the present state has come. ``percent`` None: it cannot be told."""

    percent: int | None
    rows: int


def visible(user: Any) -> QuerySet[ImportJob]:
    """The delivery unit and auditors see every import, a system those it sent itself."""
    found = ImportJob.objects.exclude(options__kind=None).select_related("by_user", "batch")
    if people.is_delivery_unit(user) or people.is_auditor(user):
        return found
    return found.filter(by_user=user.pk) if user.is_system else found.none()


def progress(job: ImportJob, size: int) -> Progress:
    """``size``: bytes of the file that is read, 0 when it is not there yet."""
    rows = int(job.counts.get("rows", 0))
    if job.state == State.CHECKING and size:
        return Progress(min(100, 100 * job.offset // size), rows)
    if job.state == State.UNDOING:
        loaded = int(job.counts.get("done_new", 0)) + int(job.counts.get("done_corrected", 0))
        undone = int(job.counts.get("undone", 0))
        return Progress(100 * undone // loaded if loaded else None, undone)
    if job.state in (State.COMPARING, State.LOADING):
        last = ImportPlace.objects.filter(job=job).aggregate(last=Max("number"))["last"]
        done = int(job.counts.get("done_new", 0)) if job.state == State.LOADING else rows
        return Progress(100 * job.place // last if last else None, done)
    return Progress(None, job.row)


def problems(job: ImportJob) -> QuerySet[ImportProblem]:
    """What is to be said of single rows, in the order of the file."""
    return ImportProblem.objects.filter(job=job).order_by("row", "pk")
