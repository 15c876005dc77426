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

from kpis.rules.periods import is_complete
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

# A row as it waits: job, place, row, period_start, period_end, complete, comparator, value,
# high, numerator, denominator, state, source, vintage, note. See kpis.models.ImportRow.
Staged = tuple[int, int, int, str, str, bool, str, str, str, str, str, str, int, str, str]


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
        self._known: dict[tuple[str, str], tuple[Place, int, bool]] = {}
        self._periods: dict[tuple[int | None, str, str, str], tuple[str, str, bool]] = {}
        usual = (spelling.decimal, spelling.thousands) == (".", "")
        self._is_plain = is_plain if usual else _never

    def parse(self, records: Iterable[tuple[int, list[str]]]) -> Parsed:
        """The rows that can be read, and what is wrong with the others."""
        parsed = Parsed()
        whole = self._fitting(records, parsed)
        self._forget()
        self._places.prepare(
            {record[self._kpi] for _number, record in whole},
            {record[self._source] for _number, record in whole},
        )
        # Everything looked up per row is a local name: this loop runs a million times.
        job, known, periods = self._places.job.pk, self._known, self._periods
        sources, states = self._places.sources, STATES
        take, plain, add, slow = self._take, self._is_plain, parsed.rows.append, self._slow
        nothing: tuple[None, None, None] = (None, None, None)
        for number, record in whole:
            texts = take(record)
            (
                code,
                cell,
                period,
                start,
                end,
                value,
                above,
                below,
                sign,
                high,
                state,
                name,
                day,
                note,
            ) = texts
            place, calendar, takes_number = known.get((code, cell), nothing)
            when = periods.get((calendar, period, start, end))
            if (
                when is None
                or place is None
                or sign
                or high
                or day
                or state not in states
                or name not in sources
                or (note and note != note.strip())
            ):
                slow(number, texts, parsed)
            elif takes_number and not above and not below and plain(value):
                first, last, complete = when
                add(
                    (job, place.number, number, first, last, complete, "=", value, "", "", "",
                     states[state], sources[name], "", note)
                )  # fmt: skip
            elif share := _share(place, value, above, below, plain):
                first, last, complete = when
                add(
                    (job, place.number, number, first, last, complete, "=", share, "", above, below,
                     states[state], sources[name], "", note)
                )  # fmt: skip
            else:
                slow(number, texts, parsed)
        return parsed

    def _fitting(
        self, records: Iterable[tuple[int, list[str]]], parsed: Parsed
    ) -> list[tuple[int, list[str]]]:
        """Rows with as many columns as the header; behind them what is fixed for all."""
        width, tail, whole = self._width, self._tail, []
        for numbered in records:
            number, record = numbered
            parsed.count += 1
            if len(record) == width:
                record += tail
                whole.append(numbered)
                continue
            at = min(len(record), width)
            column = self._header[at] if at < width else str(at + 1)
            message = f"the row has {len(record)} columns instead of {width}."
            parsed.problems.append(Problem(number, column, message, blocks=True))
        return whole

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
        calendar = self._places.calendars[place.calendar]
        early = self._since is not None and period.start < self._since
        late = self._until is not None and period.end > self._until
        if early or late:
            parsed.outside += 1
            return
        if period.end >= calendar.today:
            parsed.skip(number, FUTURE)
            return
        complete = is_complete(period, calendar.frequency, calendar.fiscal_start)
        when = (period.start.isoformat(), period.end.isoformat(), complete)
        self._known[by_name["kpi"], by_name["cell"]] = (
            place, place.calendar, place.takes == "number",
        )  # fmt: skip
        self._periods[
            place.calendar, by_name["period"], by_name["period_start"], by_name["period_end"]
        ] = when
        day = vintage.isoformat() if vintage else ""
        source = self._places.sources[by_name["source"]]
        about = (self._places.job.pk, place.number, number)
        parsed.rows.append((*about, *when, *_told(seen), state, source, day, note))

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

    def _forget(self) -> None:
        """Memory stays flat whatever the file holds."""
        for remembered in (self._known, self._periods):
            if len(remembered) > MOST:
                remembered.clear()


def _never(_text: str) -> None:
    return None


def _share(place: Place, value: str, above: str, below: str, plain: Callable[[str], object]) -> str:
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
