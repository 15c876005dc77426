"""Numbers of a programme and year: medians, years, and from how many cases one may speak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

FEW = 3  # below this many cases no median is said
EXPECTED_AT_TOP = 2  # rulings at the top in a year; more warns
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year, named by the calendar year in which it begins; both days included."""

    year: int
    first: date
    last: date

    @property
    def label(self) -> str:
        """ "2026", or "2026/27" where it does not begin in January."""
        if self.first.month == 1:
            return str(self.year)
        return f"{self.year}/{(self.year + 1) % 100:02d}"


def year_of(day: date, starts_in: int) -> int:
    """The fiscal year that holds the day; ``starts_in`` is a month from 1 to 12."""
    return day.year if day.month >= starts_in else day.year - 1


def fiscal_year(year: int, starts_in: int) -> Year:
    """The fiscal year that begins in month ``starts_in`` of ``year``."""
    first = date(year, starts_in, 1)
    following = date(year + 1, starts_in, 1)
    return Year(year, first, date.fromordinal(following.toordinal() - 1))


def median(values: Iterable[int]) -> Fraction | None:
    """The middle value, or the mean of the two in the middle; None of nothing.

    Exact: halves are halves. Half of the values are not below it and half not above it.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[half])
    return Fraction(ordered[half - 1] + ordered[half], 2)


@dataclass(frozen=True, slots=True)
class Span:
    """How long one case took, in calendar and in working days."""

    days: int
    working_days: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How long some cases took. No median is given of fewer than three."""

    spans: tuple[Span, ...] = field(default=())

    @property
    def n(self) -> int:
        return len(self.spans)

    @property
    def is_few(self) -> bool:
        """Too few cases to speak of a median."""
        return self.n < FEW

    @property
    def days(self) -> Fraction | None:
        """Median calendar days."""
        return None if self.is_few else median(span.days for span in self.spans)

    @property
    def working_days(self) -> Fraction | None:
        """Median working days."""
        return None if self.is_few else median(span.working_days for span in self.spans)

    @property
    def each(self) -> list[int]:
        """Calendar days of each case, shortest first."""
        return sorted(span.days for span in self.spans)


def written(value: Fraction | None) -> str:
    """A median in digits: "4", "4.5"; empty for none."""
    if value is None:
        return ""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.1f}"


def many_at_top(rulings: int) -> bool:
    """More rulings at the top than one or two a year: parties do not settle lower down."""
    return rulings > EXPECTED_AT_TOP
