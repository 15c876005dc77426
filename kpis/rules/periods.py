"""Periods: complete ones by frequency and fiscal year, and whatever else was reported.

Public names::

    FREQUENCIES = ("weekly", "monthly", "quarterly", "half_yearly", "yearly")
    PeriodRefused(Refused)
    Period(start: date, end: date)             both days included; ordered; .days
    containing(day, frequency, fiscal_start=1) -> Period       the complete period around a day
    is_complete(period, frequency, fiscal_start=1) -> bool
    next_period(period, frequency, fiscal_start=1) -> Period   the complete one after period.end
    previous_period(period, frequency, fiscal_start=1) -> Period   … before period.start
    periods_between(first, until, frequency, fiscal_start=1) -> list[Period]
    parse_period(text, frequency, fiscal_start=1) -> Period
    parse_date(text, *, field="period") -> date
    label(period, fiscal_start=1) -> str       parse_period(label(p)) == p
    due_on(period, lag_working_days, holidays=frozenset(), weekend=SATURDAY_SUNDAY) -> date

Weeks are those of ISO 8601 (Monday to Sunday, week 1 holds the first Thursday).
A fiscal year is named by the calendar year it starts in: with a start in April,
"2019" and "2019/20" are both April 2019 to March 2020, and "2019-Q1" is April to
June 2019. ``fiscal_start`` is a month, 1 to 12; weeks and months ignore it.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ledger.rules.errors import Refused
from people.rules.workdays import SATURDAY_SUNDAY, add_working_days

Frequency = Literal["weekly", "monthly", "quarterly", "half_yearly", "yearly"]

FREQUENCIES: tuple[Frequency, ...] = ("weekly", "monthly", "quarterly", "half_yearly", "yearly")
FIRST_YEAR, LAST_YEAR = 1900, 2199
_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
_LETTER = {"quarterly": "Q", "half_yearly": "H"}
_ONE_DAY = timedelta(days=1)
_FORMS = "2019, 2019-03, 2019-Q1, 2019-H1, 2019-W07 or 2019-03-01/2019-03-31"


class PeriodRefused(Refused):
    """A period or date that cannot be taken; the message says how to write it."""

    code = "period"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From ``start`` to ``end``, both days included.

    Raises PeriodRefused when the end comes first or a year is not from 1900 to 2199.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise _refused(
                f"The period ends on {self.end}, before it starts on {self.start}."
                " Swap the two dates or mend one of them."
            )
        for day in (self.start, self.end):
            _check_year(day.year)

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days + 1

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"


def _refused(message: str, field: str = "period") -> PeriodRefused:
    return PeriodRefused(message, fields={field: message})


def _check_year(year: int, field: str = "period") -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _refused(f"The year {year} is not from {FIRST_YEAR} to {LAST_YEAR}.", field)


def _first_of_month(year: int, month: int) -> date:
    """The first day of a month counted on past December or back past January."""
    over, index = divmod(month - 1, 12)
    _check_year(year + over)
    return date(year + over, index + 1, 1)


def _span(year: int, month: int, months: int) -> Period:
    """``months`` whole months from the given one on."""
    last = _first_of_month(year, month + months - 1)
    end = (
        date(last.year, 12, 31)
        if last.month == 12
        else last.replace(month=last.month + 1) - _ONE_DAY
    )
    return Period(_first_of_month(year, month), end)


def containing(day: date, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """The complete period of this frequency that holds ``day``."""
    if frequency == "weekly":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    months = _MONTHS[frequency]
    into = (day.month - fiscal_start) % months
    return _span(day.year, day.month - into, months)


def is_complete(period: Period, frequency: Frequency, fiscal_start: int = 1) -> bool:
    """Whether the period is exactly one week, month, quarter, half or year: only such enter rules."""
    return containing(period.start, frequency, fiscal_start) == period


def next_period(period: Period, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """The complete period that holds the day after ``period`` ends."""
    return containing(period.end + _ONE_DAY, frequency, fiscal_start)


def previous_period(period: Period, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """The complete period that holds the day before ``period`` starts."""
    return containing(period.start - _ONE_DAY, frequency, fiscal_start)


def periods_between(
    first: date, until: date, frequency: Frequency, fiscal_start: int = 1
) -> list[Period]:
    """The complete periods that start on ``first`` or later and end on ``until`` or earlier."""
    period = containing(first, frequency, fiscal_start)
    if period.start < first:
        period = next_period(period, frequency, fiscal_start)
    found = []
    while period.end <= until:
        found.append(period)
        period = next_period(period, frequency, fiscal_start)
    return found


def due_on(
    period: Period,
    lag_working_days: int,
    holidays: Set[date] = frozenset(),
    weekend: Set[int] = SATURDAY_SUNDAY,
) -> date:
    """The last day on which the period's value is in time: so many working days after its end."""
    return add_working_days(period.end, lag_working_days, holidays, weekend)


def parse_date(text: str, *, field: str = "period") -> date:
    """A date as YYYY-MM-DD. Raises PeriodRefused."""
    stripped = text.strip()
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stripped):
        raise _refused("Write dates as year-month-day: 2019-03-31.", field)
    try:
        day = date.fromisoformat(stripped)
    except ValueError:
        raise _refused(
            f"{stripped} is not a day of the calendar. Check day and month.", field
        ) from None
    _check_year(day.year, field)
    return day


def parse_period(text: str, frequency: Frequency, fiscal_start: int = 1) -> Period:
    """Read a period as files and forms write it.

    A single date must be the first day of a period of ``frequency`` and stands
    for it. Other forms are taken as they are, whatever the frequency: part-years
    are loaded and simply do not enter rules. Raises PeriodRefused.
    """
    stripped = text.strip()
    if match := re.fullmatch(
        r"([0-9]{4}-[0-9]{2}-[0-9]{2})\s*/\s*([0-9]{4}-[0-9]{2}-[0-9]{2})", stripped
    ):
        return Period(parse_date(match[1]), parse_date(match[2]))
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", stripped):
        return _starting_on(parse_date(stripped), frequency, fiscal_start)
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})", stripped):
        return _nth(int(match[1]), int(match[2]), "monthly", 1)
    if match := re.fullmatch(r"([0-9]{4})-?W([0-9]{2})", stripped, re.IGNORECASE):
        return _week(int(match[1]), int(match[2]))
    if match := re.fullmatch(
        r"([0-9]{4})(?:/([0-9]{2}))?(?:[- ]?([QH])([0-9]))?", stripped, re.IGNORECASE
    ):
        year, following, letter, n = match.groups()
        _check_following(int(year), following, fiscal_start)
        kind: Frequency = "yearly"
        if letter:
            kind = "quarterly" if letter.upper() == "Q" else "half_yearly"
        return _nth(int(year), int(n or 1), kind, fiscal_start)
    raise _refused(f"Write the period as {_FORMS}.")


def _starting_on(day: date, frequency: Frequency, fiscal_start: int) -> Period:
    period = containing(day, frequency, fiscal_start)
    if period.start != day:
        raise _refused(
            f"{day} is not the first day of a {frequency.replace('_', '-')} period ({period.start} is)."
            " Write that day, or both dates with a slash between them."
        )
    return period


def _nth(year: int, n: int, frequency: Frequency, fiscal_start: int) -> Period:
    """The n-th period of this frequency in a (fiscal) year."""
    months = _MONTHS[frequency]
    if not 1 <= n <= 12 // months:
        raise _refused(
            f"There are {12 // months} {frequency.replace('_', '-')} periods in a year, not {n}."
        )
    _check_year(year)
    return _span(year, fiscal_start + (n - 1) * months, months)


def _week(year: int, week: int) -> Period:
    _check_year(year)
    try:
        return containing(date.fromisocalendar(year, week, 1), "weekly")
    except ValueError:
        raise _refused(f"The year {year} has no week {week}.") from None


def _check_following(year: int, following: str | None, fiscal_start: int) -> None:
    """ "2019/20" makes sense only for a fiscal year that runs into the next one."""
    if following is None:
        return
    if fiscal_start == 1 or int(following) != (year + 1) % 100:
        raise _refused(f"Write the period as {_FORMS}.")


def label(period: Period, fiscal_start: int = 1) -> str:
    """The shortest name that reads back as the same period."""
    for frequency in reversed(FREQUENCIES):
        if is_complete(period, frequency, fiscal_start):
            return _name(period, frequency, fiscal_start)
    return str(period)


def _name(period: Period, frequency: str, fiscal_start: int) -> str:
    start = period.start
    if frequency == "monthly":
        return f"{start:%Y-%m}"
    if frequency == "weekly":
        iso = start.isocalendar()
        return f"{iso.year}-W{iso.week:02d}"
    year = start.year - (start.month < fiscal_start)
    name = f"{year}" if fiscal_start == 1 else f"{year}/{(year + 1) % 100:02d}"
    if frequency == "yearly":
        return name
    n = (start.month - fiscal_start) % 12 // _MONTHS[frequency] + 1
    return f"{name}-{_LETTER[frequency]}{n}"
