"""Thin tasks: the sweeps of the kpis app. Safe to run twice, at once, or late."""

from __future__ import annotations

import time

from celery import shared_task

from config import clock
from config.hurry import hurry
from kpis.services import detection

SLICE = 5  # seconds
BATCH = 200  # series to a transaction


@shared_task
def detect_changed() -> dict[str, int]:
    """Look at the series that changed; after five seconds let others have a turn."""
    started = time.monotonic()
    total = detection.Counts(more=True)
    while total.more and time.monotonic() - started < SLICE:
        total.add(detection.detect(at=clock.now(), limit=BATCH))
    if total.more:
        hurry(detect_changed)
    return _figures(total)


@shared_task
def detect_due() -> dict[str, int]:
    """Look at what time alone has changed: values that fell due, and milestones."""
    counts = detection.detect_due(at=clock.now(), limit=BATCH * 5)
    if counts.more:
        hurry(detect_due)
    return _figures(counts)


def _figures(counts: detection.Counts) -> dict[str, int]:
    return {
        "series": counts.series,
        "signals": counts.signals,
        "opened": counts.opened,
        "extended": counts.extended,
        "closed": counts.closed,
    }
