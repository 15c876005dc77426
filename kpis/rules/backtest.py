"""Back-test: what a rule would have flagged, had it been on, knowing only what was known then.

Public names::

    Version(ordinal, value, low, high, provisional, known_from, known_until)
    known_on(versions, day) -> list[Version]       what was known on that day, by period
    days_of_news(versions, since, until)           the days on which that changed
    Flag(series, ordinal, day)            the rule fired for this period; first seen on this day
    Due(series, ordinal, day, missed)     one target date and how it ended
    next_due(flag, dues of its series) -> Due | None
    Told(series, day, due, missed)        a flag with the target date it speaks of
    misses(dues, since, until) -> int     what a flag in the span could speak of
    figures(told, misses) -> Score        precision, recall and lead time

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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from kpis.rules.values import Observation

FOREVER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Version:
    """A value as it was known from one day on until the day it was replaced or taken back."""

    ordinal: int
    observation: Observation
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
class Told:
    """A flag of a series and the target date it speaks of; ``due`` None: none has ended yet."""

    series: int
    day: int
    due: int | None
    missed: bool = False


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


def misses(dues: Sequence[Due], since: int, until: int) -> int:
    """How many misses of a series a flag in the span could speak of.

    ``dues`` by rising day: those after the first day, up to the first one after the last.
    """
    last = next((due.day for due in dues if due.day > until), until)
    return sum(due.missed and since < due.day <= last for due in dues)


def figures(told: Iterable[Told], misses: int) -> Score:
    """Precision, recall and lead time of the flags of one setting."""
    outcomes: list[bool | None] = []
    leads: dict[tuple[int, int], int] = {}
    for each in told:
        outcomes.append(each.missed if each.due is not None else None)
        if each.due is not None and each.missed:
            place = (each.series, each.due)
            leads[place] = max(leads.get(place, 0), each.due - each.day)
    return Score(
        flags=len(outcomes),
        hits=outcomes.count(True),
        false_alarms=outcomes.count(False),
        open=outcomes.count(None),
        misses=misses,
        found=len(leads),
        lead_days=statistics.median(leads.values()) if leads else None,
    )
