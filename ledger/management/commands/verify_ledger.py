"""``manage.py verify_ledger``: is the ledger as it was written?

Exit 0 and the head digest when it is, exit 1 and the first bad place when not.
"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from ledger.services import verification


class Command(BaseCommand):
    help = "Verify the whole ledger; exit 1 and name the first bad place when it was tampered with."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verification.verify()
        if not verdict.intact:
            self.stderr.write(f"NOT INTACT: {verdict.first_bad}")
            sys.exit(1)
        self.stdout.write(f"head: {verdict.head}")
        self.stdout.write(f"intact: {verdict.events} events, {verdict.sealed} of them sealed")
        if verdict.pending is not None:
            self.stdout.write(
                f"seal {verdict.pending} is not in the outside file yet; the next seal writes it"
            )
