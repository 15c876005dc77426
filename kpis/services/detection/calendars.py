"""Working days of programmes, counted for many days at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import numpy as np

from kpis.rules.portfolio import Ints
from kpis.selectors import facts
from kpis.services.statements import day_number, day_of
from labs.models import Programme


class Calendars:
    """The days off of the programmes of a slice, each looked up once."""

    def __init__(self, programmes: Mapping[int, Programme], first: date, at: datetime) -> None:
        self._programmes = programmes
        self._years = (min(first.year, at.year), at.year + 2)
        self._found: dict[str, frozenset[date]] = {}

    def days_off(self, programme: int) -> frozenset[date]:
        """Public holidays and local days off of a programme."""
        country = self._programmes[programme].country
        if country not in self._found:
            self._found[country] = facts.days_off(country, *self._years)
        return self._found[country]

    def after(self, days: Ints, count: int, programme: int) -> Ints:
        """So many working days after each day, as people.rules.workdays counts them."""
        off = np.array([day_number(day) for day in self.days_off(programme)], "datetime64[D]")
        calendar = np.busdaycalendar(holidays=off)
        start = days.astype("datetime64[D]")
        if count > 0:
            moved = np.busday_offset(start, count, roll="backward", busdaycal=calendar)
        else:
            moved = np.busday_offset(start, 0, roll="forward", busdaycal=calendar)
        return moved.astype(np.int64)


def earliest(days: Iterable[int], at: datetime) -> date:
    """The first of some days, or today's year where there is none."""
    return day_of(min(days, default=day_number(at.date())))
