"""Writing the spreadsheet of what is due."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import save_workbook

from kpis.models import Reading, Target
from kpis.models.kpis import Kind
from kpis.rules import typed
from kpis.selectors.pages.due import DueLine
from kpis.services.sheets.layout import (
    COLUMNS,
    FILLED,
    FIRST_ROW,
    HIDDEN,
    NAMES_ROW,
    PLACE,
    SHEET,
    TITLES_ROW,
    check_of,
    escaped,
)
from people.templatetags.formats import day, period_label

TO_FILL = PatternFill("solid", fgColor="FFF6DD")
NOT_ASKED = PatternFill("solid", fgColor="E6EBEC")


def write(*, lines: Sequence[DueLine]) -> bytes:
    """An XLSX file with a row for each line, to be filled in; in the language that is active."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    _head(sheet)
    for row, line in enumerate(lines, start=FIRST_ROW):
        _row(sheet, row, line)
    _lists(sheet, lines)
    sheet.protection.sheet = True  # against mistakes; no password, so that nobody is shut out
    sheet.protection.formatCells = False
    sheet.protection.formatColumns = False
    sheet.freeze_panes = sheet.cell(FIRST_ROW, PLACE["part"] + 1)
    _instructions(book.create_sheet(_("How to fill in")[:31]))
    out = io.BytesIO()
    save_workbook(book, out)
    return out.getvalue()


def _head(sheet: Worksheet) -> None:
    for place, column in enumerate(COLUMNS, start=1):
        _text(sheet.cell(NAMES_ROW, place), column.name)
        title = sheet.cell(TITLES_ROW, place)
        _text(title, str(column.title))
        title.font = Font(bold=True)
        shape = sheet.column_dimensions[get_column_letter(place)]
        shape.width = column.width
        shape.hidden = column.name in HIDDEN
    sheet.row_dimensions[NAMES_ROW].hidden = True


def _row(sheet: Worksheet, row: int, line: DueLine) -> None:
    series = line.series
    kpi, cell, period = series.definition.kpi, series.cell, str(line.period)
    texts = {
        "check": check_of(kpi.code, cell.key, period),
        "kpi": kpi.code,
        "cell": cell.key,
        "period": period,
        "name": kpi.name,
        "part": "" if cell.is_total else cell.label,
        "when": period_label(line.period.start, line.period.end),
        "unit": series.definition.unit,
        "due": day(line.owed.due),
        "last": _last(line.last),
        "target": _target(line.target),
        "state": Reading.State.FINAL,
        "source": line.last.source.name if line.last else "",
    }
    asked = _asked(series.definition.kind)
    for name, place in PLACE.items():
        target = sheet.cell(row, place + 1)
        _text(target, texts.get(name, ""))
        if name in asked:
            target.fill = TO_FILL
            target.protection = Protection(locked=False)
        elif name in FILLED:
            target.fill = NOT_ASKED


def _asked(kind: str) -> tuple[str, ...]:
    """The columns to fill in for this kind of KPI."""
    numbers = ("numerator", "denominator") if kind == Kind.RATIO else ("value",)
    return (*numbers, "state", "source", "note")


def _text(cell: Cell, text: str) -> None:
    """Text that stays text, whatever it looks like."""
    cell.value = escaped(str(text)) or None
    if cell.value is not None:
        cell.data_type = "s"


def _last(reading: Reading | None) -> str:
    if reading is None:
        return ""
    said = typed.written(reading.comparator, reading.value, reading.high)
    return f"{said} ({period_label(reading.period_start, reading.period_end)})"


def _target(target: Target | None) -> str:
    if target is None:
        return ""
    kind = "=" if target.high is None else "range"
    return typed.written(kind, Decimal(target.value), target.high)


def _lists(sheet: Worksheet, lines: Sequence[DueLine]) -> None:
    """Lists to choose from: the state everywhere, done or not where that is the question."""
    if not lines:
        return
    last = FIRST_ROW + len(lines) - 1
    states = DataValidation(
        type="list", formula1=f'"{",".join(Reading.State.values)}"', allow_blank=True
    )
    column = get_column_letter(PLACE["state"] + 1)
    states.add(f"{column}{FIRST_ROW}:{column}{last}")
    sheet.add_data_validation(states)
    done = DataValidation(type="list", formula1='"1,0"', allow_blank=True)
    column = get_column_letter(PLACE["value"] + 1)
    choices = [
        row
        for row, line in enumerate(lines, start=FIRST_ROW)
        if line.series.definition.kind == Kind.MILESTONE
    ]
    for row in choices:
        done.add(f"{column}{row}")
    if choices:
        sheet.add_data_validation(done)


def _instructions(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 100
    for row, line in enumerate(_said(), start=1):
        cell = sheet.cell(row, 1)
        _text(cell, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.protection.sheet = True


def _said() -> Iterable[str]:
    return (
        _("Fill in the yellow cells of the sheet “Values”, save the file and upload it."),
        _("Rows you leave without a value are left out; you can upload the file again later."),
        _("Write numbers as numbers: 1250000 or 12.5. No unit and no percent sign."),
        _("Write <5 or >5 for less or more than 5, ≈5 for about 5, 5..7 for a range."),
        _("Ratios have a numerator and a denominator, other KPIs a value. Done is 1, not done 0."),
        _("State: final, or provisional if the value may still change."),
        _("Source: where the value comes from. The source of the last value stands there."),
        _("Do not change, move or merge other cells; sort and delete rows as you like."),
        _("A formula counts by the result that was saved with the file."),
        _("A value that is there already is not changed by this file: correct it on the page."),
    )
