"""Control charts of a plain table of series: its rows read and checked, its results as rows.

Public names::

    read(lines: Iterable[str]) -> Table                 raises TableRefused
    results(table) -> list[list[str]]                   one row per row read, in the same order
    summaries(table) -> list[list[str]]                 one row per series, in order of appearance
    COLUMNS_IN, COLUMNS_OUT, COLUMNS_OF_SUMMARY

Read: series_id, direction (increase, decrease or neutral is better), target (blank:
none), period (its first day), value (blank: reported without a value), rebase (1: a new
baseline group starts on this row). The rows of a series may stand in any order; they are
judged in the order of their periods. A period without a row breaks nothing. What could
mean two things is refused with the line it stands on: a second row for a period, another
direction or target within a series, a number that is not one.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kpis.rules.evidence import number
from kpis.rules.periods import PeriodRefused, parse_date
from kpis.rules.xmr import ASSURANCES, KINDS, Charts, assurances, charts, meanings
from ledger.rules.errors import Refused

COLUMNS_IN = ("series_id", "direction", "target", "period", "value", "rebase")
COLUMNS_OUT = (
    *("series_id", "period", "mean", "lpl", "upl", "point_type"),
    *("special_cause_type", "special_cause_flag", "outside_limits", "close_to_limits"),
    *("relative_to_mean", "rule_trend", "rule_two_in_three", "rule_shift"),
    *("rebase_group", "short_group_warning"),
)
COLUMNS_OF_SUMMARY = ("series_id", "variation", "assurance", "short_group_warning")
# What the codes of xmr.CAUSES are called in these files.
CAUSE_NAMES = (
    "Common Cause",
    *("Above UCL", "Below LCL"),
    *("7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"),
    *("2 in 3 Above CL", "2 in 3 Below CL"),
    *("7 Points Above CL", "7 Points Below CL"),
)
DIRECTIONS = {"increase": 1, "decrease": -1, "neutral": 0}
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_LARGEST = 1e100
_SHOWN = 20


class TableRefused(Refused):
    """A table that cannot be charted; ``problems`` say why, each with its line."""

    code = "control_table"

    def __init__(self, problems: Sequence[str]) -> None:
        shown = list(problems[:_SHOWN])
        if len(problems) > _SHOWN:
            shown.append(f"and {len(problems) - _SHOWN} more.")
        super().__init__("\n".join(shown))
        self.problems = tuple(problems)


@dataclass
class Table:
    """The rows of a file by column, as they stood; per series its direction and target."""

    series: list[int] = field(default_factory=list)
    periods: list[date] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    rebase: list[bool] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    directions: list[int] = field(default_factory=list)
    targets: list[float] = field(default_factory=list)
    seen: dict[tuple[int, date], int] = field(default_factory=dict)


def read(lines: Iterable[str]) -> Table:
    """The table of a CSV file with a heading. Raises TableRefused with every problem found."""
    reader = csv.reader(lines, strict=True)
    table, problems = Table(), list[str]()
    try:
        heading = [name.strip() for name in next(reader, [])]
        _check_heading(heading)
        places = [heading.index(name) for name in COLUMNS_IN]
        for row in reader:
            if row and any(cell.strip() for cell in row):
                problem = _add(table, row, places, len(heading), reader.line_num)
                problems += [f"Line {reader.line_num}: {problem}"] if problem else []
    except csv.Error as error:
        raise TableRefused(
            [*problems, f"Line {reader.line_num} is not CSV: {error}. Save the file again as CSV."]
        ) from error
    if problems:
        raise TableRefused(problems)
    return table


def _check_heading(heading: Sequence[str]) -> None:
    missing = [name for name in COLUMNS_IN if name not in heading]
    twice = sorted({name for name in COLUMNS_IN if heading.count(name) > 1})
    if missing:
        wanted = ",".join(COLUMNS_IN)
        said = f"The file has no column {', '.join(missing)}."
        raise TableRefused([f"{said} Its first line must name {wanted}, with commas between them."])
    if twice:
        raise TableRefused([f"The column {', '.join(twice)} is there twice. Keep one of them."])


def _add(
    table: Table, row: Sequence[str], places: Sequence[int], width: int, line: int
) -> str | None:
    """Takes one row in; what is wrong with it, if anything."""
    if len(row) != width:
        return f"it has {len(row)} fields, the heading has {width}."
    name, direction, target, period, value, rebase = (row[place].strip() for place in places)
    try:
        day = parse_date(period)
        number_, aim = _number(value, "value"), _number(target, "target")
    except PeriodRefused as refusal:
        return str(refusal)
    except ValueError as error:
        return str(error)
    if not name:
        return "it has no series_id."
    if direction not in DIRECTIONS:
        return f"the direction “{direction}” is none of {', '.join(DIRECTIONS)}."
    if rebase not in ("", "0", "1"):
        return f"rebase is “{rebase}”; write 1 where a new baseline group starts, else 0."
    return _add_checked(table, line, name, DIRECTIONS[direction], aim, day, number_, rebase == "1")


def _add_checked(
    table: Table,
    line: int,
    name: str,
    direction: int,
    target: float,
    day: date,
    value: float,
    rebase: bool,
) -> str | None:
    series = table.names.setdefault(name, len(table.names))
    if series == len(table.directions):
        table.directions.append(direction)
        table.targets.append(target)
    if table.directions[series] != direction:
        return f"the direction of {name} is another than on the lines before."
    if not (
        table.targets[series] == target
        or (math.isnan(table.targets[series]) and math.isnan(target))
    ):
        return f"the target of {name} is another than on the lines before."
    first = table.seen.setdefault((series, day), line)
    if first != line:
        return f"{name} has a row for {day} on line {first} already. Keep one of the two."
    table.series.append(series)
    table.periods.append(day)
    table.values.append(value)
    table.rebase.append(rebase)
    return None


def _number(text: str, column: str) -> float:
    """The double of a plain number; NaN for a blank. Raises ValueError."""
    if not text:
        return math.nan
    if not _NUMBER.fullmatch(text) or abs(float(text)) > _LARGEST:
        raise ValueError(
            f"the {column} “{text}” is not a number. Write digits and a point only, or leave it blank."
        )
    return float(text)


def _drawn(table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64], Charts]:
    """The order in which rows are judged, each row's rebase group in that order, the charts."""
    series = np.array(table.series, np.int64)
    days = np.array([day.toordinal() for day in table.periods], np.int64)
    order = np.lexsort((days, series))
    owner = series[order]
    passed = np.cumsum(np.array(table.rebase, bool)[order])
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    before = np.where(starts > 0, passed[starts - 1], 0) if len(starts) else passed
    within = passed - np.repeat(before, np.diff(starts, append=len(owner)))
    group = within + owner * (len(owner) + 1)
    return order, within, charts(np.array(table.values, np.float64)[order], group)


def results(table: Table) -> list[list[str]]:
    """The rows of the table with their charts, as text, in COLUMNS_OUT."""
    if not table.series:
        return []
    order, within, drawn = _drawn(table)
    owner = np.array(table.series)[order]
    blank = np.isnan(np.array(table.values)[order])
    unjudged = blank | drawn.spread(np.isnan(drawn.lower))
    kinds = meanings(drawn.cause, np.array(table.directions, np.int8)[owner])
    lines = [_line(drawn.spread(line)) for line in (drawn.mean, drawn.lower, drawn.upper)]
    columns: list[Sequence[str]] = [
        *lines,
        [KINDS[k] for k in kinds.tolist()],
        [CAUSE_NAMES[c] for c in drawn.cause.tolist()],
        _flags(drawn.cause != 0),
        _flags(drawn.outside != 0, unjudged),
        _flags(drawn.close != 0, unjudged),
        _flags(_SIGNS[drawn.side], blank),
        _flags(drawn.in_trend),
        _flags(drawn.two_in_three != 0),
        _flags(drawn.shift != 0),
        _flags(within),
        _flags(drawn.spread(drawn.short)),
    ]
    names = list(table.names)
    rows: list[list[str]] = [[] for _ in table.series]
    for place, *cells in zip(order.tolist(), *columns, strict=True):
        rows[place] = [names[table.series[place]], table.periods[place].isoformat(), *cells]
    return rows


_SIGNS = np.array([0, 1, -1], np.int8)


def _line(column: NDArray[np.float64]) -> list[str]:
    """Fifteen significant digits: what doubles hold for certain."""
    return [number(float(f"{x:.15g}")) or "" for x in column.tolist()]


def _flags(column: NDArray[np.generic], hidden: NDArray[np.bool_] | None = None) -> list[str]:
    """Whole numbers as text, blank where they cannot be judged."""
    texts = [str(int(x)) for x in column.tolist()]
    if hidden is None:
        return texts
    return ["" if h else text for text, h in zip(texts, hidden.tolist(), strict=True)]


def summaries(table: Table) -> list[list[str]]:
    """Per series the type of its last row, its assurance and whether a group was short."""
    if not table.series:
        return []
    order, _within, drawn = _drawn(table)
    owner = np.array(table.series)[order]
    last = np.flatnonzero(np.diff(owner, append=-1))
    group = drawn.group_of(last)
    direction, target = np.array(table.directions, np.int8), np.array(table.targets)
    kinds = meanings(drawn.cause[last], direction)
    sure = assurances(drawn.lower[group], drawn.upper[group], target, target, direction)
    short = np.zeros(len(last), bool)
    short[owner[drawn.starts[drawn.short]]] = True
    return [
        [name, KINDS[kinds[s]], ASSURANCES[sure[s]], "short_group" if short[s] else ""]
        for name, s in table.names.items()
    ]
