"""Reading the spreadsheet of what is due as it came back."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kpis.rules.spelling import ERROR, FORMULA, MARKS, NUMBER, STALE
from kpis.services.imports import uploads, workbooks
from kpis.services.imports.files import FileRefused
from kpis.services.sheets.layout import COLUMNS, FILLED, FIRST_ROW, PLACE, SHEET, unescaped

LARGEST = 20_000_000  # bytes
NOT_OURS = _lazy(
    "This is not the spreadsheet of what is due. Download it anew and fill that one in."
)
ODD = {
    STALE: _lazy(
        "The formula has no result in the file. Open the file in a spreadsheet and save it,"
        " or write the value."
    ),
    ERROR: _lazy("The cell shows an error. Write the value."),
}


class SheetRefused(FileRefused):
    """A file that is not the spreadsheet of what is due, or cannot be read."""

    code = "sheet"


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it came back: its key, and the cells that were filled in.

    A cell is text; one that the spreadsheet holds as a number begins with NUMBER
    (kpis.rules.spelling), one without a value to read with STALE or ERROR.
    """

    number: int
    check: str
    kpi: str
    cell: str
    period: str
    filled: dict[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether no value was filled in; state and source stand there from the start."""
        return all(self.filled[name] == "" for name in ("value", "numerator", "denominator"))

    def text(self, name: str) -> str:
        """A cell that was filled in, as plain text."""
        return self.filled[name].lstrip(MARKS).strip()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of the file."""

    row: int
    column: str
    message: str

    @classmethod
    def at(cls, row: int, name: str, message: object) -> Problem:
        """A problem in the column of this name."""
        place = PLACE[name]
        return cls(row, f"{_letter(place)} ({COLUMNS[place].title})", str(message))


def read(*, file: IO[bytes], size: int) -> list[Line]:
    """The rows of the file, empty ones too. Raises FileRefused."""
    if size > LARGEST:
        raise SheetRefused(_("The file is larger than 20 MB. Send the one you downloaded."))
    with tempfile.TemporaryDirectory(prefix="makmal-sheet-") as folder:
        path = Path(folder) / "due.xlsx"
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        if SHEET not in workbooks.sheet_names(path):
            raise SheetRefused(NOT_OURS)
        workbooks.read(path, SHEET)
        with uploads.rows_of(path).open(encoding="utf-8", newline="") as rows:
            return _lines(list(csv.reader(rows)))


def _lines(rows: Sequence[Sequence[str]]) -> list[Line]:
    if not rows:
        raise SheetRefused(NOT_OURS)
    _check_names(rows[0])
    return [
        _line(number, cells)
        for number, cells in enumerate(rows, start=1)
        if number >= FIRST_ROW and any(cells)
    ]


def _check_names(cells: Sequence[str]) -> None:
    """The hidden first row names the columns: added, moved or dropped ones are refused."""
    for place, column in enumerate(COLUMNS):
        if _at(cells, column.name) != column.name:
            raise SheetRefused(
                _(
                    "Row 1, column %(column)s: the column “%(title)s” is not where it was."
                    " Download the spreadsheet anew, and do not add, move or drop columns."
                )
                % {"column": _letter(place), "title": column.title}
            )


def _line(number: int, cells: Sequence[str]) -> Line:
    def key(name: str) -> str:
        return unescaped(_at(cells, name).lstrip(MARKS))

    filled = {name: unescaped(_at(cells, name).removeprefix(FORMULA).strip()) for name in FILLED}
    return Line(number, key("check"), key("kpi"), key("cell"), key("period"), filled)


def _at(cells: Sequence[str], name: str) -> str:
    place = PLACE[name]
    return cells[place] if place < len(cells) else ""


def _letter(place: int) -> str:
    """The name of a column; there are fewer than 27."""
    return chr(ord("A") + place)


__all__ = ["NUMBER", "ODD", "Line", "Problem", "SheetRefused", "read"]
