"""Build the tracks that detection reads anew, or say which differ from their rows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis.services import tracks


class Command(BaseCommand):
    help = (
        "Pack the values of every series anew for detection. With --check nothing is written:"
        " series whose track differs from their rows are listed, and any makes it fail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say which differ")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            self.stdout.write(f"{tracks.build_all()} tracks built.")
            return
        found = tracks.differing()
        if found:
            raise CommandError(f"Tracks that differ from their rows: {', '.join(map(str, found))}.")
        self.stdout.write("Every track says what its rows say.")
