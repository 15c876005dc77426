"""The page of a cycle: who owed values, who gave them, who is late, who never has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from kpis.models import LiveReading, Verification
from kpis.models.kpis import Frequency
from kpis.rules import reporting as rules
from kpis.rules.periods import Period, PeriodRefused, parse_period, previous_period
from kpis.rules.schedule import Schedule
from kpis.selectors import kpis, locks, reporting
from kpis.selectors.locks import Lock
from kpis.selectors.reporting import Line
from labs.models import Programme

CYCLES = 12  # of each frequency that can be chosen
LINES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One value that the cycle asks for, and where it stands."""

    line: Line
    period: Period
    due: date
    state: str  # "reported", "not_due", "late"
    days_late: int = 0
    provisional: bool = False


@dataclass(slots=True)
class Row:
    """What one organisation owed in the cycle."""

    organisation_id: int
    name: str
    owed: int = 0
    reported: int = 0
    provisional: int = 0
    not_due: int = 0
    late: int = 0
    worst: int = 0
    never: int = 0

    def add(self, item: Item) -> None:
        self.owed += 1
        self.reported += item.state == "reported"
        self.provisional += item.provisional
        self.not_due += item.state == "not_due"
        self.late += item.state == "late"
        self.worst = max(self.worst, item.days_late)
        self.never += item.line.never and item.state != "reported"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One period of one frequency that can be chosen."""

    key: str
    frequency: str
    period: Period


@dataclass(slots=True)
class Page:
    """The rows, the filters, and what they were filtered by."""

    rows: list[Row]
    total: Row
    items: list[Item]
    programmes: list[Programme]
    programme: Programme | None
    organisations: list[tuple[int, str]]
    organisation: int | None
    cycles: list[Cycle]
    cycle: str
    shown: list[Cycle] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    """An item that the reader may see by name."""

    item: Item
    code: str
    name: str


def page(user: Any, at: datetime, *, programme: str, organisation: str, cycle: str) -> Page:
    """The cycle as ``user`` may see it, in a constant number of queries.

    ``programme`` a code and ``organisation`` an id, each "" for all; ``cycle`` "" for the
    newest period of each frequency that is due, else "2018-01-01/2018-12-31".
    """
    on = at.date()
    overseen = reporting.overseen(user, on).values("pk")
    running = Programme.objects.filter(closed_at=None).values("pk")
    series = reporting.owing(running).filter(
        Q(definition__kpi__area__programme__in=overseen) | reporting.own(user, on)
    )
    programmes = list(
        Programme.objects.filter(pk__in=series.values("definition__kpi__area__programme"))
    )
    chosen = next((each for each in programmes if each.code == programme), None)
    wanted = [chosen] if chosen else programmes
    if chosen:
        series = series.filter(definition__kpi__area__programme=chosen)
    lines = reporting.lines(series)
    common = reporting.schedules(wanted, at)
    newest, cycles = _cycles(lines, common)
    asked = _parsed(cycle)
    periods = _periods(lines, common, newest, asked)
    seen = _seen(series, {period for found in periods.values() for period in found.values()})
    held = locks.locks_of(common)
    every = list(_items(lines, common, periods, seen, held))
    names = sorted(
        {(item.line.organisation_id, item.line.organisation) for item in every},
        key=lambda pair: pair[1],
    )
    only = next((pk for pk, _name in names if str(pk) == organisation), None)
    items = [item for item in every if only in (None, item.line.organisation_id)]
    rows = _rows(items)
    shown = {(frequency, period) for each in periods.values() for frequency, period in each.items()}
    return Page(
        rows=rows,
        total=_total(items),
        items=items,
        programmes=programmes,
        programme=chosen,
        organisations=names,
        organisation=only,
        cycles=cycles,
        cycle=str(asked) if asked else "",
        shown=[Cycle(str(period), frequency, period) for frequency, period in sorted(shown)],
    )


def named(user: Any, on: date, items: Sequence[Item]) -> tuple[list[Named], int]:
    """The items whose KPI the user may see by name, what is late first, and how many it is not.

    One query.
    """
    programmes = {item.line.programme_id for item in items}
    known = {
        pk: (code, name)
        for pk, code, name in kpis.readable(user, on)
        .filter(area__programme__in=programmes)
        .values_list("pk", "code", "name")
    }
    order = {"late": 0, "not_due": 1, "reported": 2}
    found = [Named(item, *known[item.line.kpi_id]) for item in items if item.line.kpi_id in known]
    found.sort(key=lambda each: (order[each.item.state], -each.item.days_late, each.name))
    return found, len(items) - len(found)


Common = dict[int, tuple[Schedule, date]]


def _cycles(lines: list[Line], common: Common) -> tuple[dict[int, dict[str, Period]], list[Cycle]]:
    """The newest cycle of each frequency by programme, and those that can be chosen."""
    by_programme: dict[int, list[Line]] = {}
    for line in lines:
        by_programme.setdefault(line.programme_id, []).append(line)
    newest = {pk: reporting.cycle_of(found, *common[pk]) for pk, found in by_programme.items()}
    choices: dict[tuple[str, Period], None] = {}
    for pk, found in newest.items():
        for frequency, period in found.items():
            for _step in range(CYCLES):
                choices[frequency, period] = None
                period = previous_period(
                    period,
                    frequency,  # type: ignore[arg-type]
                    common[pk][0].fiscal_start,
                )
    order = list(Frequency.values)
    ranked = sorted(choices, key=lambda each: (order.index(each[0]), -each[1].end.toordinal()))
    return newest, [Cycle(str(period), frequency, period) for frequency, period in ranked]


def _parsed(text: str) -> Period | None:
    """A cycle as its address names it; nonsense is as if none was chosen."""
    try:
        return parse_period(text, "yearly") if "/" in text else None
    except PeriodRefused:
        return None


def _periods(
    lines: list[Line],
    common: Common,
    newest: dict[int, dict[str, Period]],
    asked: Period | None,
) -> dict[int, dict[str, Period]]:
    """The period of each frequency that is looked at, by programme."""
    if asked is None:
        return newest
    return {
        pk: {
            frequency: asked
            for frequency in found
            if rules.is_cycle(asked, frequency, common[pk][0].fiscal_start)
        }
        for pk, found in newest.items()
    }


def _seen(series: Any, periods: Iterable[Period]) -> dict[tuple[int, Period], bool]:
    """Values that count for these periods: True where provisional and not verified."""
    of_period = Q(pk__in=[])
    for period in periods:
        of_period |= Q(period_start=period.start, period_end=period.end)
    verified = Verification.objects.filter(reading=OuterRef("reading"))
    rows = (
        LiveReading.objects.filter(of_period, series__in=series.values("pk"), is_current=True)
        .annotate(verified=Exists(verified))
        .values_list("series_id", "period_start", "period_end", "reading__state", "verified")
    )
    return {
        (pk, Period(start, end)): state == "provisional" and not verified
        for pk, start, end, state, verified in rows.iterator(chunk_size=5000)
    }


def _items(
    lines: list[Line],
    common: Common,
    periods: dict[int, dict[str, Period]],
    seen: dict[tuple[int, Period], bool],
    held: list[Lock],
) -> Iterator[Item]:
    """What the cycle asks of each series; not what a lock keeps from being reported."""
    for line in lines:
        period = periods[line.programme_id].get(line.frequency)
        if period is None:
            continue
        shared, today = common[line.programme_id]
        schedule = reporting.schedule_of(line, shared)
        provisional = seen.get((line.series_id, period))
        state = rules.state_of(schedule, period, provisional is not None, today)
        if not state:
            continue
        if state != "reported" and locks.lock_on(_of(held, line), line.kpi_id, period.end):
            continue
        due = schedule.due(period)
        late = rules.days_late(schedule, due, today) if state == "late" else 0
        yield Item(line, period, due, state, late, bool(provisional))


def _of(held: list[Lock], line: Line) -> list[Lock]:
    return [lock for lock in held if lock.programme_id == line.programme_id]


def _rows(items: Iterable[Item]) -> list[Row]:
    found: dict[int, Row] = {}
    for item in items:
        line = item.line
        row = found.setdefault(line.organisation_id, Row(line.organisation_id, line.organisation))
        row.add(item)
    return sorted(found.values(), key=lambda row: (-row.late, -row.worst, row.name))


def _total(items: Iterable[Item]) -> Row:
    total = Row(0, "")
    for item in items:
        total.add(item)
    return total
