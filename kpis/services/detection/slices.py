"""A slice of series as flat arrays, read in a constant number of queries.

Everything the rules look at is here; no row becomes a model instance. What is only
needed of a series where a rule fired is read later (``exact``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpis.rules.periods import FREQUENCIES
from kpis.rules.portfolio import (
    APART,
    CONTEXT,
    DECREASE,
    EXTRA,
    HOLD,
    INCREASE,
    LEAD,
    OVERDUE,
    POINT,
    PROVISIONAL,
    Bools,
    Bytes,
    Floats,
    Ints,
    Portfolio,
)
from kpis.services import tracks
from kpis.services.detection import asking
from kpis.services.detection.calendars import Calendars, earliest
from kpis.services.readings.checks import business_date
from kpis.services.statements import day_number, ids, packed_rows
from labs.models import Programme

SERIES = """
SELECT s.id, s.cell_id, d.id, k.id, k.quality_pair_id, a.programme_id, d.direction, d.frequency,
       $day(d.effective_from), $day(d.reporting_from), d.reporting_days, d.provisional_days,
       $day(k.retired_on), $day(c.starts_on), $day(c.ends_on),
       EXISTS (SELECT 1 FROM kpis_definition n WHERE n.kpi_id = k.id AND n.version > d.version),
       $day(t.since), t.earlier, t.points, t.extras,
       t.locked_mean, t.locked_lower, t.locked_upper
FROM $ids w
JOIN kpis_series s ON s.id = w.id
JOIN kpis_cell c ON c.id = s.cell_id
JOIN kpis_definition d ON d.id = s.definition_id
JOIN kpis_kpi k ON k.id = d.kpi_id
JOIN labs_resultarea a ON a.id = k.area_id
LEFT JOIN kpis_track t ON t.series_id = s.id
ORDER BY s.id
"""
NAMES = (
    *("id", "cell", "definition", "kpi", "quality", "programme", "direction", "frequency"),
    *("effect_from", "reporting_from", "reporting_days", "provisional_days", "retired_on"),
    *("part_from", "part_until", "replaced", "since", "earlier", "points", "extras"),
    *("locked_mean", "locked_lower", "locked_upper"),
)
LOCKED = ("locked_mean", "locked_lower", "locked_upper")
DIRECTIONS = {"increase": INCREASE, "decrease": DECREASE, "range": HOLD}
FREQUENCY = {name: number for number, name in enumerate(FREQUENCIES)}
LONG_AGO = -(10**6)
GROUPS = 1 << 20  # more baseline groups than a series can have


@dataclass(slots=True)
class Slice:
    """S series and their N points; arrays and columns are by series unless it says otherwise."""

    at: datetime
    columns: dict[str, tuple[Any, ...]]
    programmes: dict[int, Programme]
    calendars: Calendars
    today: Ints
    frequency: NDArray[np.int8]
    fiscal: NDArray[np.int8]
    portfolio: Portfolio
    start: Ints  # (N,) first day of each point's period
    entered: Ints  # (N,) the day on which a bound or a provisional value was entered, else 0
    asked: asking.Asked
    effect_from: Ints  # the first day that counts; long ago where none is set
    since: Ints  # the first day that is judged; long ago where all are

    def __len__(self) -> int:
        return len(self.portfolio)

    @property
    def ids(self) -> tuple[int, ...]:
        """Series ids, ascending."""
        return self.columns["id"]

    def end_at(self, points: Ints) -> Ints:
        """The last day of the period of each of these points."""
        return asking.end_of(self.start[points], self.frequency[self.portfolio.of[points]])

    def programme_of(self, series: int) -> Programme:
        """The programme of a series, by its index."""
        return self.programmes[self.columns["programme"][series]]


def gather(
    claimed: Mapping[int, date | None], at: datetime, open_since: Mapping[int, int]
) -> Slice:
    """The slice of these series, each with the earliest period of it that changed.

    ``open_since`` holds the first day of the open deviations of those that have any.

    A series that changed, or deviates, from before the first day that its track judges
    is read from its rows, whole.
    """
    found = packed_rows(SERIES, ids(claimed))
    columns: dict[str, tuple[Any, ...]] = dict(zip(NAMES, zip(*found, strict=True), strict=True))
    programmes = Programme.objects.in_bulk(set(columns["programme"]))
    days = {pk: day_number(business_date(each, at)) for pk, each in programmes.items()}
    frequency = np.array([FREQUENCY[name] for name in columns["frequency"]], np.int8)
    fiscal = np.array([programmes[pk].fiscal_year_start for pk in columns["programme"]], np.int8)
    direction = np.array([DIRECTIONS.get(d, CONTEXT) for d in columns["direction"]], np.int8)
    since = filled(columns["since"], LONG_AGO)
    whole = _read_whole(columns, since, claimed, open_since)
    since[[i for i, pk in enumerate(columns["id"]) if pk in whole]] = LONG_AGO
    points, offsets = _points(columns, whole)
    of = np.repeat(np.arange(len(found)), np.diff(offsets))
    start = points["start"].astype(np.int64)
    ordinal = asking.ordinals_of(start, frequency[of], fiscal[of])
    low, high, entered = _ends(columns, whole, of, start, points["value"])
    asked = asking.ask(
        np.array(columns["id"], np.int64), direction, frequency, fiscal, offsets, of, ordinal
    )
    portfolio = Portfolio(
        ids=np.array(columns["id"], np.int64),
        direction=direction,
        offsets=offsets,
        of=of,
        ordinal=ordinal,
        value=points["value"].astype(np.float64),
        low=low,
        high=high,
        flags=points["flags"].copy(),
        group=_groups(columns, whole, of, points["flags"]),
        asked_low=asked.low,
        asked_high=asked.high,
        baseline=asked.baseline,
        locked=np.array([columns[name] for name in LOCKED], np.float64).T.copy(),
        frequency=frequency,
        fiscal_start=fiscal,
    )
    first = [day for day in columns["reporting_from"] + columns["effect_from"] if day is not None]
    calendars = Calendars(programmes, earliest([*first, *entered[entered > 0].tolist()], at), at)
    return Slice(
        at=at,
        columns=columns,
        programmes=programmes,
        calendars=calendars,
        today=np.array([days[pk] for pk in columns["programme"]], np.int64),
        frequency=frequency,
        fiscal=fiscal,
        portfolio=portfolio,
        start=start,
        entered=entered,
        asked=asked,
        effect_from=_effect_from(columns),
        since=since,
    )


def filled(column: Sequence[int | None], empty: int) -> Ints:
    """A column of whole numbers with something where there is none."""
    return np.array([empty if each is None else each for each in column], np.int64)


def _effect_from(columns: Mapping[str, Sequence[Any]]) -> Ints:
    """The effect date, else the day from which values are reported."""
    effect, reporting = columns["effect_from"], columns["reporting_from"]
    chosen = [r if e is None else e for e, r in zip(effect, reporting, strict=True)]
    return filled(chosen, LONG_AGO)


def _read_whole(
    columns: Mapping[str, Sequence[Any]],
    since: Ints,
    claimed: Mapping[int, date | None],
    open_since: Mapping[int, int],
) -> dict[int, tracks.Whole]:
    """The histories of the series of which more than the track is needed."""
    wanted = []
    for pk, first in zip(columns["id"], since.tolist(), strict=True):
        changed = claimed[pk]
        early = changed is not None and day_number(changed) < first
        if first != LONG_AGO and (early or open_since.get(pk, first) < first):
            wanted.append(pk)
    return tracks.whole(wanted) if wanted else {}


def _points(
    columns: Mapping[str, Sequence[Any]], whole: Mapping[int, tracks.Whole]
) -> tuple[NDArray[Any], Ints]:
    """All records one after another, and where those of each series begin."""
    packed = [b"" if cell is None else cell for cell in columns["points"]]
    if whole:
        packed = [
            whole[pk].points if pk in whole else cell
            for pk, cell in zip(columns["id"], packed, strict=True)
        ]
    sizes = np.fromiter(map(len, packed), np.int64, len(packed)) // POINT.itemsize
    return np.frombuffer(b"".join(packed), POINT), np.append(0, np.cumsum(sizes))


def _groups(
    columns: Mapping[str, Sequence[Any]],
    whole: Mapping[int, tracks.Whole],
    of: Ints,
    flags: Bytes,
) -> Ints:
    """Numbers of baseline groups: those of a series follow each other, no two series share one."""
    group: Ints = of * GROUPS + (flags & APART == 0)
    for i, pk in enumerate(columns["id"]) if whole else ():
        if pk in whole:
            group[of == i] = i * GROUPS + whole[pk].group
    return group


def _ends(
    columns: Mapping[str, Sequence[Any]],
    whole: Mapping[int, tracks.Whole],
    of: Ints,
    start: Ints,
    value: Floats,
) -> tuple[Floats, Floats, Ints]:
    """Lower and upper end of each value, and the day of entry where it is kept."""
    low, high = value.copy(), value.copy()
    entered = np.zeros(len(of), np.int64)
    extras = [
        (i, whole[pk].extras if pk in whole else cell)
        for i, (pk, cell) in enumerate(zip(columns["id"], columns["extras"], strict=True))
        if cell or pk in whole
    ]
    if extras:
        found = np.frombuffer(b"".join(cell for _i, cell in extras), EXTRA)
        sizes = [len(cell) // EXTRA.itemsize for _i, cell in extras]
        owner = np.repeat([i for i, _cell in extras], sizes).astype(np.int64)
        at = np.searchsorted(asking.keys(of, start), asking.keys(owner, found["start"]))
        low[at], high[at], entered[at] = found["low"], found["high"], found["entered"]
    return low, high, entered


def mark_overdue(some: Slice) -> Ints:
    """Flag provisional values that have stayed so for too long; (N,) the last day each may, or 0.

    Counted in working days of the programme after the day of entry.
    """
    last = np.zeros(some.portfolio.points, np.int64)
    waiting = np.flatnonzero(some.portfolio.flags & PROVISIONAL)
    if not len(waiting):
        return last
    of = some.portfolio.of[waiting]
    allowed = filled(some.columns["provisional_days"], -1)[of]
    programme = np.array(some.columns["programme"], np.int64)[of]
    for pk, days in {*zip(programme.tolist(), allowed.tolist(), strict=True)}:
        if days >= 0:
            same = waiting[(programme == pk) & (allowed == days)]
            last[same] = some.calendars.after(some.entered[same], days, pk)
    overdue = (last > 0) & (last < some.today[some.portfolio.of])
    some.portfolio.flags[overdue] |= OVERDUE
    return last


def judged(some: Slice) -> Bools:
    """(N,) the points that are not there for others only."""
    found: Bools = some.portfolio.flags & LEAD == 0
    return found
