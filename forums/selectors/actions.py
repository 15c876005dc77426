"""Reading actions: whose, due when, done or not."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from forums.models import Action

RELATED = ("owner__organisation", "verifier__organisation", "decision__motion__forum")


def overdue(on: date) -> QuerySet[Action]:
    """Open although the due day has passed."""
    return _all().filter(state=Action.State.OPEN, due_on__lt=on)


def overdue_since(action: Action, on: date) -> date | None:
    """The first day it was late, while it is open and late."""
    if action.state != Action.State.OPEN or action.due_on >= on:
        return None
    return action.due_on + timedelta(days=1)


def _all() -> QuerySet[Action]:
    return Action.objects.select_related(*RELATED).order_by("due_on", "pk")
