"""Thin tasks: the sweeps of the forums app. Safe to run twice, at once, or late."""

from __future__ import annotations

from celery import shared_task

from config import clock
from forums.services import meetings


@shared_task
def make_meetings() -> int:
    """Make the meetings that the rhythms of all forums have ahead."""
    return meetings.make_due(at=clock.now())
