"""Load a CSV file of readings; the last line printed is a JSON summary of every row."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import clock
from kpis.services import imports
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class Command(BaseCommand):
    help = (
        "Load periodic readings from a CSV file in UTF-8 with the columns kpi, cell, period (or"
        " period_start and period_end), value (or numerator and denominator), status, source,"
        " and if wanted comparator, high, vintage and note. They are history and open nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file to load")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            summary = imports.load_readings(
                file=options["file"],
                dry_run=options["dry_run"],
                by=Actor.system("import"),
                at=clock.now(),
            )
        except Refused as refusal:
            raise CommandError(
                str(refusal), returncode=getattr(refusal, "returncode", 2)
            ) from refusal
        tried = " (dry run: nothing was kept)" if summary["dry_run"] else ""
        self.stderr.write(
            f"{summary['rows']} rows: {summary['loaded']} loaded, {summary['already']} known"
            f" already, {len(summary['skipped'])} skipped, {len(summary['conflicts'])} in"
            f" conflict{tried}."
        )
        self.stdout.write(json.dumps(summary, ensure_ascii=False))
