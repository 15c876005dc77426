"""Reading actions: whose, due when, done or not."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from forums.models import Action

RELATED = ("owner__organisation", "verifier__organisation", "decision__motion__forum")


def overdue(on: date) -> QuerySet[Action]:
    """Open although the due day has passed."""
    return _all().filter(state=Action.State.OPEN, due_on__lt=on)


def _all() -> QuerySet[Action]:
    return Action.objects.select_related(*RELATED).order_by("due_on", "pk")
