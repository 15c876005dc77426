"""The business clock. Only edges (views, tasks, commands) read it and pass the time on.

Real time plus the offset of this installation: a demonstration lives in its own
date, which moves with real time. Sessions and tokens use real time.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.apps import apps
from django.utils import timezone

_known: ContextVar[list[datetime.timedelta] | None] = ContextVar("known", default=None)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Within it, in this context alone, the offset is read once; the time goes on.

    For requests that only read: see people.middleware.reads_once.
    """
    token = _known.set([])
    try:
        yield
    finally:
        _known.reset(token)


def offset() -> datetime.timedelta:
    """How far business time is from real time; zero until the installation is set up."""
    known = _known.get()
    if known is None:
        return _read()
    if not known:
        known.append(_read())
    return known[0]


def _read() -> datetime.timedelta:
    installation = apps.get_model("people", "Installation")
    found: datetime.timedelta | None = installation._default_manager.values_list(
        "clock_offset", flat=True
    ).first()
    return found or datetime.timedelta()


def now() -> datetime.datetime:
    """The business time, aware, in UTC."""
    return timezone.now() + offset()


def today(tz: str | datetime.tzinfo = "UTC") -> datetime.date:
    """The business date in time zone ``tz`` (a name such as Asia/Kuala_Lumpur)."""
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    return now().astimezone(zone).date()
