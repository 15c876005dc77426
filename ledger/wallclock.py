"""Real time, for what must not follow a demonstration's date: when a line was
written, leases, tokens. Business time is passed in as ``at`` and never read here.
"""

from __future__ import annotations

import datetime

from django.utils import timezone


def now() -> datetime.datetime:
    """The real time, aware, in UTC."""
    return timezone.now()
