"""A sheet of an XLSX file becomes ``rows.csv``, each cell with what only the sheet knows.

The reader of values (calamine) does not say which cells hold formulas, which are shown in
per cent and which are merged; that is read from the file itself. Numbers are marked as
numbers, so that no decimal comma said of the text changes them; saved values of formulas
are marked as such (kpis.rules.spelling). Merged cells are refused with their place.

A sheet of a million rows takes a while and much memory, so it is read in a process of its
own (the command ``read_sheet``), which holds nobody up.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from kpis.rules.spelling import ERROR, FORMULA, NUMBER, STALE
from kpis.services.imports import uploads
from kpis.services.imports.files import FileRefused, stream_limit_bytes

MOST_UNPACKED = 12  # times the largest file: what unpacks to more is no table
PIECE = 1 << 22
TAIL = 1 << 16  # of a piece, kept for a cell that does not end in it
EVERY = 20_000  # rows between two signs of life
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PERCENT = {"9", "10"}  # formats every spreadsheet knows: 0% and 0.00%
# A cell with a formula: its attributes, and what follows the formula up to the cell's end.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)(.{0,40})",
    re.DOTALL,
)
_ERROR = re.compile(rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>')
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
Cell = object
Odd = dict[int, dict[int, str]]  # row -> column -> what is odd about the cell


class WorkbookRefused(FileRefused):
    """A spreadsheet that cannot be taken; the message names the place."""

    code = "sheet"


def sheet_names(path: Path) -> list[str]:
    """The sheets of the file that hold tables, in their order. Raises WorkbookRefused."""
    with _parts(path) as parts:
        _check_size(parts)
        return list(_sheets(parts))


def read(path: Path, sheet: str, *, alive: Callable[[int], None] = lambda _row: None) -> int:
    """Write ``rows.csv`` of a sheet, whole or not at all; how many rows it has.

    ``alive`` is called now and then with the row that was reached. Raises WorkbookRefused.
    """
    with _parts(path) as parts:
        _check_size(parts)
        inner = _sheets(parts).get(sheet)
        if inner is None:
            raise WorkbookRefused(_("There is no such sheet in the file. Choose another one."))
        odd = _odd_cells(parts, inner)
    table = _table(path, sheet)
    _refuse_merged(table)
    target = uploads.rows_of(path)
    draft = target.with_suffix(".new")
    written = 0
    with draft.open("w", encoding="utf-8", newline="") as made:
        writer = csv.writer(made, lineterminator="\n")
        for number, cells in _rows(table):
            written = number
            writer.writerow(_texts(cells, odd.get(number)))
            if number % EVERY == 0:
                alive(number)
    draft.replace(target)
    return written


def _parts(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise WorkbookRefused(_("This is no XLSX file that can be read. Save it anew.")) from None


def _check_size(parts: zipfile.ZipFile) -> None:
    unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > MOST_UNPACKED * stream_limit_bytes():
        raise WorkbookRefused(_("The file is too large. Split it into smaller ones."))


def _sheets(parts: zipfile.ZipFile) -> dict[str, str]:
    """Name -> where in the file its cells are. Raises WorkbookRefused."""
    try:
        with parts.open("xl/workbook.xml") as xml:
            ids = {
                element.get("name", ""): element.get(RELATION)
                for _event, element in iterparse(xml, forbid_dtd=True)
                if element.tag == f"{MAIN}sheet"
            }
        with parts.open("xl/_rels/workbook.xml.rels") as xml:
            targets = {
                element.get("Id"): element.get("Target", "")
                for _event, element in iterparse(xml, forbid_dtd=True)
                if element.tag.endswith("}Relationship")
            }
    except (ParseError, DefusedXmlException, KeyError, zipfile.BadZipFile):
        raise WorkbookRefused(_("This is no XLSX file that can be read. Save it anew.")) from None
    found = {name: targets.get(number, "") for name, number in ids.items()}
    return {
        name: target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        for name, target in found.items()
        if "worksheets/" in target
    }


def _table(path: Path, sheet: str) -> CalamineSheet:
    try:
        return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet)
    except PasswordError:
        raise WorkbookRefused(_("The file has a password. Save it without one.")) from None
    except CalamineError:
        raise WorkbookRefused(_("This is no XLSX file that can be read. Save it anew.")) from None


def _refuse_merged(table: CalamineSheet) -> None:
    merged = table.merged_cell_ranges or []
    if merged:
        places = ", ".join(
            f"{_letters(first[1])}{first[0] + 1}:{_letters(last[1])}{last[0] + 1}"
            for first, last in merged[:10]
        )
        raise WorkbookRefused(
            _(
                "Some cells are merged, so it is not certain which rows their values belong to:"
                " %(places)s. Unmerge them, fill each cell, and send the file again."
            )
            % {"places": places}
        )


def _letters(column: int) -> str:
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _rows(table: CalamineSheet) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Every row from the first on, empty ones too, so that its number is the sheet's."""
    if table.start is None:
        return
    left = [""] * table.start[1]
    for number, cells in enumerate(table.iter_rows(), start=1):
        yield number, [*left, *cells]


def _texts(cells: Sequence[Cell], odd: dict[int, str] | None) -> list[str]:
    texts = [_text(cell) for cell in cells]
    for column, what in (odd or {}).items():
        if column >= len(texts):
            texts += [""] * (column + 1 - len(texts))
        text = texts[column]
        if "percent" in what and text[:1] == NUMBER:
            text = f"{NUMBER}{_plain(Decimal(text[1:]).scaleb(2))}%"
        if "error" in what:
            text = ERROR
        elif "stale" in what:
            text = STALE
        elif "formula" in what:
            text = FORMULA + text
        texts[column] = text
    return texts


def _text(cell: Cell) -> str:
    """A cell as text: numbers marked, days as year-month-day."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return NUMBER + _plain(Decimal(repr(cell)))
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, time | timedelta) else ""


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _odd_cells(parts: zipfile.ZipFile, inner: str) -> Odd:
    """Cells with formulas, with errors, and those shown in per cent, by their place."""
    odd: Odd = {}
    styles = sorted(_percent_styles(parts))
    percent = (
        re.compile(rb'<(?:\w+:)?c\b([^>]*\bs="(?:' + "|".join(styles).encode() + rb')"[^>]*)>')
        if styles
        else None
    )
    try:
        with parts.open(inner) as xml:
            for piece in _overlapping(xml):
                for match in _FORMULA.finditer(piece):
                    rest = match[2].lstrip()
                    has_value = re.match(rb"<(?:\w+:)?(v|is)>[^<]", rest) is not None
                    _mark(odd, match[1], "formula" if has_value else "stale")
                for match in _ERROR.finditer(piece):
                    _mark(odd, match[1], "error")
                for match in percent.finditer(piece) if percent else ():
                    _mark(odd, match[1], "percent")
    except (KeyError, zipfile.BadZipFile):
        raise WorkbookRefused(_("This is no XLSX file that can be read. Save it anew.")) from None
    return odd


def _overlapping(xml: IO[bytes]) -> Iterator[bytes]:
    """The text in pieces, each with the end of the one before: no cell falls between two."""
    kept = b""
    while piece := xml.read(PIECE):
        yield kept + piece
        kept = (kept + piece)[-TAIL:]


def _mark(odd: Odd, attributes: bytes, what: str) -> None:
    reference = _REFERENCE.search(attributes)
    if reference is None:
        raise WorkbookRefused(
            _("The cells of this sheet do not say where they stand. Save the file anew.")
        )
    column = 0
    for letter in reference[1]:
        column = column * 26 + letter - 64
    row = odd.setdefault(int(reference[2]), {})
    before = row.get(column - 1, "")
    if what not in before:
        row[column - 1] = f"{before} {what}".strip()


def _percent_styles(parts: zipfile.ZipFile) -> set[str]:
    """The styles, by their place in the file, that show a number in per cent."""
    if "xl/styles.xml" not in parts.namelist():
        return set()
    own: dict[str, str] = {}
    styles: set[str] = set()
    try:
        with parts.open("xl/styles.xml") as xml:
            for _event, element in iterparse(xml, forbid_dtd=True):
                if element.tag == f"{MAIN}numFmt":
                    own[element.get("numFmtId", "")] = element.get("formatCode", "")
                elif element.tag == f"{MAIN}cellXfs":
                    for place, style in enumerate(element):
                        number = style.get("numFmtId", "")
                        if number in PERCENT or "%" in own.get(number, ""):
                            styles.add(str(place))
    except (ParseError, DefusedXmlException):
        raise WorkbookRefused(_("This is no XLSX file that can be read. Save it anew.")) from None
    return styles
