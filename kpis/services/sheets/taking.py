"""What the rows of the spreadsheet mean, and taking them all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kpis.models import Reading, Series
from kpis.rules import typed
from kpis.rules.periods import Period, PeriodRefused, parse_period
from kpis.rules.values import NumberRefused, Observation
from kpis.selectors.pages.cells import Cell, key_of, named
from kpis.services import readings, sources
from kpis.services.readings import checks
from kpis.services.readings.rows import ReadingRow, content_of
from kpis.services.sheets.layout import is_ours
from kpis.services.sheets.read import NUMBER, ODD, Line, Problem
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

EDITED = _lazy("The key of this row was edited or moved. Download the spreadsheet anew.")
NOT_YOURS = _lazy("This KPI is not yours to report, or takes no values any more.")


@dataclass(frozen=True, slots=True)
class Filled:
    """A row that holds: the value to be taken, or one that is there already."""

    number: int
    cell: Cell
    row: ReadingRow
    known: bool


@dataclass(slots=True)
class Understood:
    """What a file says: rows that hold, what is wrong by place, and how many rows are empty."""

    rows: list[Filled] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    empty: int = 0

    @property
    def new(self) -> list[Filled]:
        return [row for row in self.rows if not row.known]


@dataclass(frozen=True, slots=True)
class Lot:
    """Rows that one hand gives."""

    rows: Sequence[ReadingRow]
    by: Actor


def understand(*, lines: Sequence[Line], series: QuerySet[Series], at: datetime) -> Understood:
    """What the rows mean for these series. Everything wrong is gathered; nothing is written."""
    found = Understood()
    filled = []
    for line in lines:
        if line.is_empty:
            found.empty += 1
        elif not is_ours(line.check, line.kpi, line.cell, line.period):
            found.problems.append(Problem.at(line.number, "kpi", EDITED))
        else:
            filled.append(line)
    cells = _cells(filled, series, at)
    seen: dict[str, int] = {}
    for line in filled:
        cell = cells.get((line.kpi, line.cell, line.period))
        if cell is None:
            found.problems.append(Problem.at(line.number, "kpi", NOT_YOURS))
        elif cell.key in seen:
            message = _("This period stands in row %(row)s too. Keep one.")
            found.problems.append(
                Problem.at(line.number, "period", message % {"row": seen[cell.key]})
            )
        else:
            seen[cell.key] = line.number
            _judge(line, cell, found, at)
    return found


@transaction.atomic
def take(*, lots: Sequence[Lot], at: datetime) -> int:
    """Record every row or none, each lot as one act with its event; how many were new.

    The same rows again add nothing. Raises what readings.take_many raises.
    """
    created = 0
    for lot in lots:
        items = [
            readings.Incoming(
                definition=row.series.definition,
                cell=row.series.cell.key,
                period=row.period,
                observation=row.observation,
                source=row.source,
                state=row.state,
                note=row.note,
            )
            for row in lot.rows
        ]
        created += len(readings.take_many(items=items, by=lot.by, at=at).created)
    return created


def _cells(
    lines: Sequence[Line], series: QuerySet[Series], at: datetime
) -> dict[tuple[str, str, str], Cell]:
    """The cells that rows name. A constant number of queries."""
    within = series.filter(
        definition__kpi__code__in={line.kpi for line in lines},
        cell__key__in={line.cell for line in lines},
    )
    by_name = {(one.definition.kpi.code, one.cell.key): one for one in within}
    keys = {}
    for line in lines:
        one = by_name.get((line.kpi, line.cell))
        period = _period(line.period)
        if one is not None and period is not None:
            keys[line.kpi, line.cell, line.period] = key_of(one.pk, period)
    found = named(series, keys.values(), at)
    return {place: found[key] for place, key in keys.items() if key in found}


def _period(text: str) -> Period | None:
    try:
        return parse_period(text, "yearly")
    except PeriodRefused:
        return None


def _judge(line: Line, cell: Cell, found: Understood, at: datetime) -> None:
    """One row: a value to take, one that is known, or what is wrong with it."""
    problems = found.problems
    before = len(problems)
    observation = _observation(line, cell, problems)
    state = _state(line, problems)
    source = line.text("source")
    try:
        sources.checked(source)
    except Refused as refused:
        problems.append(Problem.at(line.number, "source", refused))
    if observation is None or len(problems) > before:
        return
    row = ReadingRow(cell.series, cell.period, observation, source, state, None, line.text("note"))
    try:
        checks.check_period(row.series, row.period, at)
        checks.check_observation(row.series, observation)
    except Refused as refused:
        name = next(iter(refused.fields or {}), "value")
        place = name if name in line.filled else "value"
        problems.append(Problem.at(line.number, place, refused))
        return
    if cell.lock is not None:
        message = _("The period is locked: %(reason)s") % {"reason": cell.lock.reason}
        problems.append(Problem.at(line.number, "period", message))
        return
    _compare(line, cell, row, found)


def _compare(line: Line, cell: Cell, row: ReadingRow, found: Understood) -> None:
    """Against the value that is there: the same, another one, or one from another source."""
    there = cell.reading
    if there is None or there.source.name != row.source:
        found.rows.append(Filled(line.number, cell, row, known=False))
    elif content_of(there) == row.content:
        found.rows.append(Filled(line.number, cell, row, known=True))
    else:
        said = typed.written(there.comparator, there.value, there.high)
        message = _("There is another value already: %(value)s. Correct it on the page.")
        found.problems.append(Problem.at(line.number, "value", message % {"value": said}))


def _observation(line: Line, cell: Cell, problems: list[Problem]) -> Observation | None:
    asked = ("numerator", "denominator") if cell.is_ratio else ("value",)
    for name in ("value", "numerator", "denominator"):
        if name not in asked and line.filled[name] != "":
            message = (
                _("This KPI is a ratio: give numerator and denominator, not the value.")
                if cell.is_ratio
                else _("This KPI is a number: give its value alone.")
            )
            problems.append(Problem.at(line.number, name, message))
            return None
    for name in asked:
        if line.filled[name] in ODD:
            problems.append(Problem.at(line.number, name, ODD[line.filled[name]]))
            return None
    try:
        if cell.is_ratio:
            return _ratio(line, cell.series.definition.scale)
        return _number(line.filled["value"])
    except NumberRefused as refused:
        name = next(iter(refused.fields or {}), asked[0])
        problems.append(Problem.at(line.number, name if name in asked else asked[0], refused))
        return None


def _number(value: str) -> Observation:
    """What the spreadsheet holds as a number has one meaning; a text may have several."""
    return typed.read(value.removeprefix(NUMBER), pasted=not value.startswith(NUMBER))


def _ratio(line: Line, scale: int) -> Observation:
    texts = [line.filled[name] for name in ("numerator", "denominator")]
    for name, text in zip(("numerator", "denominator"), texts, strict=True):
        if not text.startswith(NUMBER):
            choices = typed.meanings(text)
            if len(choices) > 1:
                message = f"{text} could mean {' or '.join(choices)}. Write the one you mean."
                raise typed.CellRefused(message, field=name, meanings=choices)
    return typed.read_ratio(texts[0].lstrip(NUMBER), texts[1].lstrip(NUMBER), Decimal(scale))


def _state(line: Line, problems: list[Problem]) -> str:
    """The state as it is stored, from its lasting name or the reader's word for it."""
    said = line.text("state").casefold()
    for value, label in Reading.State.choices:
        if said in (value, str(label).casefold()):
            return str(value)
    message = _("Write final or provisional.")
    problems.append(Problem.at(line.number, "state", message))
    return ""
