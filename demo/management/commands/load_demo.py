"""Load the demonstration into the current database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo import telling
from ledger.rules.errors import Refused


class Command(BaseCommand):
    help = "Load the demonstration into the current, empty database. Running it again adds nothing."

    def handle(self, **options: Any) -> None:
        try:
            counts = telling.load(real_now=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if counts is None:
            self.stdout.write("The demonstration is already loaded.")
            return
        self.stdout.write(", ".join(f"{number} {name}" for name, number in counts.items()))
