"""Events for tests of the ledger."""

from __future__ import annotations

import datetime

from django.db import transaction

from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.services import events

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)


def event(n: int = 1, **fields: object) -> Event:
    """One event; ``n`` tells it from others."""
    given: dict = {
        "verb": "reading.recorded",
        "subject": ("kpis.reading", str(n)),
        "by": Actor(user_id=1, label="Director, Planning, M1", post_id=2),
        "at": AT,
        "data": {"value": f"{n}.5"},
    }
    with transaction.atomic():
        return events.record(**given | fields)


def some(count: int, **fields: object) -> list[Event]:
    return [event(n + 1, **fields) for n in range(count)]
