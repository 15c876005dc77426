"""Windows of opportunity: how long they stay open, and when to say that they close.

Public names::

    state(opens_on, closes_on, on) -> "ahead" | "open" | "closed"
    days_left(closes_on, on) -> int          negative when it has closed
    alert_on(closes_on, alert_days) -> date
    problems(opens_on, closes_on, pays_off_on) -> dict[field, code]
"""

from __future__ import annotations

from datetime import date, timedelta


def state(opens_on: date, closes_on: date, on: date) -> str:
    """The window is open on its first and on its last day."""
    if on < opens_on:
        return "ahead"
    return "open" if on <= closes_on else "closed"


def days_left(closes_on: date, on: date) -> int:
    """Days until the last day; 0 on it."""
    return (closes_on - on).days


def alert_on(closes_on: date, alert_days: int) -> date:
    """The first day on which those concerned are told."""
    return closes_on - timedelta(days=alert_days)


def problems(opens_on: date, closes_on: date, pays_off_on: date | None) -> dict[str, str]:
    """Dates out of order, by field."""
    found = {}
    if closes_on < opens_on:
        found["closes_on"] = "before_open"
    if pays_off_on is not None and pays_off_on < opens_on:
        found["pays_off_on"] = "before_open"
    return found
