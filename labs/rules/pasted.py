"""Steps pasted from a spreadsheet: lines of cells, read all at once.

The first line names the columns, in any order; each further line is one step. Cells stand
apart by tabs (as spreadsheets copy them) or by semicolons. Nothing is guessed: what cannot
be read is a problem of its line, and then no line counts.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from labs.rules import parts

MOST = 10_000
INITIATIVE, STEP, OWNER, START, FINISH, AFTER = (
    "initiative",
    "step",
    "owner",
    "start",
    "finish",
    "after",
)
COLUMNS = (INITIATIVE, STEP, OWNER, START, FINISH, AFTER)


@dataclass(frozen=True)
class Row:
    """One step as it was pasted. ``number`` counts steps from 1, ``line`` lines of the text.

    ``after``: numbers of steps of the same list, or titles.
    """

    number: int
    line: int
    step: str
    initiative: str = ""
    owner: str = ""
    start: str | None = None
    finish: str | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wrong:
    """What is wrong in a line (0: in the whole), and in which column."""

    line: int
    column: str
    problem: parts.Problem


@dataclass(frozen=True)
class Pasted:
    """The steps of a text, and what is wrong with it: with anything wrong, no step counts.

    Rows come with what is wrong in them, so that their names can be looked up all the same
    and every line to mend is told at once.
    """

    rows: list[Row] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def read(text: str, headings: Mapping[str, str]) -> Pasted:
    """Read the steps of ``text``. ``headings``: name of a column in small letters -> column."""
    lines = [
        (number, line)
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1)
        if line.strip()
    ]
    if not lines:
        return Pasted(wrong=[Wrong(0, "", parts.Problem("nothing_pasted"))])
    if len(lines) - 1 > MOST:
        return Pasted(wrong=[Wrong(0, "", parts.Problem("too_many_lines", {"most": str(MOST)}))])
    sign = "\t" if "\t" in lines[0][1] else ";"
    names = [headings.get(name.strip().lower(), "") for name in lines[0][1].split(sign)]
    wrong = [
        Wrong(lines[0][0], name, parts.Problem("unknown_column", {"name": name.strip()}))
        for name, known in zip(lines[0][1].split(sign), names, strict=True)
        if not known
    ]
    if STEP not in names:
        wrong.append(Wrong(lines[0][0], STEP, parts.Problem("no_step_column")))
    if wrong:
        return Pasted(wrong=wrong)
    rows = []
    for count, (number, line) in enumerate(lines[1:], start=1):
        cells = next(csv.reader([line], delimiter=sign))
        row, problems = _row(count, number, dict(zip(names, cells, strict=False)))
        rows.append(row)
        wrong += problems
        if len(cells) > len(names):
            wrong.append(Wrong(number, "", parts.Problem("too_many_cells")))
    if not rows:
        wrong.append(Wrong(0, "", parts.Problem("nothing_pasted")))
    return Pasted(rows=rows, wrong=wrong)


def _row(count: int, line: int, cells: Mapping[str, str]) -> tuple[Row, list[Wrong]]:
    given = {"title": cells.get(STEP), "starts_on": cells.get(START)}
    values, problems = parts.parse("milestone", given | {"finishes_on": cells.get(FINISH)})
    wrong = [Wrong(line, _COLUMN[name], problem) for name, problem in problems.items()]
    start, finish = values.get("starts_on"), values.get("finishes_on")
    if start and finish and finish < start:
        problem = parts.Problem("before", {"other": "starts_on", "day": start})
        wrong.append(Wrong(line, FINISH, problem))
    after = tuple(each.strip() for each in (cells.get(AFTER) or "").split(",") if each.strip())
    row = Row(
        number=count,
        line=line,
        step=values.get("title") or "",
        initiative=" ".join((cells.get(INITIATIVE) or "").split()),
        owner=" ".join((cells.get(OWNER) or "").split()),
        start=start,
        finish=finish,
        after=after,
    )
    return row, wrong


_COLUMN = {"title": STEP, "starts_on": START, "finishes_on": FINISH}


def digest(rows: Iterable[Row]) -> str:
    """SHA-256 of the steps, for the one event of a paste."""
    said = [
        [row.initiative, row.step, row.owner, row.start, row.finish, list(row.after)]
        for row in rows
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
