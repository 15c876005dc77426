"""The rows of a file of readings, into the plain form in which they wait to be loaded.

Most rows of a large file are alike: a cell seen before, a period seen before, a plain
number. Those take the quick way; every other goes through ``_slow``, which looks at each
of its cells and says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from kpis.rules.periods import Period, is_complete
from kpis.rules.spelling import Spelling, is_plain
from kpis.rules.values import Observation, ratio_value, to_text
from kpis.services.imports.places_of_file import Place, Places
from kpis.services.imports.reading_cells import NUMBERS, UNKNOWN, Cells, Problem, observation
from kpis.services.imports.reading_header import FIELDS
from kpis.services.sources import LONGEST
from ledger.rules.errors import Refused

STATES = {"": "final", "final": "final", "provisional": "provisional"}
FUTURE = "the period has not ended yet, so there can be no value"
MOST = 100_000  # periods and cells remembered

# A row as it waits: place, row, period_start, period_end, complete, comparator, value, high,
# numerator, denominator, state, source, vintage, note. See kpis.models.ImportRow.
Staged = tuple[int, int, str, str, bool, str, str, str, str, str, str, int, str, str]


class When(NamedTuple):
    """A period as it is stored. ``ready``: it has ended and is among those wanted."""

    start: str
    end: str
    complete: bool
    ended: bool
    wanted: bool
    ready: bool


@dataclass(slots=True)
class Parsed:
    """What a chunk of rows came to."""

    rows: list[Staged] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    outside: int = 0

    def skip(self, row: int, reason: str) -> None:
        """A row that can be read and cannot be loaded: no fault of the file."""
        self.problems.append(Problem(row, "", reason, blocks=False))


class Parser:
    """Reads the rows of one file; remembers what it has seen.

    ``columns``: field -> column of the file, counted from 0. ``fixed``: what holds for all
    rows of a field that has no column. Periods that start before ``since`` or end after
    ``until`` are counted as outside.
    """

    def __init__(
        self,
        *,
        header: Sequence[str],
        columns: Mapping[str, int],
        places: Places,
        spelling: Spelling,
        fixed: Mapping[str, str] | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> None:
        fixed = {name: text for name, text in (fixed or {}).items() if name not in columns}
        self._width, self._header, self._places = len(header), header, places
        # What has no column stands behind the columns: what is fixed, then nothing.
        self._tail = [*fixed.values(), ""]
        behind = {name: len(header) + place for place, name in enumerate(fixed)}
        nothing = len(header) + len(fixed)
        at = [columns.get(name, behind.get(name, nothing)) for name in FIELDS]
        self._take: Callable[[list[str]], tuple[str, ...]] = itemgetter(*at)
        self._kpi, self._source = at[FIELDS.index("kpi")], at[FIELDS.index("source")]
        self._said = {name: header[place] for name, place in columns.items()} | {
            name: name for name in fixed
        }
        self._spelling, self._since, self._until = spelling, since, until
        self._known: dict[tuple[str, str], Place] = {}
        self._periods: dict[tuple[int, str, str, str], When] = {}
        usual = (spelling.decimal, spelling.thousands) == (".", "")
        self._is_plain = is_plain if usual else _never

    def parse(self, records: Iterable[tuple[int, list[str]]]) -> Parsed:
        """The rows that can be read, and what is wrong with the others."""
        parsed = Parsed()
        whole = [(number, record) for number, record in records if self._fits(number, record, parsed)]
        self._forget()
        self._places.prepare(
            {record[self._kpi] for _number, record in whole},
            {record[self._source] for _number, record in whole},
        )
        known, periods, sources = self._known, self._periods, self._places.sources
        take, plain, add = self._take, self._is_plain, parsed.rows.append
        for number, record in whole:
            texts = take(record)
            code, cell, period, start, end, value, above, below, sign, high, state, name, day, note = texts
            place = known.get((code, cell))
            when = periods.get((place.calendar, period, start, end)) if place else None
            if (
                place is not None
                and when is not None
                and when.ready
                and not (sign or high or day or (note and note != note.strip()))
                and state in STATES
                and name in sources
                and (
                    (place.takes == "number" and not above and not below and plain(value))
                    or (value := _share(place, value, above, below, plain))
                )
            ):
                add(
                    (
                        *(place.number, number, when.start, when.end, when.complete, "=", value),
                        *("", above, below, STATES[state], sources[name], "", note),
                    )
                )
            else:
                self._slow(number, texts, parsed)
        return parsed

    def _fits(self, number: int, record: list[str], parsed: Parsed) -> bool:
        """Whether the row has as many columns as the header; what is fixed is put behind them."""
        parsed.count += 1
        width = self._width
        if len(record) != width:
            at = min(len(record), width)
            column = self._header[at] if at < width else str(at + 1)
            message = f"the row has {len(record)} columns instead of {width}."
            parsed.problems.append(Problem(number, column, message, blocks=True))
            return False
        record += self._tail
        return True

    def _slow(self, number: int, texts: tuple[str, ...], parsed: Parsed) -> None:
        by_name = dict(zip(FIELDS, texts, strict=True))
        cells = Cells(number, by_name, self._spelling, self._said, [])
        code, key, state = self._names(cells)
        definition = self._places.definition(code)
        programme = definition.kpi.area.programme if definition else None
        period = cells.period(
            definition.frequency if definition else None,  # type: ignore[arg-type]
            programme.fiscal_year_start if programme else 1,
        )
        vintage, comparator = cells.vintage(), cells.comparator()
        numbers = {name: found for name in NUMBERS if (found := cells.number(name)) is not None}
        note = cells.text("note")
        if cells.problems or state is None:
            parsed.problems += cells.problems
            return
        if definition is None or period is None:
            parsed.skip(number, UNKNOWN)
            return
        seen, refusal = observation(comparator, numbers, definition)
        if seen is None:
            parsed.skip(number, refusal)
            return
        place = self._places.place(definition, key)
        self._known[by_name["kpi"], by_name["cell"]] = place
        when = self._when(place, period)
        self._periods[
            place.calendar, by_name["period"], by_name["period_start"], by_name["period_end"]
        ] = when
        if not when.wanted:
            parsed.outside += 1
        elif not when.ended:
            parsed.skip(number, FUTURE)
        else:
            day = vintage.isoformat() if vintage else ""
            source = self._places.sources[by_name["source"]]
            parsed.rows.append(
                (
                    *(place.number, number, when.start, when.end, when.complete),
                    *_told(seen),
                    *(state, source, day, note),
                )
            )

    def _names(self, cells: Cells) -> tuple[str, str, str | None]:
        """The code, the key of the cell and the state; what is wrong with them is said."""
        for name in ("kpi", "source"):
            if not cells.texts[name].strip():
                cells.add(name, "this must not be empty.")
        cells.text("source")
        if len(cells.texts["source"]) > LONGEST or "\x00" in cells.texts["source"]:
            cells.add("source", f"write at most {LONGEST} characters.")
        state = STATES.get(cells.text("status"))
        if state is None:
            cells.add("status", "write provisional or final.")
        try:
            key = self._places.normal(cells.text("cell"))
        except Refused as refusal:
            cells.add("cell", refusal)
            key = ""
        return cells.text("kpi"), key, state

    def _when(self, place: Place, period: Period) -> When:
        calendar = self._places.calendars[place.calendar]
        early = self._since is not None and period.start < self._since
        late = self._until is not None and period.end > self._until
        ended, wanted = period.end < calendar.today, not (early or late)
        return When(
            start=period.start.isoformat(),
            end=period.end.isoformat(),
            complete=is_complete(period, calendar.frequency, calendar.fiscal_start),
            ended=ended,
            wanted=wanted,
            ready=ended and wanted,
        )

    def _forget(self) -> None:
        """Memory stays flat whatever the file holds."""
        for remembered in (self._known, self._periods):
            if len(remembered) > MOST:
                remembered.clear()


def _never(_text: str) -> None:
    return None


def _share(
    place: Place, value: str, above: str, below: str, plain: Callable[[str], object]
) -> str:
    """The shown value of a plain ratio; "" where a closer look is needed."""
    if place.takes != "ratio" or value or not (plain(above) and plain(below)):
        return ""
    if below[0] in "-0" and not below.startswith("0."):
        return ""
    try:
        return to_text(ratio_value(Decimal(above), Decimal(below), place.scale))
    except Refused:
        return ""


def _told(seen: Observation) -> tuple[str, str, str, str, str]:
    """Comparator, value, high, numerator, denominator as text."""
    numbers = (seen.value, seen.high, seen.numerator, seen.denominator)
    value, high, above, below = ("" if one is None else to_text(one) for one in numbers)
    return seen.comparator, value, high, above, below
