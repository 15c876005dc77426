"""Tasks of the frame itself."""

from __future__ import annotations

from celery import shared_task

from config import health


@shared_task
def heartbeat() -> None:
    """Note that beat schedules and a worker works."""
    health.beat()
