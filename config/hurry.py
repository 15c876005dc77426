"""Ask for a task soon. Never needed for correctness: beat runs the same sweep anyway."""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# After a failure this process leaves the broker alone for so many seconds, so that a
# broker that swallows connections costs one request its timeout, not every request.
PAUSE = 10.0
_silent_until = 0.0


def hurry(task: Task, **kwargs: Any) -> None:
    """Send ``task`` once the transaction has committed; a broker that is down is only logged."""
    transaction.on_commit(lambda: send(task, kwargs), robust=True)


def send(task: Task, kwargs: dict[str, Any]) -> bool:
    """Send ``task`` now, in one attempt of about two seconds at most; whether it was sent."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        task.apply_async(kwargs=kwargs, retry=False)
    except (OperationalError, OSError) as error:
        _silent_until = time.monotonic() + PAUSE
        log.warning("hurry_failed", task=task.name, error=type(error).__name__)
        return False
    return True
