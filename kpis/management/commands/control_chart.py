"""Control charts of a plain CSV file, by the code that judges the KPIs."""

from __future__ import annotations

import csv
import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis.rules import control_files
from kpis.rules.control_files import Table, TableRefused


class Command(BaseCommand):
    help = (
        "Draw XmR control charts of the series in a CSV file in UTF-8 with the columns"
        f" {', '.join(control_files.COLUMNS_IN)}, and write each row's lines and tests to"
        " another; with --summary one row per series too. Nothing is written if a row is refused."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the series to chart")
        parser.add_argument("out", type=Path, help="where the rows with their charts go")
        parser.add_argument("--summary", type=Path, help="where one row per series goes")

    def handle(self, *args: Any, **options: Any) -> None:
        table = _read(options["file"])
        files: list[tuple[Path, Sequence[str], list[list[str]]]] = [
            (options["out"], control_files.COLUMNS_OUT, control_files.results(table))
        ]
        if options["summary"]:
            if options["summary"].resolve() == options["out"].resolve():
                raise CommandError("Give the summary a file of its own.", returncode=2)
            rows = control_files.summaries(table)
            files.append((options["summary"], control_files.COLUMNS_OF_SUMMARY, rows))
        _write(files)
        self.stderr.write(f"{len(table.series)} rows of {len(table.names)} series charted.")


def _read(path: Path) -> Table:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return control_files.read(lines)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not in UTF-8. Save it so.", returncode=2) from error
    except TableRefused as refusal:
        raise CommandError(f"{path}:\n{refusal}", returncode=2) from refusal


def _write(files: Iterable[tuple[Path, Sequence[str], list[list[str]]]]) -> None:
    """All of the files or none: each is written beside its place and then put there."""
    ready: list[tuple[Path, Path]] = []
    try:
        for path, heading, rows in files:
            ready.append((_beside(path, heading, rows), path))
        for written, path in ready:
            written.replace(path)
    except OSError as error:
        raise CommandError(f"The results cannot be written: {error}.", returncode=2) from error
    finally:
        for written, _path in ready:
            written.unlink(missing_ok=True)


def _beside(path: Path, heading: Sequence[str], rows: list[list[str]]) -> Path:
    """A complete file next to ``path``, with the rights that a new file has."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(heading)
            writer.writerows(rows)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
