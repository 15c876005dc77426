"""Several values as one: over the periods of a year, or over the parts of a breakdown.

Public names::

    LATEST, SUM, AVERAGE, RATIO_OF_SUMS, CUMULATIVE        ways; "" is: not added up
    Part(label, observation, weight=1)                     observation None: not reported
    Extent(low, high, about)                               exact; None is without end
        .of(observation) .observation() .is_exact
    Aggregate(how, extent, used, missing, why, numerator, denominator)
    aggregate(how, parts) -> Aggregate                     parts in order of time, or any
    over_parts(how, parts) -> Aggregate                    the parts of a breakdown
    combine(parts, *, mean) -> Aggregate                   by weights: mean, or sum
    year_of(period, frequency, fiscal_start) -> Period
    periods_of(year, frequency, fiscal_start) -> list[Period]
    year_value(how, values, *, year, frequency, fiscal_start, until) -> YearValue

What is missing is named and never counted as zero: the value is then that of what was
reported, and ``missing`` says what it lacks (for the latest: what came after it). Bounds and ranges are added end by end
(interval arithmetic): "< 5" and 10 make "< 15", "< 5" and "> 3" leave the sum open.
A ratio of sums adds numerators and denominators, never the ratios; a part without
them leaves it open. A cumulative value holds its year so far, so that the newest is
the year's; over parts these add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from kpis.rules.periods import Frequency, Period, containing, next_period
from kpis.rules.values import NumberRefused, Observation, to_text

LATEST, SUM, AVERAGE = "latest", "sum", "average"
RATIO_OF_SUMS, CUMULATIVE, NOT_ADDED = "ratio_of_sums", "cumulative", ""

Why = Literal["", "nothing", "not_added", "open", "no_ratio"]
_WEEK_TO_THURSDAY = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Extent:
    """The values that something may have: one number, a range, or without end on a side."""

    low: Fraction | None
    high: Fraction | None
    about: bool = False

    @classmethod
    def of(cls, observation: Observation) -> Extent:
        """What an observation leaves possible; a ratio exactly."""
        exact = observation.exact
        if exact is not None:
            return cls(exact, exact, observation.comparator == "≈")
        assert observation.value is not None
        value = Fraction(observation.value)
        if observation.comparator == "<":
            return cls(None, value)
        if observation.comparator == ">":
            return cls(value, None)
        assert observation.high is not None
        return cls(value, Fraction(observation.high))

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.low is not None and self.low == self.high

    def observation(self) -> Observation | None:
        """As people write it, rounded to what a column holds; None when both ends are open.

        Raises NumberRefused when a number has too many digits before the point.
        """
        low, high = (None if end is None else _decimal(end) for end in (self.low, self.high))
        if low is None:
            return None if high is None else Observation("<", high)
        if high is None:
            return Observation(">", low)
        if self.is_exact:
            return Observation("≈" if self.about else "=", low)
        return Observation("range", low, high)

    def times(self, factor: Fraction) -> Extent:
        """Every value times ``factor``; a negative one turns the ends round."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return Extent(high, low, self.about) if factor < 0 else Extent(low, high, self.about)

    def plus(self, other: Extent) -> Extent:
        """Every sum of a value of each."""
        ends = ((self.low, other.low), (self.high, other.high))
        low, high = (None if a is None or b is None else a + b for a, b in ends)
        return Extent(low, high, self.about or other.about)


def _decimal(end: Fraction) -> Decimal:
    number = Decimal(to_text(end))
    if number.adjusted() >= 15:
        raise NumberRefused("The sum has more than 15 digits before the point.")
    return number


@dataclass(frozen=True, slots=True)
class Part:
    """One of the values: its name, what was observed (None: nothing was), and its weight."""

    label: str
    observation: Observation | None
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The value of several, and what it was made of.

    ``extent`` None comes with ``why``: "nothing" was reported, the way is "not_added",
    bounds leave it "open", or a part has "no_ratio". ``numerator`` and ``denominator``
    are the sums of a ratio of sums.
    """

    how: str
    extent: Extent | None
    used: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    why: Why = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    weight: Fraction = Fraction(1)

    @property
    def observation(self) -> Observation | None:
        """The value as people write it."""
        if self.numerator is not None and self.denominator is not None and self.used:
            first = self.used[0].observation
            assert first is not None
            about = self.extent is not None and self.extent.about
            comparator: Literal["=", "≈"] = "≈" if about else "="
            return Observation.ratio(self.numerator, self.denominator, first.scale, comparator)
        return None if self.extent is None else self.extent.observation()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def aggregate(how: str, parts: Iterable[Part]) -> Aggregate:
    """The parts as one value. ``latest`` and ``cumulative`` take the last one reported."""
    given = tuple(parts)
    used = tuple(part for part in given if part.observation is not None)
    missing = tuple(part.label for part in given if part.observation is None)
    if how == NOT_ADDED:
        return Aggregate(how, None, used, missing, "not_added")
    if not used:
        return Aggregate(how, None, (), missing, "nothing")
    if how == RATIO_OF_SUMS:
        return _ratio_of_sums(used, missing)
    if how in (LATEST, CUMULATIVE):
        newest = used[-1]
        assert newest.observation is not None
        later = tuple(part.label for part in given[given.index(newest) + 1 :])
        return Aggregate(how, Extent.of(newest.observation), (newest,), later)
    return _weighed(how, used, missing, mean=how == AVERAGE)


def over_parts(how: str, parts: Iterable[Part]) -> Aggregate:
    """The parts of a breakdown as one value: what each holds of its year so far adds up."""
    return aggregate(SUM if how == CUMULATIVE else how, parts)


def combine(parts: Iterable[Part], *, mean: bool) -> Aggregate:
    """A composite: the weighted mean or sum of its components, which must all be there."""
    given = tuple(parts)
    how = AVERAGE if mean else SUM
    missing = tuple(part.label for part in given if part.observation is None)
    used = tuple(part for part in given if part.observation is not None)
    if missing or not used:
        return Aggregate(how, None, used, missing, "nothing")
    return _weighed(how, used, (), mean=mean)


def _weighed(how: str, used: Sequence[Part], missing: tuple[str, ...], *, mean: bool) -> Aggregate:
    total = Extent(Fraction(0), Fraction(0))
    for part in used:
        assert part.observation is not None
        total = total.plus(Extent.of(part.observation).times(part.weight))
    weight = sum((part.weight for part in used), Fraction(0)) if mean else Fraction(1)
    if (total.low is None and total.high is None) or not weight:
        return Aggregate(how, None, tuple(used), missing, "open")
    value = total.times(1 / weight)
    return Aggregate(how, value, tuple(used), missing, weight=weight)


def _ratio_of_sums(used: Sequence[Part], missing: tuple[str, ...]) -> Aggregate:
    numerator = denominator = Decimal(0)
    about = False
    for part in used:
        seen = part.observation
        if seen is None or seen.numerator is None or seen.denominator is None:
            return Aggregate(RATIO_OF_SUMS, None, tuple(used), missing, "no_ratio")
        numerator, denominator = numerator + seen.numerator, denominator + seen.denominator
        about = about or seen.comparator == "≈"
    assert used[0].observation is not None
    exact = Fraction(numerator) * Fraction(used[0].observation.scale) / Fraction(denominator)
    extent = Extent(exact, exact, about)
    return Aggregate(
        RATIO_OF_SUMS, extent, tuple(used), missing, numerator=numerator, denominator=denominator
    )


def year_of(period: Period, frequency: str, fiscal_start: int = 1) -> Period:
    """The (fiscal) year a period belongs to; a week that of its Thursday."""
    day = period.start + _WEEK_TO_THURSDAY if frequency == "weekly" else period.start
    return containing(day, "yearly", fiscal_start)


def periods_of(year: Period, frequency: Frequency, fiscal_start: int = 1) -> list[Period]:
    """The periods of a year, in order."""
    period, found = containing(year.start, frequency, fiscal_start), []
    while period.start <= year.end:
        if year_of(period, frequency, fiscal_start) == year:
            found.append(period)
        period = next_period(period, frequency, fiscal_start)
    return found


@dataclass(frozen=True, slots=True)
class YearValue:
    """The value of a year so far, or in full once every period of it was reported."""

    year: Period
    aggregate: Aggregate
    used: tuple[Period, ...] = ()
    missing: tuple[Period, ...] = ()
    ahead: tuple[Period, ...] = field(default=())

    @property
    def is_full(self) -> bool:
        """Whether every period of the year was reported."""
        return not self.missing and not self.ahead


def year_value(
    how: str,
    values: Mapping[Period, Observation],
    *,
    year: Period,
    frequency: Frequency,
    until: date,
    fiscal_start: int = 1,
) -> YearValue:
    """The value of a year by what was reported; ``missing`` had ended by ``until``, ``ahead`` not."""
    periods = periods_of(year, frequency, fiscal_start)
    asked = {str(p): p for p in periods if p in values or p.end < until}
    found = aggregate(how, [Part(label, values.get(p)) for label, p in asked.items()])
    return YearValue(
        year=year,
        aggregate=found,
        used=tuple(p for p in periods if p in values),
        missing=tuple(asked[label] for label in found.missing),
        ahead=tuple(p for p in periods if str(p) not in asked),
    )
