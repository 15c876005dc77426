"""External validation: who convenes and seats, who scores and reports."""

from __future__ import annotations

import datetime
from typing import Any

from labs.models import Programme
from people.selectors import people
from reviews.models import Panel
from reviews.selectors import panels


def may_read(user: Any, panel: Panel, *, on: datetime.date) -> bool:
    """Readers of the programme, and those who sit in the panel."""
    return panels.readable(user, on).filter(pk=panel.pk).exists()


def may_convene(user: Any, programme: Programme | None = None, *, on: datetime.date) -> bool:
    """The delivery unit, while the programme runs."""
    return people.is_delivery_unit(user) and (programme is None or not programme.is_closed)


def may_seat(user: Any, panel: Panel, *, on: datetime.date) -> bool:
    """The delivery unit, until the panel has reported."""
    return people.is_delivery_unit(user) and panel.state == Panel.State.OPEN


def may_score(user: Any, panel: Panel, *, on: datetime.date) -> bool:
    """Who has a seat, until the panel has reported; that they are outsiders the service asks."""
    return panel.state == Panel.State.OPEN and panels.seat_of(user, panel) is not None
