"""``manage.py erase_text EVENT FIELD --reason …``: erase free text or personal data.

EVENT is the event's identity (uid) or its number. Seals stay valid; the erasure is
itself an event.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import clock
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import texts


class Command(BaseCommand):
    help = "Erase a free text or personal data from an event; the ledger still verifies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("event", help="the event's uid, or its number")
        parser.add_argument("field", help="which text, such as reason or name")
        parser.add_argument("--reason", required=True, help="why it must go")

    def handle(self, *args: Any, **options: Any) -> None:
        event = self.event(options["event"])
        try:
            texts.erase(
                event=event,
                field=options["field"],
                reason=options["reason"],
                by=Actor.system("erase_text"),
                at=clock.now(),
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f'erased "{options["field"]}" of event {event.uid}')

    def event(self, given: str) -> Event:
        try:
            wanted = {"number": int(given)} if given.isdecimal() else {"uid": uuid.UUID(given)}
            return Event.objects.get(**wanted)
        except (ValueError, OverflowError, Event.DoesNotExist) as error:
            raise CommandError(f"there is no event {given}") from error
