"""The rows of a KPI file, read cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from kpis.models.kpis import Direction
from kpis.rules.periods import Period, parse_date
from kpis.rules.values import parse_decimal
from kpis.services.imports.files import Line, Problems, Table
from ledger.rules.errors import Refused

COLUMNS = (
    *("programme", "result_area", "lead_ministry", "kpi", "unit", "direction"),
    *("period_start", "period_end", "baseline", "target", "actual", "source_url", "note"),
)
LONGEST = {
    "programme": 200,
    "result_area": 200,
    "lead_ministry": 200,
    "kpi": 300,
    "unit": 60,
    "source_url": 500,
}
DIRECTIONS = {
    "higher_is_better": Direction.INCREASE.value,
    "lower_is_better": Direction.DECREASE.value,
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One row: a KPI in a period, with what was asked and what came of it."""

    number: int
    programme: str
    area: str
    lead: str
    kpi: str
    unit: str
    direction: str
    period: Period
    baseline: Decimal | None
    target: Decimal | None
    actual: Decimal | None
    source: str
    note: str

    @property
    def kpi_key(self) -> tuple[str, str, str]:
        """What tells one KPI from another in such a file."""
        return (self.programme, self.area, self.kpi)


def parse(table: Table) -> list[KpiRow]:
    """All rows, or RowsRefused with everything that is wrong in any of them."""
    problems = Problems()
    rows = [row for line in table.lines if (row := _row(line, problems)) is not None]
    problems.refuse(table.name)
    return rows


def _row(line: Line, problems: Problems) -> KpiRow | None:
    before = len(problems.found)
    names = {column: _name(line, column, problems) for column in LONGEST}
    direction = DIRECTIONS.get(line.cells["direction"])
    if direction is None:
        problems.add(line.number, "direction", f"write one of {', '.join(DIRECTIONS)}.")
    numbers = {
        column: _optional(line, column, lambda t, c: parse_decimal(t, field=c), problems)
        for column in ("baseline", "target", "actual")
    }
    period = _period(line, problems)
    if len(problems.found) > before or period is None or direction is None:
        return None
    return KpiRow(
        number=line.number,
        programme=names["programme"],
        area=names["result_area"],
        lead=names["lead_ministry"],
        kpi=names["kpi"],
        unit=names["unit"],
        direction=direction,
        period=period,
        baseline=numbers["baseline"],
        target=numbers["target"],
        actual=numbers["actual"],
        source=names["source_url"],
        note=line.cells["note"],
    )


def _name(line: Line, column: str, problems: Problems) -> str:
    text = " ".join(line.cells[column].split())
    if not text:
        problems.add(line.number, column, "this must not be empty.")
    elif len(text) > LONGEST[column]:
        problems.add(line.number, column, f"write at most {LONGEST[column]} characters.")
    return text


def _optional(
    line: Line, column: str, read: Callable[[str, str], T], problems: Problems
) -> T | None:
    """What a cell says; None when it is empty or wrong, and then the problem is noted."""
    text = line.cells[column]
    if not text:
        return None
    try:
        return read(text, column)
    except Refused as refusal:
        problems.add(line.number, column, refusal)
        return None


def _period(line: Line, problems: Problems) -> Period | None:
    days = {}
    for column in ("period_start", "period_end"):
        if not line.cells[column]:
            problems.add(line.number, column, "write a date as year-month-day.")
        days[column] = _optional(line, column, lambda t, c: parse_date(t, field=c), problems)
    start, end = days["period_start"], days["period_end"]
    if start is None or end is None:
        return None
    try:
        return Period(start, end)
    except Refused as refusal:
        problems.add(line.number, "period_end", refusal)
        return None
