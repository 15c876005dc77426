"""``manage.py seal_ledger``: seal every event that is not sealed yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config import clock
from ledger.services import seals


class Command(BaseCommand):
    help = "Seal every event that is not sealed yet."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seals.seal_all(at=clock.now())
        self.stdout.write(f"seals made: {made}")
