"""Thin tasks: the sweeps of the labs app. Safe to run twice, at once, or late."""

from __future__ import annotations

from celery import shared_task

from config import clock
from labs.services import coordination, lesson_terms, windows


@shared_task
def find_coordination() -> dict[str, int]:
    """Open what several owners must sort out: circular waits and overlaps, each once."""
    counts = coordination.find(at=clock.now())
    return {"opened": counts.opened, "reopened": counts.reopened, "gone": counts.gone}


@shared_task
def alert_windows() -> int:
    """Tell those concerned of windows that close soon; each once."""
    return windows.alert_due(at=clock.now())


@shared_task
def index_lessons() -> int:
    """Lessons kept before there was a search are found by it too; others already are."""
    return lesson_terms.index_missing()
