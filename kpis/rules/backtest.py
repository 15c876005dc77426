"""Back-test: what a rule would have flagged, had it been on, knowing only what was known then.

Public names::

    Version(ordinal, value, low, high, provisional, known_from, known_until)
    known_on(versions, day) -> list[Version]       what was known on that day, by period
    days_of_news(versions, since, until)           the days on which that changed
    Flag(series, ordinal, day)            the rule fired for this period; first seen on this day
    first_seen(found) -> list[Flag]       each (series, period) once, on the earliest day
    Due(series, ordinal, day, missed)     one target date and how it ended
    score(flags, dues, since=…) -> Score  precision, recall and lead time
    next_due(flag, dues of its series) -> Due | None

A *miss* is a target date whose final value fails its target. A flag speaks of the next
target date that lies after it: it is a *hit* when that date is missed, and a *false
alarm* when it is met. A flag after which no target date has a final value yet is
*open* and counts for neither. A miss is *found* when a flag speaks of it.

    precision = hits ÷ (hits + false alarms)
    recall    = misses found ÷ misses
    lead time = days from the first flag that speaks of a miss to its target date, median

Days are counted from 1970-01-01, periods by ordinals (kpis.rules.ordinals).
"""

from __future__ import annotations

import statistics
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

FOREVER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Version:
    """A value as it was known from one day on until the day it was replaced or taken back.

    ``value`` is None for a bound; ``low`` and ``high`` are then its ends.
    """

    ordinal: int
    value: float | None
    low: float
    high: float
    provisional: bool
    known_from: int
    known_until: int = FOREVER


@dataclass(frozen=True, slots=True, order=True)
class Flag:
    """The rule fires for one period of a series, first on this day."""

    series: int
    ordinal: int
    day: int


@dataclass(frozen=True, slots=True)
class Due:
    """A target date: the last day of the target's period, and whether its final value failed."""

    series: int
    ordinal: int
    day: int
    missed: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one setting. Shares are None where there is nothing to divide by."""

    flags: int
    hits: int
    false_alarms: int
    open: int
    misses: int
    found: int
    lead_days: float | None

    @property
    def precision(self) -> float | None:
        """The share of flags that spoke of a miss."""
        told = self.hits + self.false_alarms
        return self.hits / told if told else None

    @property
    def recall(self) -> float | None:
        """The share of misses that a flag spoke of."""
        return self.found / self.misses if self.misses else None


def known_on(versions: Iterable[Version], day: int) -> list[Version]:
    """What was known of a series at the end of a day, oldest period first."""
    held = (v for v in versions if v.known_from <= day < v.known_until)
    return sorted(held, key=attrgetter("ordinal"))


def days_of_news(versions: Iterable[Version], since: int, until: int) -> list[int]:
    """The days in a span on which what was known of a series changed.

    The first day of the span stands for whatever was known before it.
    """
    moments = {v.known_from for v in versions} | {v.known_until for v in versions}
    return sorted({since} | {day for day in moments if since < day <= until})


def first_seen(found: Iterable[Flag]) -> list[Flag]:
    """Each period of a series once, on the earliest day on which the rule fired for it."""
    earliest: dict[tuple[int, int], int] = {}
    for flag in found:
        place = (flag.series, flag.ordinal)
        earliest[place] = min(flag.day, earliest.get(place, flag.day))
    return sorted(Flag(*place, day) for place, day in earliest.items())


def next_due(flag: Flag, dues: Sequence[Due]) -> Due | None:
    """The first target date after the flag; ``dues`` are those of its series by rising day."""
    at = bisect_right([due.day for due in dues], flag.day)
    return dues[at] if at < len(dues) else None


def by_series(dues: Iterable[Due]) -> dict[int, list[Due]]:
    """Target dates of each series, earliest first."""
    found: dict[int, list[Due]] = defaultdict(list)
    for due in sorted(dues, key=attrgetter("day")):
        found[due.series].append(due)
    return found


def score(flags: Iterable[Flag], dues: Mapping[int, Sequence[Due]], *, since: int) -> Score:
    """Precision, recall and lead time of the flags of one setting.

    ``dues`` (by series, earliest first) have a final value; those on or before ``since``,
    the first day of the span, could not be foretold in it and do not count.
    """
    hits = false_alarms = unknown = total = 0
    leads: dict[tuple[int, int], int] = {}
    for flag in flags:
        total += 1
        due = next_due(flag, dues.get(flag.series, ()))
        if due is None:
            unknown += 1
        elif due.missed:
            hits += 1
            place = (due.series, due.ordinal)
            leads[place] = max(leads.get(place, 0), due.day - flag.day)
        else:
            false_alarms += 1
    misses = sum(due.missed and due.day > since for each in dues.values() for due in each)
    return Score(
        flags=total,
        hits=hits,
        false_alarms=false_alarms,
        open=unknown,
        misses=misses,
        found=len(leads),
        lead_days=statistics.median(leads.values()) if leads else None,
    )
