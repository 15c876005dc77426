"""Celery's way into the ledger: thin, safe to run twice."""

from __future__ import annotations

import time

from celery import shared_task

from config import clock
from config.hurry import hurry
from ledger.services import seals

SLICE = 5  # seconds


@shared_task
def seal() -> int:
    """Seal what is not sealed yet; after five seconds let others have a turn."""
    started, made = time.monotonic(), 0
    while seals.seal(at=clock.now()) is not None:
        made += 1
        if time.monotonic() - started > SLICE:
            hurry(seal)
            break
    return made
