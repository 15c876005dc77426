"""manage.py index_lessons: write the words by which each lesson is found, anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from labs.services import lesson_terms


class Command(BaseCommand):
    help = "Writes the words by which lessons are found; run it as often as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        count = lesson_terms.index_all()
        self.stdout.write(f"{count} lessons indexed")
