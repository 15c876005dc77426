"""Each scheduled sweep in its turn, however far the worker is behind.

The schedule asks for the same sweeps again and again, whether or not a worker keeps up. A run
that was asked for before the last one began has nothing to add: it is passed over, at no
cost. So whatever waits is run in the order it was asked for, each sweep once in a round; none
at the end of the line waits for ever, and nothing piles up over a night without a worker.
Letting requests expire would not do: with rounds longer than that, it is always those in
front that run and those behind that expire.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from celery import Task

log = structlog.get_logger(__name__)

# What the scheduler writes on a request: when it asked, in seconds of the clock on the wall.
ASKED_AT = "asked_at"
NOTED_EVERY = 5.0


def write_on(headers: dict[str, Any], **_more: Any) -> None:
    """Note on a request that leaves the scheduler when it was made (before_task_publish)."""
    headers[ASKED_AT] = time.time()


class Turns:
    """When each task last began in this process, and when it was last noted that one ran."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.began: dict[str, float] = {}
        self.noted = 0.0

    def begin(self, task: str, asked_at: float | None) -> bool:
        """Whether this run is to go on; False when a later one has done what it was to do."""
        now = self.now()
        last = self.began.get(task, 0.0)
        if asked_at is not None and asked_at < last <= now:
            return False
        self.began[task] = now
        return True

    def to_be_noted(self) -> bool:
        """Whether a few seconds have passed since it was last noted that a task ran."""
        if 0 <= self.now() - self.noted < NOTED_EVERY:
            return False
        self.noted = self.now()
        return True


turns = Turns()


class Sweep(Task):
    """A task of the schedule. Any of them that runs shows that the worker works."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        request = self.request
        if request.called_directly:
            return super().__call__(*args, **kwargs)
        if turns.begin(self.name, getattr(request, ASKED_AT, None)):
            if turns.to_be_noted():
                note()
            return self.run(*args, **kwargs)
        return None


def note() -> None:
    """Note that scheduled work gets done; a database that is away is no reason to stop."""
    from django.db import DatabaseError

    from config import health

    try:
        health.beat()
    except DatabaseError as error:
        log.warning("heartbeat_not_noted", error=type(error).__name__)
