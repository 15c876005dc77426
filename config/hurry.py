"""Ask for a task soon. Never needed for correctness: beat runs the same sweep anyway."""

from __future__ import annotations

from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def hurry(task: Task, **kwargs: Any) -> None:
    """Send ``task`` once the transaction has committed; a broker that is down is only logged."""
    transaction.on_commit(lambda: _send(task, kwargs), robust=True)


def _send(task: Task, kwargs: dict[str, Any]) -> None:
    try:
        task.apply_async(kwargs=kwargs, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("hurry_failed", task=task.name, error=type(error).__name__)
