"""Print the accounts of the demonstration, for the terminal it was started from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from people.models import Installation


class Command(BaseCommand):
    help = "Print the accounts of a demonstration database; nothing in any other."

    def handle(self, **options: Any) -> None:
        installation = Installation.objects.filter(kind=Installation.Kind.DEMO).first()
        if installation is None or not installation.demo_accounts:
            return
        self.stdout.write(f"Demo accounts (password of all: {installation.demo_password})")
        for account in installation.demo_accounts:
            self.stdout.write(f"  {account['email']:<32} {account['label']}")
            if account.get("token"):
                self.stdout.write(f"  {'':<32} token: {account['token']}")
