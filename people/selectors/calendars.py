"""Public holidays of a country, with the local overrides kept in the database."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays as public_holidays

from people.models import LocalHoliday
from people.rules import workdays


def holidays(country: str, first_year: int, last_year: int) -> frozenset[datetime.date]:
    """Days off in ``country`` ("MY", or "MY-14" for a part of it) over these years.

    None for "". Raises ValueError for a country nobody keeps a calendar of.
    """
    if not country:
        return frozenset()
    days = set(_published(country, first_year, last_year))
    overrides = LocalHoliday.objects.filter(
        country=country, day__year__gte=first_year, day__year__lte=last_year
    )
    for day, working in overrides.values_list("day", "working"):
        if working:
            days.discard(day)
        else:
            days.add(day)
    return frozenset(days)


def deadline(start: datetime.date, working_days: int, country: str) -> datetime.date:
    """The day ``working_days`` working days after ``start`` in ``country``."""
    years = 1 + working_days // 200
    days_off = holidays(country, start.year, start.year + years)
    return workdays.add_working_days(start, working_days, days_off)


def is_known(country: str) -> bool:
    """Whether there is a calendar for ``country``; "" means weekends only."""
    if not country:
        return True
    try:
        _published(country, 2019, 2019)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=256)
def _published(country: str, first_year: int, last_year: int) -> frozenset[datetime.date]:
    code, _, part = country.partition("-")
    try:
        found = public_holidays.country_holidays(
            code, subdiv=part or None, years=range(first_year, last_year + 1)
        )
    except NotImplementedError as error:
        raise ValueError(f"no calendar of public holidays for {country}") from error
    return frozenset(found)
