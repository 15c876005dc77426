"""Acts of councils, as far as a reader may see what they created."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from labs.models import CouncilAct, Programme
from labs.selectors import programmes


def readable(user: Any, on: date) -> QuerySet[CouncilAct]:
    """The acts that created readable programmes, or bodies; none to who reads no programme."""
    own = programmes.readable(user, on)
    if not own.exists():
        return CouncilAct.objects.none()
    found = CouncilAct.objects.filter(
        Q(creates_programme=None) | Q(creates_programme__in=own.values("pk"))
    )
    return found.select_related("forum", "creates_forum", "creates_programme")


def created(forum: Any, user: Any, on: date) -> bool:
    """Whether an act that the reader may see created this forum (FORUM_ORIGIN)."""
    return readable(user, on).filter(creates_forum=forum).exists()


def of_programme(programme: Programme) -> QuerySet[CouncilAct]:
    """The acts that created a programme."""
    return CouncilAct.objects.filter(creates_programme=programme).select_related("forum")
