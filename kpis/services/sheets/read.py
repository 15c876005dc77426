"""Reading the spreadsheet of what is due as it came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from kpis.services.imports.sheets import SheetRefused, letters, read_sheet
from kpis.services.sheets.layout import COLUMNS, FILLED, FIRST_ROW, PLACE, SHEET, unescaped

Value = str | float | int | bool
NOT_OURS = _lazy(
    "This is not the spreadsheet of what is due. Download it anew and fill that one in."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it came back: its key, and what was filled in, as the spreadsheet holds it."""

    number: int
    check: str
    kpi: str
    cell: str
    period: str
    filled: dict[str, Value]

    @property
    def is_empty(self) -> bool:
        """Whether no value was filled in; state and source stand there from the start."""
        return all(self.filled[name] == "" for name in ("value", "numerator", "denominator"))


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
        return cls(row, f"{letters(place)} ({COLUMNS[place].title})", str(message))


def read(*, file: IO[bytes]) -> list[Line]:
    """The rows of the file, empty ones too. Raises SheetRefused."""
    lines = []
    named = False
    for number, cells in read_sheet(file, SHEET):
        if not named:
            _check_names(cells)
            named = True
        elif number >= FIRST_ROW:
            lines.append(_line(number, cells))
    if not named:
        raise SheetRefused(NOT_OURS)
    return lines


def _check_names(cells: Sequence[object]) -> None:
    """The hidden first row names the columns: added, moved or dropped ones are refused."""
    for place, column in enumerate(COLUMNS):
        found = cells[place] if place < len(cells) else ""
        if found != column.name:
            raise SheetRefused(
                _(
                    "Row 1, column %(column)s: the column “%(title)s” is not where it was."
                    " Download the spreadsheet anew, and do not add, move or drop columns."
                )
                % {"column": letters(place), "title": column.title}
            )


def _line(number: int, cells: Sequence[object]) -> Line:
    def text(name: str) -> str:
        return unescaped(str(_at(cells, name)))

    return Line(
        number=number,
        check=text("check"),
        kpi=text("kpi"),
        cell=text("cell"),
        period=text("period"),
        filled={name: _value(_at(cells, name)) for name in FILLED},
    )


def _at(cells: Sequence[object], name: str) -> object:
    place = PLACE[name]
    return cells[place] if place < len(cells) else ""


def _value(found: object) -> Value:
    """A cell in a form that can be kept between two pages; dates and times as text."""
    if isinstance(found, bool | int | float):
        return found
    text = unescaped(str(found).strip()) if isinstance(found, str) else f"date {found}"
    return text
