"""Thin tasks: the sweeps of the kpis app. Safe to run twice, at once, or late."""

from __future__ import annotations

from celery import shared_task

from config import clock
from kpis.services import detection


@shared_task
def detect_changed() -> dict[str, int]:
    """Look at series whose readings or targets changed."""
    counts = detection.detect(at=clock.now())
    return {"series": counts.series, "signals": counts.signals, "opened": counts.opened}


@shared_task
def detect_due() -> None:
    """Look for values that are late and for milestones."""
    detection.detect_due(at=clock.now())
