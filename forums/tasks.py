"""Thin tasks: the sweeps of the forums app. Safe to run twice, at once, or late."""

from __future__ import annotations

from celery import shared_task

from config import clock
from forums.services import calendar_changes, meetings


@shared_task
def make_meetings() -> int:
    """Make the meetings that all rhythms have ahead; move those whose day came to be off."""
    at = clock.now()
    return meetings.make_due(at=at) + calendar_changes.follow(at=at)
