"""What became of each row of a file, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from heapq import merge
from typing import NamedTuple

from kpis.models import ImportJob, ImportProblem
from kpis.rules.values import to_text
from kpis.services.imports import slice_sql as sql

SAID = {
    "closed": "the programme is closed: it takes nothing new",
    "locked": "the period is locked: its values may not change",
    "replaced": "the KPI has a new definition since: check the file again",
}
LOADED = ("loading", "done", "undoing", "undone")
WORDS = {"": "loaded", "already": "known already"}
BEFORE = {"": "new", "already": "known already"}
OPENINGS = ("=", "+", "-", "@", "\t", "\r")
# Rows with the value that stands in their way: all, and those of which something is to be said.
ROWS = """
SELECT r.row, r.outcome, v.value, v.state
FROM kpis_importrow r LEFT JOIN kpis_reading v ON v.id = r.known
WHERE r.job_id = %(job)s ORDER BY r.row
"""
SAID_OF = ROWS.replace(
    "ORDER BY", "AND r.outcome IN ('conflict', 'closed', 'locked', 'replaced') ORDER BY"
)


class Reason(NamedTuple):
    """Why a row was not loaded. ``is_conflict``: something else is there."""

    row: int
    reason: str
    is_conflict: bool


def reasons(job: ImportJob) -> Iterator[Reason]:
    """Rows that can be read and were not loaded, in the order of the file."""
    skipped = (
        Reason(row, message, False)
        for row, message in ImportProblem.objects.filter(job=job, blocks=False)
        .order_by("row", "pk")
        .values_list("row", "message")
        .iterator(2000)
    )
    found = (
        Reason(row, _said(outcome, value, state), outcome == "conflict")
        for row, outcome, value, state in sql.stream(SAID_OF, {"job": job.pk})
    )
    return merge(skipped, found, key=lambda one: one.row)


def _said(outcome: str, value: object, state: str | None) -> str:
    if outcome != "conflict":
        return SAID.get(outcome, "")
    if value is None:
        return "another row of the file gives another value for this period from this source"
    return (
        f"another value ({to_text(_decimal(value))}, {state}) is there"
        " for this period from this source"
    )


def _decimal(value: object) -> Decimal:
    """As the databases give it: SQLite keeps doubles."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))


def results(job: ImportJob) -> Iterator[tuple[int, str, str, str]]:
    """Every row of the file once: row, result, column, what is said of it."""
    words = WORDS if job.state in LOADED else BEFORE
    read = (
        (row, words.get(outcome, outcome), "", _said(outcome, value, state))
        for row, outcome, value, state in sql.stream(ROWS, {"job": job.pk})
    )
    said = (
        (one.row, "cannot be read" if one.blocks else "skipped", one.column, one.message)
        for one in ImportProblem.objects.filter(job=job).order_by("row", "pk").iterator(2000)
    )
    return merge(read, said, key=lambda one: one[0])


def escaped(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in OPENINGS else text
