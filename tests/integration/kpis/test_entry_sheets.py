"""The spreadsheet of what is due: downloaded, filled in, looked over, taken as one act or not at all."""

from __future__ import annotations

import datetime
import html
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kpis.models import ImportBatch, Kpi, LiveReading, Reading
from kpis.services import locks
from kpis.services.sheets.layout import PLACE
from ledger.models import Event
from people.models import User
from tests.factories import kpis as make
from tests.factories import people
from tests.factories.labs import AreaFactory

pytestmark = pytest.mark.django_db
Fill = Callable[[Worksheet], Any]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The business time is that of the factories: 17 April 2019."""
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def owner(client) -> User:
    user = people.ministry_officer()
    client.force_login(user)
    return user


def owned(by: User, area=None, **fields) -> Kpi:
    """A KPI by quarter that owes Q3 2018, Q4 2018 and Q1 2019."""
    given = {
        "reporting_from": datetime.date(2018, 7, 1),
        "frequency": "quarterly",
        "owner": people.post_of(by),
        **fields,
    }
    return make.kpi(area, **given)


def sheet_of(client: Client, query: str = "") -> Workbook:
    response = client.get(f"/entry/due.xlsx{query}")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="due-2019-04-17.xlsx"'
    return load_workbook(io.BytesIO(response.content))


def put(sheet: Worksheet, row: int, **cells: Any) -> None:
    for name, value in cells.items():
        sheet.cell(row, PLACE[name] + 1).value = value


def got(sheet: Worksheet, row: int, name: str) -> Any:
    return sheet.cell(row, PLACE[name] + 1).value


def upload(client: Client, fill: Fill, book: Workbook | None = None) -> str:
    """The page after the file that ``fill`` has filled in was sent."""
    book = book or sheet_of(client)
    fill(book["Values"])
    out = io.BytesIO()
    book.save(out)
    return send(client, out.getvalue())


def send(client: Client, content: bytes) -> str:
    file = SimpleUploadedFile("due.xlsx", content)
    response = client.post("/entry/upload/", {"sheet": file})
    assert response.status_code == 200
    return html.unescape(response.text)


def take(client: Client, page: str, **fields: Any) -> str:
    """The page after saying yes to a preview."""
    found = re.search(r'name="lines" value="([^"]+)"', page)
    assert found is not None, page
    given = {"lines": found[1], **fields}
    return html.unescape(client.post("/entry/upload/", given, follow=True).text)


def problems(page: str) -> list[tuple[str, str, str]]:
    """Row, column and message of everything that is wrong."""
    rows = re.findall(
        r'<th scope="row"[^>]*>(\d+)</th>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>', page
    )
    return [(row, column, message) for row, column, message in rows]


# Downloading


def test_the_sheet_has_a_row_for_each_value_that_is_due(client, owner):
    kpi = owned(owner, name="Arrivals", unit="visitors")
    make.reading(make.total(kpi), "2018-Q3", "40", source="Census")
    make.target(make.total(kpi), "2018-Q4", "45")
    owned(people.ministry_officer(), name="Somebody else's")
    sheet = sheet_of(client)["Values"]
    assert sheet.max_row == 4
    assert [got(sheet, 3, name) for name in ("name", "when", "unit", "last", "target")] == [
        "Arrivals",
        "Q4 2018",
        "visitors",
        "40 (Q3 2018)",
        "45",
    ]
    assert [got(sheet, 3, name) for name in ("value", "state", "source", "note")] == [
        None,
        "final",
        "Census",
        None,
    ]
    assert [got(sheet, row, "period") for row in (3, 4)] == [
        "2018-10-01/2018-12-31",
        "2019-01-01/2019-03-31",
    ]


def test_keys_are_hidden_and_locked_and_lists_offer_the_choices(client, owner):
    owned(owner)
    owned(owner, kind="ratio", scale=100, unit="%")
    book = sheet_of(client)
    sheet = book["Values"]
    assert sheet.protection.sheet
    assert sheet.row_dimensions[1].hidden
    assert all(sheet.column_dimensions[letter].hidden for letter in "ABCD")
    assert sheet.cell(3, PLACE["kpi"] + 1).protection.locked
    assert not sheet.cell(3, PLACE["value"] + 1).protection.locked
    assert sheet.cell(3, PLACE["numerator"] + 1).protection.locked
    assert not sheet.cell(6, PLACE["numerator"] + 1).protection.locked
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == [
        '"provisional,final"'
    ]
    assert len(book.worksheets) == 2
    assert "yellow cells" in book.worksheets[1]["A1"].value


def test_texts_are_never_taken_for_formulas(client, owner):
    kpi = owned(owner, name="=1+1", unit="@cases")
    make.reading(make.total(kpi), "2018-Q3", "-3", source="+cmd|'calc'")
    sheet = sheet_of(client)["Values"]
    assert got(sheet, 3, "name") == "'=1+1"
    assert got(sheet, 3, "unit") == "'@cases"
    assert got(sheet, 3, "source") == "'+cmd|'calc'"
    assert got(sheet, 3, "last") == "'-3 (Q3 2018)"
    assert sheet.cell(3, PLACE["name"] + 1).data_type == "s"
    take(client, upload(client, lambda sheet: put(sheet, 3, value=4)))
    assert LiveReading.objects.get(period_start="2018-10-01").source.name == "+cmd|'calc'"


def test_the_delivery_unit_downloads_for_one_ministry(client):
    first, second = people.ministry_officer(), people.ministry_officer()
    mine = owned(first, name="Of the first")
    owned(second, area=mine.area, name="Of the second")
    client.force_login(people.delivery_unit())
    organisation = people.post_of(first).organisation_id
    sheet = sheet_of(client, f"?organisation={organisation}")["Values"]
    assert {got(sheet, row, "name") for row in range(3, sheet.max_row + 1)} == {"Of the first"}


def test_the_sheet_asks_no_more_for_more_rows(client, owner):
    area = AreaFactory()
    make.reading(make.total(owned(owner, area=area)), "2018-Q3", "1")
    client.get("/entry/due.xlsx")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/entry/due.xlsx")
        return len(captured)

    few = asked()
    for _each in range(8):
        make.reading(make.total(owned(owner, area=area)), "2018-Q3", "1")
    assert asked() == few


# Filling in


def test_a_filled_in_sheet_is_shown_first_and_then_saved_as_one_act(client, owner):
    owned(owner, name="Arrivals")
    page = upload(
        client,
        lambda sheet: (
            put(sheet, 3, value=41.5, source="Register"),
            put(sheet, 4, value="<5", source="Register", state="provisional", note="Late"),
        ),
    )
    assert "2 values will be saved" in page
    assert "1 row has no value and is left out." in page
    assert not Reading.objects.exists()
    assert "2 values are saved." in take(client, page)
    first, second = Reading.objects.order_by("period_start")
    assert (first.value, first.comparator, first.state) == (make.Decimal("41.5"), "=", "final")
    assert (second.value, second.comparator, second.state, second.note) == (
        5,
        "<",
        "provisional",
        "Late",
    )
    assert first.by_post == people.post_of(owner)
    assert Event.objects.filter(verb="readings.recorded").count() == 1
    assert ImportBatch.objects.count() == 1


def test_the_same_file_again_adds_nothing(client, owner):
    owned(owner)
    book = sheet_of(client)
    page = upload(client, lambda sheet: put(sheet, 3, value=41.5, source="Register"), book)
    take(client, page)
    again = upload(client, lambda sheet: None, book)
    assert "There is nothing new in this file. Nothing was added." in again
    assert "1 value is recorded already." in again
    assert "recorded already. Nothing was added." in take(client, page)
    assert Reading.objects.count() == 1
    assert Event.objects.filter(verb="readings.recorded").count() == 1


def test_ratios_take_both_parts(client, owner):
    owned(owner, kind="ratio", scale=100, unit="%")
    page = upload(
        client,
        lambda sheet: (
            put(sheet, 3, numerator=29, denominator=40, source="Register"),
            put(sheet, 4, numerator=30, source="Register"),
        ),
    )
    assert problems(page) == [
        ("4", "N (Denominator)", "Write both the numerator and the denominator.")
    ]
    page = upload(
        client, lambda sheet: put(sheet, 3, numerator=29, denominator=40, source="Register")
    )
    take(client, page)
    assert Reading.objects.get().value == make.Decimal("72.5")


def test_every_problem_is_told_by_row_and_column_and_nothing_is_half_loaded(client, owner):
    owned(owner)
    page = upload(
        client,
        lambda sheet: (
            put(sheet, 3, value="1,5", source="Register"),
            put(sheet, 4, value=3, source=None, state="maybe"),
            put(sheet, 5, value=7, source="Register"),
        ),
    )
    assert [(row, column) for row, column, _message in problems(page)] == [
        ("3", "L (Value)"),
        ("4", "O (State)"),
        ("4", "P (Source)"),
    ]
    assert "3 things are wrong. Nothing was saved" in page
    assert 'name="lines"' not in page
    assert not Reading.objects.exists()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1.250", "1.250 could mean 1250 or 1.25"),
        ("1,250,000", "1250000, not 1,250,000"),
        ("12 %", "Leave out the percent sign"),
        (True, "Write a number"),
        (datetime.date(2019, 1, 2), "Write a number"),
        ("n/a", "Write a number"),
        (1.23456789012345678e-9, "Round to at most"),
    ],
)
def test_a_cell_that_could_mean_two_things_or_none_is_refused(client, owner, value, said):
    owned(owner)
    page = upload(client, lambda sheet: put(sheet, 3, value=value, source="Register"))
    assert said in problems(page)[0][2]


@pytest.mark.parametrize(
    "edit",
    [
        {"kpi": "another-kpi"},
        {"period": "2018-10-01/2018-12-31"},
        {"cell": "region=north"},
        {"check": "x"},
        {"check": None},
    ],
)
def test_an_edited_key_is_refused(client, owner, edit):
    owned(owner)
    page = upload(client, lambda sheet: put(sheet, 3, value=1, source="Register", **edit))
    assert problems(page) == [
        (
            "3",
            "B (KPI code)",
            "The key of this row was edited or moved. Download the spreadsheet anew.",
        )
    ]


def test_rows_may_be_deleted_and_sorted_and_a_copied_one_is_told(client, owner):
    owned(owner)

    def fill(sheet: Worksheet) -> None:
        sheet.delete_rows(3)
        put(sheet, 3, value=1, source="Register")
        for place in range(1, len(PLACE) + 1):
            sheet.cell(5, place).value = sheet.cell(3, place).value

    page = upload(client, fill)
    assert problems(page) == [("5", "D (Period key)", "This period stands in row 3 too. Keep one.")]


def test_moved_columns_are_refused(client, owner):
    owned(owner)
    page = upload(client, lambda sheet: sheet.insert_cols(5))
    assert "the column “KPI” is not where it was" in page


def test_somebody_elses_sheet_is_refused_row_by_row(client, owner):
    owned(owner)
    book = sheet_of(client)
    client.force_login(people.ministry_officer())
    page = upload(client, lambda sheet: put(sheet, 3, value=1, source="Register"), book)
    assert "This KPI is not yours to report" in problems(page)[0][2]


def test_a_formula_counts_by_its_result_and_is_refused_without_one(client, owner):
    owned(owner)
    page = upload(client, lambda sheet: put(sheet, 3, value="=6*7", source="Register"))
    row, column, said = problems(page)[0]
    assert (row, column, said[:39]) == ("3", "L (Value)", "The formula has no result in the file. ")


def test_a_number_of_the_spreadsheet_has_one_meaning(client, owner):
    owned(owner)
    book = sheet_of(client)
    take(client, upload(client, lambda sheet: put(sheet, 3, value=1.125, source=2019), book))
    reading = Reading.objects.get()
    assert (reading.value, reading.source.name) == (make.Decimal("1.125"), "2019")


def test_merged_cells_are_refused(client, owner):
    owned(owner)
    page = upload(client, lambda sheet: sheet.merge_cells("L3:L4"))
    assert "Some cells are merged" in page
    assert "L3:L4" in page


def test_a_number_shown_in_per_cent_is_refused(client, owner):
    owned(owner)

    def fill(sheet: Worksheet) -> None:
        put(sheet, 3, value=0.12, source="Register")
        sheet.cell(3, PLACE["value"] + 1).number_format = "0%"

    assert "Leave out the percent sign" in problems(upload(client, fill))[0][2]


@pytest.mark.parametrize("content", [b"kpi,value\n", b"PK\x03\x04 not a zip", b"%PDF-1.4"])
def test_a_file_of_another_kind_is_refused(client, owner, content):
    owned(owner)
    assert "This is no XLSX file" in send(client, content)


def test_another_workbook_is_refused(client, owner):
    book = Workbook()
    book.active.title = "Values"
    book.active["A1"] = "KPI"
    out = io.BytesIO()
    book.save(out)
    assert "is not where it was" in send(client, out.getvalue())
    book.active.title = "Budget"
    out = io.BytesIO()
    book.save(out)
    assert "This is not the spreadsheet of what is due." in send(client, out.getvalue())


# What happened meanwhile


def test_a_value_that_came_in_between_is_not_changed_by_the_file(client, owner):
    kpi = owned(owner)
    page = upload(client, lambda sheet: put(sheet, 3, value=41, source="Register"))
    make.reading(make.total(kpi), "2018-Q3", "44", source="Register")
    told = take(client, page)
    assert problems(told) == [
        ("3", "L (Value)", "There is another value already: 44. Correct it on the page.")
    ]
    assert LiveReading.objects.get().reading.value == 44


def test_a_value_of_another_source_stands_beside_and_the_preview_says_so(client, owner):
    kpi = owned(owner)
    book = sheet_of(client)
    make.reading(make.total(kpi), "2018-Q3", "44", source="Census")
    page = upload(client, lambda sheet: put(sheet, 3, value=41, source="Register"), book)
    assert "beside the value from Census" in page
    take(client, page)
    assert LiveReading.objects.count() == 2


def test_a_locked_period_is_told(client, owner):
    kpi = owned(owner)
    page = upload(client, lambda sheet: put(sheet, 3, value=41, source="Register"))
    locks.lock(
        programme=kpi.area.programme,
        first=datetime.date(2018, 7, 1),
        last=datetime.date(2018, 9, 30),
        reason="Audited",
        by=people.actor(people.delivery_unit()),
        at=make.AT,
    )
    assert "Audited" in problems(take(client, page))[0][2]
    assert not Reading.objects.exists()


def test_rows_of_a_preview_cannot_be_made_up(client, owner):
    owned(owner)
    page = upload(client, lambda sheet: put(sheet, 3, value=41, source="Register"))
    found = re.search(r'name="lines" value="([^"]+)"', page)
    assert found is not None
    client.force_login(people.ministry_officer())
    told = client.post("/entry/upload/", {"lines": found[1]}, follow=True).text
    assert "The preview is too old." in told
    assert not Reading.objects.exists()


def test_the_delivery_unit_saves_with_the_document(client):
    kpi = make.kpi(
        owner=people.PostFactory(),
        frequency="quarterly",
        reporting_from=datetime.date(2018, 7, 1),
    )
    client.force_login(people.delivery_unit())
    page = upload(client, lambda sheet: put(sheet, 3, value=41, source="Register"))
    told = take(client, page)
    assert "This field is required." in told
    assert not Reading.objects.exists()
    file = SimpleUploadedFile("minute.pdf", b"%PDF-1.4 a minute")
    assert "1 value is saved." in take(client, told, document=file)
    reading = Reading.objects.get()
    assert (reading.principal_post, reading.evidence.name) == (kpi.owner, "minute.pdf")
