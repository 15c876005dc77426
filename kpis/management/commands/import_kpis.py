"""Load a CSV file of KPIs; the last line printed is a JSON summary of every row."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import clock
from kpis.services import imports
from kpis.services.imports.places import Defaults
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class Command(BaseCommand):
    help = (
        "Load KPIs with targets and actual values from a CSV file in UTF-8. New programmes get"
        " the forum named with --forum as home forum of their result areas; else the lowest"
        " forum there is; else a new one called '<programme> import forum'."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file to load")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--forum", default="", help="home forum of new result areas")
        parser.add_argument("--time-zone", default="UTC", help="of new programmes")
        parser.add_argument("--country", default="", help="whose calendar new programmes follow")
        parser.add_argument("--currency", default="", help="of new programmes, like MYR")

    def handle(self, *args: Any, **options: Any) -> None:
        defaults = Defaults(
            forum=options["forum"],
            time_zone=options["time_zone"],
            country=options["country"],
            currency=options["currency"],
        )
        try:
            summary = imports.load_kpis(
                file=options["file"],
                defaults=defaults,
                dry_run=options["dry_run"],
                by=Actor.system("import"),
                at=clock.now(),
            )
        except Refused as refusal:
            raise CommandError(
                str(refusal), returncode=getattr(refusal, "returncode", 2)
            ) from refusal
        self.tell(summary)
        self.stdout.write(json.dumps(summary, ensure_ascii=False))

    def tell(self, summary: dict[str, Any]) -> None:
        """A sentence for people, on the other stream."""
        tried = " (dry run: nothing was kept)" if summary["dry_run"] else ""
        self.stderr.write(
            f"{summary['rows']} rows: {summary['loaded']} loaded, {summary['already']} known"
            f" already, {len(summary['skipped'])} skipped, {len(summary['conflicts'])} in"
            f" conflict{tried}."
        )
