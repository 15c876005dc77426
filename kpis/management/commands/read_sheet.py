"""Read the sheet of an import; started by the worker, in a process of its own."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config import clock
from kpis.services.imports import work


class Command(BaseCommand):
    help = "Read the spreadsheet of an import into rows. The worker starts this by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=int, help="the import")
        parser.add_argument("turn", type=int, help="the turn that the worker took for it")

    def handle(self, *args: Any, **options: Any) -> None:
        work.read_sheet(job_id=options["job"], turn=options["turn"], at=clock.now())
