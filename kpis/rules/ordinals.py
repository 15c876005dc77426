"""Periods as whole numbers without gaps, so that neighbours in time differ by one.

Public names::

    of_days(start_days: int array, frequency, fiscal_start=1) -> int array
    of_period(period, frequency, fiscal_start=1) -> int
    period(ordinal, frequency, fiscal_start=1) -> Period

A week's ordinal counts the weeks since that of Monday 1969-12-29. That of a month,
quarter, half or year counts those since the year 0, quarters, halves and years from
the first month of the fiscal year. Days are counted from 1970-01-01.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kpis.rules.periods import FIRST_YEAR, LAST_YEAR, Frequency, Period, containing

MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_DAY = date(FIRST_YEAR, 1, 1).toordinal() - _EPOCH
_LAST_DAY = date(LAST_YEAR, 12, 31).toordinal() - _EPOCH
_MONDAY = -3  # 1969-12-29


def of_days(
    start_days: NDArray[np.integer], frequency: Frequency, fiscal_start: int = 1
) -> NDArray[np.int64]:
    """The ordinal of the period around each day. Raises ValueError outside 1900 to 2199."""
    days = np.asarray(start_days)
    if len(days) and not (days.min() >= _FIRST_DAY and days.max() <= _LAST_DAY):
        raise ValueError(f"a day lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    if frequency == "weekly":
        return (days.astype(np.int64) - _MONDAY) // 7
    found: NDArray[np.int64] = _by_day(frequency, fiscal_start)[days - _FIRST_DAY]
    return found


@lru_cache(maxsize=64)
def _by_day(frequency: str, fiscal_start: int) -> NDArray[np.int64]:
    """The ordinal at every day there can be: looking up costs less than reckoning the calendar."""
    days = np.arange(_FIRST_DAY, _LAST_DAY + 1).astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    table: NDArray[np.int64] = (months - _offset(frequency, fiscal_start)) // MONTHS[frequency]
    table.setflags(write=False)
    return table


def _offset(frequency: str, fiscal_start: int) -> int:
    """By how many months the fiscal year is later than the calendar's; months ignore it."""
    return 0 if frequency == "monthly" else fiscal_start - 1


def of_period(period: Period, frequency: Frequency, fiscal_start: int = 1) -> int:
    """The ordinal of the complete period that holds the first day of ``period``."""
    start = period.start
    if frequency == "weekly":
        return (start.toordinal() - _EPOCH - _MONDAY) // 7
    months = start.year * 12 + start.month - 1
    return (months - _offset(frequency, fiscal_start)) // MONTHS[frequency]


def period(ordinal: int, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """The complete period of an ordinal: of_period(period(n)) == n."""
    ordinal = int(ordinal)
    if frequency == "weekly":
        monday = date.fromordinal(_EPOCH + _MONDAY + 7 * ordinal)
        return Period(monday, monday + timedelta(days=6))
    months = ordinal * MONTHS[frequency] + _offset(frequency, fiscal_start)
    return containing(date(months // 12, months % 12 + 1, 1), frequency, fiscal_start)
