"""Real time, for what must not follow a demonstration's date: when a line was
written, leases, tokens. Business time is passed in as ``at`` and never read here.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from django.utils import timezone

Provider = Callable[[], datetime.datetime]

_given: ContextVar[Provider | None] = ContextVar("given", default=None)


def now() -> datetime.datetime:
    """The real time, aware, in UTC; in a simulation the time it has come to."""
    given = _given.get()
    return timezone.now() if given is None else given()


@contextlib.contextmanager
def at(provider: Provider) -> Iterator[None]:
    """Within it, in this context alone, ``provider`` says what time it is.

    For the simulator and tests; a test keeps it out of everything that serves people.
    """
    token = _given.set(provider)
    try:
        yield
    finally:
        _given.reset(token)
