"""Values that the posts of a person owe: due soon, or past their day.

One line per KPI and period, however many parts the KPI is broken down into. A
fixed number of queries, plus one for each country whose calendar counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Q

from kpis.models import Kpi, LiveReading, Series
from kpis.rules.periods import Period
from kpis.rules.schedule import Owed, Schedule, owed
from kpis.selectors import kpis as kpi_selectors
from people.selectors import calendars

WINDOW = datetime.timedelta(days=800)  # what is older than two years is no longer chased here


@dataclass(frozen=True)
class DueValue:
    """A period of a KPI that has ended and lacks values, with the last day in time."""

    kpi: Kpi
    period: Period
    due_on: datetime.date
    is_missing: bool
    series: int
    cell: str

    @property
    def period_start(self) -> datetime.date:
        return self.period.start

    @property
    def period_end(self) -> datetime.date:
        return self.period.end


def due_values(post_ids: Iterable[int], on: datetime.date) -> list[DueValue]:
    """What these posts owe on the day, longest due first."""
    rows = list(_series(post_ids))
    reported = _reported(rows, on)
    holidays = cache(lambda country: _holidays(country, on))
    groups: dict[tuple[int, Period], list[tuple[Series, Owed]]] = {}
    for series in rows:
        schedule = _schedule(series, holidays, on)
        for item in owed(schedule, reported.get(series.pk, set()), on):
            groups.setdefault((series.definition.kpi_id, item.period), []).append((series, item))
    found = [_line(group) for group in groups.values()]
    return sorted(found, key=lambda line: (line.due_on, line.kpi.name))


def _series(post_ids: Iterable[int]) -> Any:
    """The series of the newest definitions of the KPIs these posts own."""
    asked = Q(definition__effective_from__isnull=False)
    asked |= Q(definition__reporting_from__isnull=False)
    return Series.objects.filter(
        asked,
        definition__in=kpi_selectors.newest_definitions(),
        definition__kpi__owner__in=list(post_ids),
        definition__kpi__retired_on=None,
        definition__kpi__area__programme__closed_at=None,
    ).select_related("cell", "definition__kpi__area__programme")


def _reported(rows: list[Series], on: datetime.date) -> dict[int, set[Period]]:
    """The periods of each series that have a live value."""
    live = LiveReading.objects.filter(
        series__in=[row.pk for row in rows], is_current=True, period_end__gte=on - WINDOW
    ).values_list("series_id", "period_start", "period_end")
    found: dict[int, set[Period]] = {}
    for series, start, end in live:
        found.setdefault(series, set()).add(Period(start, end))
    return found


def _schedule(series: Series, holidays: Any, on: datetime.date) -> Schedule:
    definition = series.definition
    programme = definition.kpi.area.programme
    start = on - WINDOW
    begun = definition.reporting_from or definition.effective_from
    return Schedule(
        frequency=definition.frequency,
        fiscal_start=programme.fiscal_year_start,
        effect_from=definition.effective_from,
        reporting_from=max(begun, start) if begun else None,
        programme_until=programme.ends_on,
        lag_working_days=definition.reporting_days,
        holidays=holidays(programme.country),
    )


def _holidays(country: str, on: datetime.date) -> frozenset[datetime.date]:
    try:
        return calendars.holidays(country, on.year - 3, on.year + 1)
    except ValueError:  # nobody keeps a calendar of that country: weekends only
        return frozenset()


def _line(group: list[tuple[Series, Owed]]) -> DueValue:
    series, item = group[0]
    return DueValue(
        kpi=series.definition.kpi,
        period=item.period,
        due_on=item.due,
        is_missing=item.status == "missing",
        series=len(group),
        cell="" if len(group) > 1 or series.cell.is_total else str(series.cell),
    )
