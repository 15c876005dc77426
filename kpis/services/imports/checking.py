"""Reading a file of readings row by row: what can be loaded waits, the rest is said."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from django.db import transaction

from kpis.models import ImportJob
from kpis.rules.spelling import Spelling
from kpis.services.imports import staging, turns
from kpis.services.imports.files import FileRefused
from kpis.services.imports.places_of_file import Places
from kpis.services.imports.reading_rows import Parsed, Parser
from kpis.services.imports.stream import Stream

ROWS = 20_000  # to a transaction
MOST_PROBLEMS = 100_000
COUNTED = ("rows", "waiting", "refused", "skipped", "outside", "sources")


class Checker:
    """Goes through the rows of a job's file from where it was left."""

    def __init__(self, job: ImportJob, path: Path, at: datetime) -> None:
        self.job = job
        options = job.options
        self.stream = Stream(
            path,
            delimiter=options.get("delimiter", ","),
            offset=job.offset,
            row=job.row,
            name=job.file_name,
        )
        self.places = Places(job, at)
        self.parser = Parser(
            header=options["header"],
            columns=options["columns"],
            places=self.places,
            spelling=Spelling(**options.get("spelling", {})),
            fixed=options.get("fixed"),
            since=_day(options.get("since")),
            until=_day(options.get("until")),
        )
        self._sources: set[int] = set()

    def __enter__(self) -> Self:
        self.stream.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self.stream.__exit__(*raised)

    def step(self) -> bool:
        """Read the next rows, keep them; whether there are more. Raises FileRefused, TurnLost."""
        parsed = self.parser.parse(self.stream.take(ROWS))
        counts = self._counted(parsed)
        if counts["refused"] > MOST_PROBLEMS:
            raise FileRefused(
                f"More than {MOST_PROBLEMS} rows cannot be read. Look at the first problems:"
                " a column or the way numbers are written may have been said wrongly."
            )
        with transaction.atomic():
            turns.advance(self.job, offset=self.stream.offset, row=self.stream.row, counts=counts)
            self.places.save()
            staging.keep(job=self.job, rows=parsed.rows, problems=parsed.problems)
            if self.stream.ended:
                staging.count_places(self.job)
        return not self.stream.ended

    def _counted(self, parsed: Parsed) -> dict[str, int]:
        """Rows so far by what they came to. ``sources``: 2 stands for several."""
        before = {name: self.job.counts.get(name, 0) for name in COUNTED}
        blocked = {problem.row for problem in parsed.problems if problem.blocks}
        skipped = sum(not problem.blocks for problem in parsed.problems)
        named = {row[12] for row in parsed.rows}
        self._sources |= named
        several = before["sources"] and (before["sources"] > 1 or len(self._sources) > 1)
        return {
            "rows": before["rows"] + parsed.count,
            "waiting": before["waiting"] + len(parsed.rows),
            "refused": before["refused"] + len(blocked),
            "skipped": before["skipped"] + skipped,
            "outside": before["outside"] + parsed.outside,
            "sources": 2 if several or len(self._sources) > 1 else before["sources"] or len(named),
        }


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
