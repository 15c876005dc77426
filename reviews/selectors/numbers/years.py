"""Which fiscal years of a programme have numbers, in its own time zone and calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min, Q

from labs.models import Programme
from people.models import LocalHoliday
from people.rules import workdays
from people.selectors import calendars
from reviews.models import Dispute, LessonAsk, Review
from reviews.rules import numbers as rules

OF_REVIEW = ("kpi__area__programme", "plan__lab__area__programme")
OF_DISPUTE = ("area__programme",)


def today(programme: Programme, at: datetime) -> date:
    """The day it is where the programme is."""
    return at.astimezone(ZoneInfo(programme.time_zone)).date()


def current(programme: Programme, at: datetime) -> int:
    """The fiscal year of the programme that holds ``at``."""
    return rules.year_of(today(programme, at), programme.fiscal_year_start)


def chosen_year(text: str, programme: Programme, at: datetime) -> int:
    """The year that ``text`` names, or the current one for anything else."""
    if text.isascii() and text.isdecimal() and len(text) == 4:
        year = int(text)
        if rules.FIRST_YEAR <= year <= rules.LAST_YEAR:
            return year
    return current(programme, at)


def years(programme: Programme, at: datetime) -> list[int]:
    """From the year of the first dispute, review or lesson asked for until now, newest first."""
    of_review = Q(kpi__area__programme=programme) | Q(plan__lab__area__programme=programme)
    first = [
        Dispute.objects.filter(area__programme=programme).aggregate(first=Min("at"))["first"],
        Review.objects.filter(of_review).aggregate(first=Min("opened_at"))["first"],
        LessonAsk.objects.filter(programme=programme).aggregate(first=Min("asked_at"))["first"],
    ]
    now = current(programme, at)
    found = [
        rules.year_of(today(programme, each), programme.fiscal_year_start)
        for each in first
        if each is not None
    ]
    return list(range(now, min([*found, now]) - 1, -1))


@dataclass(frozen=True)
class Bounds:
    """The years of some programmes: rows of each fall into its own."""

    years: dict[int, rules.Year]
    zones: dict[int, ZoneInfo]

    def within(self, column: str, paths: Iterable[str], *, dates: bool = False) -> Q:
        """Rows whose ``column`` falls into the year of their programme, by any of ``paths``."""
        found = Q()
        for pk, year in self.years.items():
            first: Any = year.first
            after: Any = year.last + timedelta(days=1)
            if not dates:
                first, after = (self._midnight(pk, day) for day in (first, after))
            span = Q(**{f"{column}__gte": first, f"{column}__lt": after})
            for path in paths:
                found |= Q(**{path: pk}) & span
        return found if self.years else Q(pk__in=[])

    def _midnight(self, programme: int, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zones[programme])

    def holds(self, programme: int, moment: datetime) -> bool:
        """Whether a moment falls into the year of this programme."""
        day = moment.astimezone(self.zones[programme]).date()
        return self.years[programme].first <= day <= self.years[programme].last


def bounds(programmes: Iterable[Programme], year: int | None, at: datetime) -> Bounds:
    """``year`` of each programme by its own calendar; None: the one that holds ``at``."""
    found = list(programmes)
    return Bounds(
        years={
            each.pk: rules.fiscal_year(
                current(each, at) if year is None else year, each.fiscal_year_start
            )
            for each in found
        },
        zones={each.pk: ZoneInfo(each.time_zone) for each in found},
    )


Measure = Callable[[int, datetime, datetime, str], rules.Span]


def measure(programmes: Iterable[Programme]) -> Measure:
    """How long something took in a programme, by its time zone. One query.

    ``measure(…)(programme_id, start, end, country)``; never negative. Working days are those
    of the calendar by which the deadlines were counted that people had meanwhile.
    """
    zones = {each.pk: ZoneInfo(each.time_zone) for each in programmes}
    local: dict[str, dict[date, bool]] = defaultdict(dict)
    for country, day, working in LocalHoliday.objects.values_list("country", "day", "working"):
        local[country][day] = working

    def took(programme: int, start: datetime, end: datetime, country: str) -> rules.Span:
        first, last = (each.astimezone(zones[programme]).date() for each in (start, end))
        last = max(first, last)
        off = _days_off(country, local[country], first, last)
        return rules.Span(
            days=(last - first).days,
            working_days=workdays.working_days_between(first, last, off),
        )

    return took


def _days_off(country: str, local: dict[date, bool], first: date, last: date) -> frozenset[date]:
    if not country or not calendars.is_known(country):
        return frozenset()
    published = {
        day
        for year in range(first.year, last.year + 1)
        for day in calendars.published_days(country, year)
    }
    off = {day for day, working in local.items() if not working}
    worked = {day for day, working in local.items() if working}
    return frozenset((published | off) - worked)
