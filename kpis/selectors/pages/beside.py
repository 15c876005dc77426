"""What stands beside the readings of a series: files, how long provisional, locks, which source counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from kpis.models import Choice, Reading, ReadingDocument, Series
from kpis.models.readings import Reading as _Reading
from kpis.rules import sources as rules
from kpis.rules.periods import Period
from kpis.selectors import facts, locks
from kpis.selectors.locks import Lock
from kpis.selectors.pages.history import History, PeriodRow
from people.rules.workdays import working_days_between


@dataclass(frozen=True, slots=True)
class Waiting:
    """A provisional value that waits to be final: so many working days, and how many it may."""

    days: int
    allowed: int | None

    @property
    def overdue(self) -> bool:
        return self.allowed is not None and self.days > self.allowed


@dataclass(slots=True)
class OfReading:
    """What stands beside one reading."""

    files: list[ReadingDocument] = field(default_factory=list)
    waiting: Waiting | None = None
    finalised: bool = False  # gave way to a final value, and was not wrong
    lock: Lock | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why one of several sources counts: "chosen" by a person, "ranked", or it came "first"."""

    because: str
    choice: Choice | None = None
    rank: int | None = None


@dataclass(slots=True)
class Beside:
    """All of it for one page, by reading and by period."""

    readings: dict[int, OfReading] = field(default_factory=dict)
    why: dict[Period, Why] = field(default_factory=dict)
    locks: list[Lock] = field(default_factory=list)
    ranked: bool = False


NOTHING = OfReading()


def of_history(series: Series, history: History, today: date) -> Beside:
    """What stands beside every reading of a series' history. Five queries at most."""
    kpi = series.definition.kpi
    rows = [*history.rows, *history.part_periods]
    found = Beside(locks=locks.of_kpi(kpi))
    documents = _documents(ReadingDocument.objects.filter(reading__series=series))
    waits = waiting(series, [row.reading for row in rows if row.reading], today)
    for row in rows:
        for reading in _readings(row):
            found.readings[reading.pk] = OfReading(
                files=documents.get(reading.pk, []),
                waiting=waits.get(reading.pk),
                lock=locks.lock_on(found.locks, kpi.pk, reading.period_end),
            )
    for old in _finalised(rows):
        found.readings[old].finalised = True
    contested = [row for row in rows if row.in_conflict]
    if contested:
        ranks = dict(kpi.source_ranks.values_list("source", "rank"))
        found.ranked = bool(ranks)
        found.why = _why(series, contested, ranks)
    return found


def of_reading(reading: Reading, today: date) -> OfReading:
    """What stands beside one reading, for the pages that act on it."""
    kpi = reading.series.definition.kpi
    return OfReading(
        files=_documents(reading.documents.all()).get(reading.pk, []),
        waiting=waiting(reading.series, [reading], today).get(reading.pk),
        lock=locks.lock_on(locks.of_kpi(kpi), kpi.pk, reading.period_end),
    )


def waiting(series: Series, readings: Iterable[Reading], today: date) -> dict[int, Waiting]:
    """How long those of the readings have waited that are provisional and not verified."""
    open_ones = [
        reading
        for reading in readings
        if reading.state == _Reading.State.PROVISIONAL and not hasattr(reading, "verification")
    ]
    if not open_ones:
        return {}
    programme = series.definition.kpi.area.programme
    zone = ZoneInfo(programme.time_zone)
    entered = {reading.pk: reading.at.astimezone(zone).date() for reading in open_ones}
    first = min(entered.values())
    off = facts.days_off(programme.country, first.year, today.year)
    allowed = series.definition.provisional_days
    return {
        pk: Waiting(max(working_days_between(day, today, off), 0), allowed)
        for pk, day in entered.items()
    }


def _documents(rows: Iterable[ReadingDocument]) -> dict[int, list[ReadingDocument]]:
    """Files by reading; withdrawn ones too, after the others."""
    found: dict[int, list[ReadingDocument]] = defaultdict(list)
    related = rows.select_related(  # type: ignore[attr-defined]
        "document", "by_user", "by_post", "principal_post", "withdrawn_by"
    )
    for row in related:
        found[row.reading_id].append(row)
    for files in found.values():
        files.sort(key=lambda row: (row.withdrawn_at is not None, row.pk))
    return dict(found)


def _readings(row: PeriodRow) -> list[Reading]:
    return [*([row.reading] if row.reading else []), *row.others, *row.earlier]


def _finalised(rows: Sequence[PeriodRow]) -> list[int]:
    """Provisional readings whose place a final one took with the same value."""
    known = {reading.pk: reading for row in rows for reading in _readings(row)}
    found = []
    for reading in known.values():
        old = known.get(reading.corrects_id or 0)
        if old is None or (old.state, reading.state) != ("provisional", "final"):
            continue
        if _value(old) == _value(reading):
            found.append(old.pk)
    return found


def _value(reading: Reading) -> tuple[object, ...]:
    return (
        *(reading.comparator, reading.value, reading.high),
        *(reading.numerator, reading.denominator),
    )


def _why(series: Series, rows: Sequence[PeriodRow], ranks: dict[int, int]) -> dict[Period, Why]:
    """Why the current one counts, of each period with several sources."""
    choices = (
        Choice.objects.filter(reading__series=series)
        .select_related("reading", "by_user", "by_post")
        .order_by("at", "pk")
    )
    said = {(c.reading.period_start, c.reading.period_end, c.reading.source_id): c for c in choices}
    found = {}
    for row in rows:
        if row.reading is None:
            continue
        live = [row.reading, *row.others]
        because = rules.because(
            [
                rules.Candidate(
                    key=reading.live.pk,
                    at=reading.at,
                    rank=ranks.get(reading.source_id),
                    chosen=reading.live.chosen,
                    current=reading.live.is_current,
                )
                for reading in live
            ]
        )
        found[row.period] = Why(
            because=because,
            choice=said.get((row.start, row.end, row.reading.source_id)),
            rank=ranks.get(row.reading.source_id),
        )
    return found
