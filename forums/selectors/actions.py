"""Reading actions: whose, due when, done or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from forums.models import Action
from people.models import Post

RELATED = ("owner__organisation", "verifier__organisation", "decision__motion__forum")


def open_of(posts: Sequence[Post]) -> QuerySet[Action]:
    """What these posts still have to do, most urgent first."""
    return _all().filter(owner__in=posts, state=Action.State.OPEN)


def to_verify(posts: Sequence[Post]) -> QuerySet[Action]:
    """Done, and for these posts to verify."""
    return _all().filter(verifier__in=posts, state=Action.State.DONE)


def unassigned_to_verify() -> QuerySet[Action]:
    """Done without a verifying post: for the delivery unit."""
    return _all().filter(verifier=None, state=Action.State.DONE)


def overdue(on: date) -> QuerySet[Action]:
    """Open although the due day has passed."""
    return _all().filter(state=Action.State.OPEN, due_on__lt=on)


def _all() -> QuerySet[Action]:
    return Action.objects.select_related(*RELATED).order_by("due_on", "pk")
