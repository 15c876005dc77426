"""How often a forecast's interval holds, found by rolling origin.

Public names::

    held(values, *, how, frequency, fiscal_start=1) -> Coverage     one series
    Coverage(held, asked)        .share; two of them add up
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpis.rules.aggregate import LATEST, year_value
from kpis.rules.forecast import LEAST_POINTS, NoForecast, year_end
from kpis.rules.periods import Frequency, Period
from kpis.rules.values import Observation


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of so many forecasts asked for, so many held what came."""

    held: int = 0
    asked: int = 0

    @property
    def share(self) -> float:
        """In per cent."""
        return 100 * self.held / self.asked

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.held + other.held, self.asked + other.asked)


def held(
    values: Mapping[Period, Observation],
    *,
    how: str,
    frequency: Frequency,
    fiscal_start: int = 1,
) -> Coverage:
    """The interval made after each value from the sixth on, with what was known then, against
    the value that the year came to have. Years not reported to their end do not count.
    """
    periods, found = sorted(values), Coverage()
    for n in range(LEAST_POINTS, len(periods)):
        known = {p: values[p] for p in periods[:n]}
        made = year_end(known, how=how, frequency=frequency, fiscal_start=fiscal_start)
        if isinstance(made, NoForecast):
            continue
        came = year_value(
            how or LATEST,
            values,
            year=made.year,
            frequency=frequency,
            until=date.max,
            fiscal_start=fiscal_start,
        )
        extent = came.aggregate.extent
        if came.is_full and extent is not None and extent.low is not None:
            found += Coverage(int(made.low <= float(extent.low) <= made.high), 1)
    return found
