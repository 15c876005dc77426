"""Rows that can be read, kept until they are loaded; and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from kpis.models import ImportJob, ImportProblem
from kpis.services.imports.reading_cells import Problem
from kpis.services.imports.reading_rows import Staged

TABLE = "kpis_importrow"
COLUMNS = (
    *("job_id", "place", "row", "period_start", "period_end", "complete", "comparator"),
    *("value", "high", "numerator", "denominator", "state", "source", "vintage", "note"),
)
SWEPT = 50_000  # rows to a transaction
# Every character that would end a field or a line, or start an escape, in COPY's text form.
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def keep(*, job: ImportJob, rows: list[Staged], problems: Sequence[Problem]) -> None:
    """Keep a chunk. In the transaction that says how far the job has come."""
    if rows:
        rows.sort()
        if connection.vendor == "postgresql":
            _copy(rows)
        else:
            _insert(rows)
    ImportProblem.objects.bulk_create(
        (
            ImportProblem(
                job=job,
                row=one.row,
                column=one.column[:300],
                message=one.message,
                blocks=one.blocks,
            )
            for one in problems
        ),
        batch_size=1000,
    )


def count_places(job: ImportJob) -> None:
    """Write how many rows each place has, once all are kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpis_importplace AS p SET rows = found.rows FROM"
            " (SELECT place, COUNT(*) AS rows FROM kpis_importrow WHERE job_id = %s GROUP BY place)"
            " AS found WHERE p.job_id = %s AND p.number = found.place",
            [job.pk, job.pk],
        )
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE kpis_importrow")
            cursor.execute("ANALYZE kpis_importplace")


def sweep(job: ImportJob, *, most: int = SWEPT) -> bool:
    """Delete waiting rows of a job, so many at most; whether there are more."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite" and _alone(job):
            cursor.execute("DELETE FROM kpis_importrow")
            return False
        cursor.execute(
            "SELECT place FROM kpis_importrow WHERE job_id = %s ORDER BY place, row"
            " LIMIT 1 OFFSET %s",
            [job.pk, most],
        )
        last = cursor.fetchone()
        where, given = ("", []) if last is None else (" AND place <= %s", [last[0]])
        cursor.execute(
            f"DELETE FROM kpis_importrow WHERE job_id = %s{where}",  # noqa: S608
            [job.pk, *given],
        )
        return last is not None


def _alone(job: ImportJob) -> bool:
    """Whether no other job has rows waiting: then SQLite empties the table at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT MIN(job_id) FROM kpis_importrow), (SELECT MAX(job_id) FROM kpis_importrow)"
        )
        return set(cursor.fetchone()) <= {job.pk, None}


def _copy(rows: Sequence[Staged]) -> None:
    """All rows in one COPY, as text: the quickest way PostgreSQL offers."""
    lines = []
    for row in rows:
        (pk, place, number, start, end, complete, sign, value, high, above, below,
         state, source, day, note) = row  # fmt: skip
        if note:
            note = note.translate(ESCAPED)
        lines.append(
            f"{pk}\t{place}\t{number}\t{start}\t{end}\t{complete:d}\t{sign}\t{value}\t{high}"
            f"\t{above}\t{below}\t{state}\t{source}\t{day}\t{note}\n"
        )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN") as copy,
    ):
        copy.write("".join(lines))


def _insert(rows: Sequence[Staged]) -> None:
    marks = ", ".join(["%s"] * len(COLUMNS))
    statement = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
