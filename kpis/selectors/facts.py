"""Stored rows as the rules take them: one place for detection and pages, so that both agree."""

from __future__ import annotations

from datetime import date

from kpis.models import Target
from kpis.models.kpis import Direction
from kpis.rules import targets as rules
from people.selectors import calendars

WORDS: dict[str, rules.Direction] = {
    Direction.INCREASE: "increase",
    Direction.DECREASE: "decrease",
    Direction.RANGE: "hold",
}


def direction_of(stored: str) -> rules.Direction:
    """The rules' word for a direction; a KPI without one is not judged."""
    return WORDS.get(stored, "context")


def target_of(direction: str, stored: Target) -> rules.Target | None:
    """A stored target as the rules take it; None when it does not fit the direction."""
    if direction == "hold":
        if stored.high is None:
            return None
        return rules.Target(low=stored.value, high=stored.high, baseline=stored.baseline)
    return rules.Target(value=stored.value, baseline=stored.baseline)


def days_off(country: str, first_year: int, last_year: int) -> frozenset[date]:
    """The calendar of a country; one nobody keeps has weekends only, and stops no sweep."""
    try:
        return calendars.holidays(country, first_year, last_year)
    except ValueError:
        return frozenset()
