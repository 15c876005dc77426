"""manage.py install_reference_lists: add the entries of the reference lists that are missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config import clock
from labs.services import reference
from ledger.rules.actors import Actor


class Command(BaseCommand):
    help = "Adds the entries of the reference lists that are missing; run it as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        added = reference.install_defaults(
            by=Actor.system("install reference lists"), at=clock.now()
        )
        if added or options["verbosity"] > 1:
            self.stdout.write(f"{added} entries added to the reference lists")
