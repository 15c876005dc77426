"""Which periods many series owe values for, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

from kpis.models import LiveReading, Series
from kpis.rules.periods import Period
from kpis.rules.schedule import Owed, Schedule, of_part, owed
from kpis.selectors import facts
from kpis.selectors.pages.facts import today_of
from labs.models import Programme

WINDOW = timedelta(days=800)  # as on the desk: older than two years is no longer chased


def owed_by_series(series: Sequence[Series], at: datetime) -> dict[int, list[Owed]]:
    """What each series owes, oldest first. Each comes with its KPI, area and programme."""
    reported = _reported(series, at.date() - WINDOW)
    holidays = cache(lambda country, first, last: facts.days_off(country, first, last))
    found: dict[int, list[Owed]] = {}
    for one in series:
        today = today_of(programme_of(one), at)
        schedule = replace(
            _schedule(one, today),
            holidays=holidays(programme_of(one).country, today.year - 3, today.year + 1),
        )
        found[one.pk] = owed(schedule, reported.get(one.pk, set()), today)
    return found


def programme_of(series: Series) -> Programme:
    programme: Programme = series.definition.kpi.area.programme
    return programme


def _reported(series: Sequence[Series], since: date) -> dict[int, set[Period]]:
    live = LiveReading.objects.filter(
        series__in=[one.pk for one in series], is_current=True, period_end__gte=since
    ).values_list("series_id", "period_start", "period_end")
    found: dict[int, set[Period]] = {}
    for pk, start, end in live:
        found.setdefault(pk, set()).add(Period(start, end))
    return found


def _schedule(series: Series, today: date) -> Schedule:
    """As the desk sees it: from the effect date on, within the window, without holidays yet."""
    definition = series.definition
    programme = programme_of(series)
    if programme.is_closed:
        return Schedule(definition.frequency)  # type: ignore[arg-type]
    begun = definition.reporting_from or definition.effective_from
    schedule = Schedule(
        frequency=definition.frequency,  # type: ignore[arg-type]
        fiscal_start=programme.fiscal_year_start,
        effect_from=definition.effective_from,
        reporting_from=max(begun, today - WINDOW) if begun else None,
        programme_until=programme.ends_on,
        closed_on=definition.kpi.retired_on,
        lag_working_days=definition.reporting_days,
    )
    return of_part(schedule, series.cell.starts_on, series.cell.ends_on)
