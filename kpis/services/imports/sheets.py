"""Reading an XLSX sheet strictly: cells as the spreadsheet holds them, with their place.

``read_sheet`` gives (row number, cells) with the numbers that a spreadsheet shows.
What nobody could read back with certainty is refused with its place: merged cells,
and formulas whose result the file does not hold.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from kpis.services.imports.files import FileRefused, limit_bytes

Cell = str | float | int | bool | date | datetime | time | timedelta
Rows = Iterator[tuple[int, list[Cell]]]
MOST_UNPACKED = 20  # times the limit of a file: more is no spreadsheet that anybody filled in
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class SheetRefused(FileRefused):
    """A spreadsheet that cannot be taken; the message names each place."""

    code = "sheet"


def read_sheet(file: str | Path | IO[bytes], sheet: str | None = None) -> Rows:
    """The rows of a sheet (the first if none is named) from its row 1 on, empty ones left out.

    Raises SheetRefused.
    """
    content = _bytes(file)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise SheetRefused(_("There is no sheet “%(name)s” in the file.") % {"name": sheet})
        name = sheet or names[0]
        found = workbook.get_sheet_by_name(name)
    except PasswordError:
        raise SheetRefused(_("The file has a password. Save it without one.")) from None
    except (CalamineError, IndexError):
        raise SheetRefused(_("This is no XLSX file that can be read. Save it anew.")) from None
    _refuse_merged(found)
    _refuse_formulas(content, name)
    return _rows(found)


def _bytes(file: str | Path | IO[bytes]) -> bytes:
    content = Path(file).read_bytes() if isinstance(file, str | Path) else file.read()
    if len(content) > limit_bytes():
        raise SheetRefused(_("The file is too large. Split it into smaller ones."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile:
        raise SheetRefused(_("This is no XLSX file. Save the table as .xlsx.")) from None
    if unpacked > MOST_UNPACKED * limit_bytes():
        raise SheetRefused(_("The file is too large. Split it into smaller ones."))
    return content


def _rows(sheet: CalamineSheet) -> Rows:
    first = 1 if sheet.start is None else sheet.start[0] + 1
    left = 0 if sheet.start is None else sheet.start[1]
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        if any(cell != "" for cell in cells):
            yield number, [*[""] * left, *cells]


def _refuse_merged(sheet: CalamineSheet) -> None:
    merged = sheet.merged_cell_ranges or []
    if merged:
        row, column = merged[0][0]
        raise SheetRefused(
            _("Row %(row)s, column %(column)s: the cells are merged. Unmerge them.")
            % {"row": row + 1, "column": letters(column)}
        )


def letters(column: int) -> str:
    """The name of a column counted from 0: A, B, … AA."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _refuse_formulas(content: bytes, sheet: str) -> None:
    """What the reader would show as empty, or as another number than people see, is refused."""
    said = {
        "formula": _(
            "the formula has no result in the file."
            " Open it in a spreadsheet and save it, or write the value."
        ),
        "error": _("the cell shows an error. Write the value."),
        "percent": _(
            "the number is shown in per cent, so that 12% is stored as 0.12."
            " Set the cell's format to a plain number and write 12."
        ),
    }
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            path = _path_of(parts, sheet)
            if path is None:
                return
            percent = _percent_styles(parts)
            with parts.open(path) as xml:
                for place, why in _odd_cells(xml, percent):
                    row, column = re.sub("[A-Z]", "", place), re.sub("[0-9]", "", place)
                    raise SheetRefused(
                        _("Row %(row)s, column %(column)s: %(why)s")
                        % {"row": row, "column": column, "why": said[why]}
                    )
    except (ParseError, DefusedXmlException, KeyError, zipfile.BadZipFile):
        raise SheetRefused(_("This is no XLSX file that can be read. Save it anew.")) from None


def _path_of(parts: zipfile.ZipFile, sheet: str) -> str | None:
    """Where in the file the sheet's cells are; None for other kinds of spreadsheets."""
    if "xl/workbook.xml" not in parts.namelist():
        return None
    with parts.open("xl/workbook.xml") as xml:
        ids = {
            element.get("name"): element.get(_RELATION)
            for _event, element in iterparse(xml)
            if element.tag == f"{_MAIN}sheet"
        }
    with parts.open("xl/_rels/workbook.xml.rels") as xml:
        targets = {
            element.get("Id"): element.get("Target", "")
            for _event, element in iterparse(xml)
            if element.tag.endswith("}Relationship")
        }
    target: str | None = targets.get(ids.get(sheet))
    if not target:
        return None
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _percent_styles(parts: zipfile.ZipFile) -> set[str]:
    """The styles, by their place in the file, that show a number in per cent."""
    if "xl/styles.xml" not in parts.namelist():
        return set()
    own: dict[str, str] = {}
    styles: set[str] = set()
    with parts.open("xl/styles.xml") as xml:
        for _event, element in iterparse(xml):
            if element.tag == f"{_MAIN}numFmt":
                own[element.get("numFmtId", "")] = element.get("formatCode", "")
            elif element.tag == f"{_MAIN}cellXfs":
                for place, style in enumerate(element):
                    number = style.get("numFmtId", "")
                    if number in {"9", "10"} or "%" in own.get(number, ""):
                        styles.add(str(place))
    return styles


def _odd_cells(xml: IO[bytes], percent: set[str]) -> Iterator[tuple[str, str]]:
    for _event, element in iterparse(xml):
        if element.tag != f"{_MAIN}c":
            continue
        formula, value = element.find(f"{_MAIN}f"), element.find(f"{_MAIN}v")
        empty = value is None or not value.text
        kind = element.get("t", "n")
        if formula is not None and empty:
            yield element.get("r", ""), "formula"
        elif kind == "e":
            yield element.get("r", ""), "error"
        elif kind == "n" and not empty and element.get("s", "") in percent:
            yield element.get("r", ""), "percent"
        element.clear()
