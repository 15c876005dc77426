"""Public holidays of a country, with the local overrides kept in the database."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import holidays as public_holidays

from ledger import once
from people.models import LocalHoliday
from people.rules import workdays


@once.once
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


@dataclass(frozen=True)
class Day:
    """One day of a country's calendar: published, local, or published and worked all the same."""

    day: datetime.date
    name: str
    local: LocalHoliday | None = None

    @property
    def is_off(self) -> bool:
        return self.local is None or not self.local.working


def of_year(country: str, year: int) -> list[Day]:
    """The holidays of a country in a year with their names, and what is different locally."""
    published = _named(country, year)
    local = {
        each.day: each for each in LocalHoliday.objects.filter(country=country, day__year=year)
    }
    return [
        Day(day, published.get(day) or local[day].name, local.get(day))
        for day in sorted({*published, *local})
    ]


def published_days(country: str, year: int) -> frozenset[datetime.date]:
    """The holidays of a country without what is different locally. Raises ValueError."""
    return _published(country, year, year)


def with_overrides() -> list[str]:
    """The countries that have local entries."""
    found: Iterable[str] = LocalHoliday.objects.order_by("country").values_list(
        "country", flat=True
    )
    return list(dict.fromkeys(found))


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
    return frozenset(_calendar(country, first_year, last_year))


def _named(country: str, year: int) -> dict[datetime.date, str]:
    """The published holidays of a year by name, in English where the calendar has it."""
    return dict(_calendar(country, year, year, "en_US"))


def _calendar(
    country: str, first_year: int, last_year: int, language: str | None = None
) -> public_holidays.HolidayBase:
    """The calendar of ``country``. Raises ValueError for one that nobody keeps."""
    code, _, part = country.partition("-")
    try:
        return public_holidays.country_holidays(
            code, subdiv=part or None, years=range(first_year, last_year + 1), language=language
        )
    except NotImplementedError as error:
        raise ValueError(f"no calendar of public holidays for {country}") from error
