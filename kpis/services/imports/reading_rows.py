"""The rows of a file of periodic readings, read cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.models import Definition
from kpis.models.kpis import Kind
from kpis.rules.periods import Period, parse_date, parse_period
from kpis.rules.values import COMPARATORS, NumberRefused, Observation, parse_decimal
from kpis.services import series as series_service
from kpis.services.imports.files import Line, Problems, Table
from kpis.services.readings.checks import frequency_of
from ledger.rules.errors import Refused

REQUIRED = ("kpi", "source")
OPTIONAL = ("cell", "status", "comparator", "high", "vintage", "note")
EITHER = (
    (("period",), ("period_start", "period_end")),
    (("value",), ("numerator", "denominator"), ("value", "numerator", "denominator")),
)
KNOWN = {*REQUIRED, *OPTIONAL, *(name for ways in EITHER for way in ways for name in way)}
STATES = {"": "final", "final": "final", "provisional": "provisional"}
NUMBERS = ("value", "high", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Row:
    """One reading as the file gives it; ``observation`` None says why in ``refusal``."""

    number: int
    kpi: str
    cell: str
    period: Period | None
    observation: Observation | None
    refusal: str
    state: str
    source: str
    vintage: date | None
    note: str


def check_header(columns: Sequence[str]) -> str | None:
    """What is wrong with the column names, in any order; None when they will do."""
    for place, name in enumerate(columns, start=1):
        if name not in KNOWN:
            return f'Row 1, column {place}: "{name}" is not a column of readings.'
        if name in columns[: place - 1]:
            return f'Row 1, column {place}: "{name}" is there twice.'
    have = set(columns)
    for name in REQUIRED:
        if name not in have:
            return f'Row 1: the column "{name}" is missing.'
    for ways in EITHER:
        if {name for way in ways for name in way} & have not in [set(way) for way in ways]:
            words = " or ".join(" and ".join(way) for way in ways[:2])
            return f"Row 1: there must be the columns {words}."
    return None


def parse(table: Table, definitions: Mapping[str, Definition]) -> list[Row]:
    """All rows, or RowsRefused with everything that is wrong in any of them."""
    problems = Problems()
    rows = [row for line in table.lines if (row := _row(line, definitions, problems)) is not None]
    problems.refuse(table.name)
    return rows


def codes(table: Table) -> set[str]:
    """The KPI codes that the file names."""
    return {line.cells["kpi"] for line in table.lines}


def _row(line: Line, definitions: Mapping[str, Definition], problems: Problems) -> Row | None:
    before = len(problems.found)
    cells = line.cells
    definition = definitions.get(cells["kpi"])
    for name in REQUIRED:
        if not cells[name]:
            problems.add(line.number, name, "this must not be empty.")
    if len(cells["source"]) > 500:
        problems.add(line.number, "source", "write at most 500 characters.")
    state = STATES.get(cells.get("status", ""))
    if state is None:
        problems.add(line.number, "status", "write provisional or final.")
    cell = _cell(line, problems)
    period = _period(line, definition, problems)
    vintage = _vintage(line, problems)
    numbers = _numbers(line, problems)
    if len(problems.found) > before or state is None:
        return None
    observation, refusal = _observation(cells.get("comparator", "") or "=", numbers, definition)
    return Row(
        number=line.number,
        kpi=cells["kpi"],
        cell=cell,
        period=period,
        observation=observation,
        refusal=refusal,
        state=state,
        source=" ".join(cells["source"].split()),
        vintage=vintage,
        note=cells.get("note", ""),
    )


def _cell(line: Line, problems: Problems) -> str:
    try:
        return series_service.normal(line.cells.get("cell", ""))
    except Refused as refusal:
        problems.add(line.number, "cell", refusal)
        return ""


def _period(line: Line, definition: Definition | None, problems: Problems) -> Period | None:
    """The period; a KPI that is not known leaves a name such as 2016-04 to be read as a month."""
    text = line.cells.get("period")
    column = "period" if text is not None else "period_end"
    try:
        if text is None:
            start = parse_date(line.cells["period_start"], field="period_start")
            return Period(start, parse_date(line.cells["period_end"], field="period_end"))
        if definition is None:
            return parse_period(text, "weekly") if "/" in text else None
        fiscal_start = definition.kpi.area.programme.fiscal_year_start
        return parse_period(text, frequency_of(definition), fiscal_start)
    except Refused as refusal:
        wrong = next(iter(refusal.fields or {}), column)
        problems.add(line.number, wrong if wrong in line.cells else column, refusal)
        return None


def _vintage(line: Line, problems: Problems) -> date | None:
    text = line.cells.get("vintage", "")
    try:
        return parse_date(text, field="vintage") if text else None
    except Refused as refusal:
        problems.add(line.number, "vintage", refusal)
        return None


def _numbers(line: Line, problems: Problems) -> dict[str, Decimal]:
    """The numbers of a row; text in one is a problem, an empty cell is none."""
    comparator = line.cells.get("comparator", "")
    if comparator and comparator not in COMPARATORS:
        problems.add(line.number, "comparator", f"write one of {' '.join(COMPARATORS)}.")
    found = {}
    for name in NUMBERS:
        text = line.cells.get(name, "")
        try:
            if text:
                found[name] = parse_decimal(text, field=name)
        except NumberRefused as refusal:
            problems.add(line.number, name, refusal)
    return found


def _observation(
    comparator: str, numbers: Mapping[str, Decimal], definition: Definition | None
) -> tuple[Observation | None, str]:
    """The observation, or why the KPI cannot take these numbers."""
    if definition is None:
        return None, "there is no KPI with this code"
    above, below = numbers.get("numerator"), numbers.get("denominator")
    if not numbers:
        return None, "the row has no value"
    is_ratio = above is not None or below is not None
    if is_ratio != (definition.kind == Kind.RATIO):
        wanted = "a ratio" if definition.kind == Kind.RATIO else "a number"
        return None, f"the KPI is {wanted} and the row gives the other kind"
    try:
        if above is not None and below is not None:
            scale = Decimal(definition.scale)
            return Observation.ratio(above, below, scale, comparator), ""  # type: ignore[arg-type]
        seen = Observation(comparator, numbers.get("value"), numbers.get("high"), above, below)  # type: ignore[arg-type]
    except NumberRefused as refusal:
        return None, str(refusal)
    return seen, ""
