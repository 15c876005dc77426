"""``manage.py setup_token``: the address that opens the set-up page of an empty installation.

Each call makes a new token and ends the one before; only its digest is kept.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from ledger.rules.errors import Refused
from people.models import Installation
from people.services import installations


class Command(BaseCommand):
    help = "Print the one-time address at which an empty installation is set up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--address", default="http://localhost:8000", help="where Makmal answers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind = Installation.Kind.DEMO if settings.DEMO else Installation.Kind.LIVE
        try:
            token = installations.new_setup_token(kind=kind)
        except installations.AlreadySetUp:
            self.stdout.write("This installation is set up already. Sign in instead.")
            return
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        path = reverse("reviews:setup", kwargs={"token": token})
        self.stdout.write("Nothing is set up yet. Open this address once to begin:")
        self.stdout.write(f"  {options['address'].rstrip('/')}{path}")
