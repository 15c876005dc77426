"""What a series comes to: the year so far, earlier years, and where the year will end. No queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kpis.models import Series
from kpis.models.kpis import Frequency, Kind
from kpis.rules import forecast
from kpis.rules.aggregate import YearValue, year_of, year_value
from kpis.rules.forecast import Forecast, NoForecast
from kpis.rules.periods import Period
from kpis.rules.values import Observation, as_float
from kpis.selectors.pages import facts
from kpis.selectors.pages.courses import Calendar, calendar_of
from kpis.selectors.pages.history import History

YEARS = 10
WITHOUT_FORECAST = {Kind.MILESTONE, Kind.RANK}
NOT_BELOW_ZERO = {Kind.COUNT, Kind.PERCENTAGE, Kind.RATIO}


@dataclass(frozen=True)
class Measuring:
    """The year of the newest value (None for a yearly KPI), the years before it, the forecast."""

    year: YearValue | None = None
    years: list[YearValue] = field(default_factory=list)
    forecast: Forecast | None = None
    no_forecast: NoForecast | None = None
    rests_on_provisional: int = 0


def of(series: Series, found: History, today: date, *, in_use: bool = True) -> Measuring:
    """From the history of a series loaded with its KPI. ``in_use``: its definition is the newest."""
    values = {
        row.period: facts.observation(row.reading, series.definition.scale)
        for row in found.rows
        if row.reading is not None
    }
    calendar = calendar_of(series)
    years = _years(series, values, calendar, today)
    said = _forecast(series, values, calendar, today) if in_use else None
    return Measuring(
        year=years[0] if years else None,
        years=years[1:YEARS],
        forecast=said if isinstance(said, Forecast) else None,
        no_forecast=said if isinstance(said, NoForecast) else None,
        rests_on_provisional=sum(
            row.reading is not None and row.reading.state == "provisional" for row in found.rows
        ),
    )


def _years(
    series: Series, values: Mapping[Period, Observation], calendar: Calendar, today: date
) -> list[YearValue]:
    """The value of each year with values, newest first; none where every value is a year's."""
    how = series.definition.over_periods
    if not how or series.definition.frequency == Frequency.YEARLY:
        return []
    years = {year_of(period, calendar.frequency, calendar.fiscal_start) for period in values}
    return [
        year_value(
            how,
            values,
            year=year,
            frequency=calendar.frequency,
            fiscal_start=calendar.fiscal_start,
            until=today,
        )
        for year in sorted(years, reverse=True)[:YEARS]
    ]


def _forecast(
    series: Series, values: Mapping[Period, Observation], calendar: Calendar, today: date
) -> Forecast | NoForecast | None:
    """The forecast, or why there is none; None where none is made: ended, or not a quantity."""
    definition = series.definition
    kpi = definition.kpi
    if kpi.retired_on is not None or kpi.area.programme.is_closed or not values:
        return None
    if definition.kind in WITHOUT_FORECAST:
        return None
    floor, ceiling = _ends(definition.kind, definition.scale, values)
    return forecast.year_end(
        values,
        how=definition.over_periods,
        frequency=calendar.frequency,
        fiscal_start=calendar.fiscal_start,
        today=today,
        floor=floor,
        ceiling=ceiling,
    )


def _ends(
    kind: str, scale: int, values: Mapping[Period, Observation]
) -> tuple[float | None, float | None]:
    """Where values of the kind end, as long as none ever lay beyond."""
    numbers = [x for x in map(as_float, values.values()) if x is not None]
    floor = 0.0 if kind in NOT_BELOW_ZERO and min(numbers, default=0) >= 0 else None
    is_share = kind == Kind.PERCENTAGE or (kind == Kind.RATIO and scale == 100)
    ceiling = 100.0 if is_share and max(numbers, default=101) <= 100 else None
    return floor, ceiling
