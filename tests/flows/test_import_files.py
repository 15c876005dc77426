"""Files as people send them: spreadsheets, encodings, numbers and dates written in many ways."""

from __future__ import annotations

import datetime
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kpis.models import ImportJob, ImportProblem, Reading
from tests.factories import kpis as make
from tests.factories import people
from tests.flows.import_walk import FILE, HEAD, columns, go_on, load, send, sent_sheet, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def kpi():
    return make.kpi(code="cases", frequency="monthly")


@pytest.fixture
def unit(client):
    user = people.delivery_unit()
    client.force_login(user)
    return user


NASTY = {
    "decimal comma": ("12,5", {"decimal": ","}, "12.5"),
    "thousands point": ("1.250.000,5", {"decimal": ",", "thousands": "."}, "1250000.5"),
    "thousands space": ("1\u00a0250", {"thousands": " "}, "1250"),
    "apostrophe": ("1’250", {"thousands": "'"}, "1250"),
    "percent as shown": ("12.5%", {"percent": "as_shown"}, "12.5"),
    "percent as share": ("12.5 %", {"percent": "as_share"}, "0.125"),
    "grouped wrongly": ("1,25", {"thousands": ","}, None),
    "comma not said": ("12,5", {}, None),
    "percent not said": ("12.5%", {}, None),
    "two meanings": ("1.250", {"decimal": ","}, None),
    "text": ("n/a", {}, None),
    "exponent": ("1.2E3", {}, None),
    "too many digits": ("1234567890.1234567", {}, None),
    "minus sign of a book": ("\u22123", {}, None),
}


@pytest.mark.usefixtures("kpi", "unit")
@pytest.mark.parametrize(("text", "said", "value"), NASTY.values(), ids=NASTY)
def test_numbers_are_read_as_was_said_and_never_guessed(client, text, said, value):
    file = f'kpi,period,value,source\ncases,2018-01,"{text}",Register\n'
    job = columns(client, send(client, file), **said)
    if value is None:
        problem = ImportProblem.objects.get(job=job)
        assert (problem.row, problem.column, problem.blocks) == (2, "value", True)
    else:
        load(client, job)
        assert Reading.objects.get().value == Decimal(value)


@pytest.mark.usefixtures("kpi", "unit")
def test_a_sign_before_a_number_is_asked_for_in_its_own_column(client):
    file = "kpi,period,value,source\ncases,2018-01,< 12,Register\n"
    job = columns(client, send(client, file))
    assert "column of its own" in ImportProblem.objects.get(job=job).message


DAYS = {
    "day first": ("01/02/2018", "28/02/2018", "dmy", datetime.date(2018, 2, 1)),
    "month first": ("02/01/2018", "02/28/2018", "mdy", datetime.date(2018, 2, 1)),
    "points": ("1.2.2018", "28.2.2018", "dmy", datetime.date(2018, 2, 1)),
    "not said": ("01/02/2018", "28/02/2018", "iso", None),
    "year of two digits": ("01/02/18", "28/02/18", "dmy", None),
    "no such day": ("31/02/2018", "28/02/2018", "dmy", None),
}


@pytest.mark.usefixtures("kpi", "unit")
@pytest.mark.parametrize(("start", "end", "order", "first"), DAYS.values(), ids=DAYS)
def test_dates_are_read_in_the_order_that_was_said(client, start, end, order, first):
    file = f"kpi,start,end,value,source\ncases,{start},{end},5,Register\n"
    job = columns(client, send(client, file), dates=order)
    if first is None:
        assert ImportProblem.objects.filter(job=job, blocks=True).exists()
    else:
        load(client, job)
        assert Reading.objects.get().period_start == first


TEXTS = {
    "UTF-8": ("utf-8", ","),
    "UTF-8 with a mark": ("utf-8-sig", ";"),
    "UTF-16": ("utf-16", "\t"),
}


@pytest.mark.usefixtures("kpi", "unit")
@pytest.mark.parametrize(("encoding", "sign"), TEXTS.values(), ids=TEXTS)
def test_encoding_and_separator_are_found_and_told(client, encoding, sign):
    file = FILE.replace(",", sign).replace("Register", "Città").encode(encoding)
    job = send(client, file)
    page = client.get(reverse("kpis:import_columns", args=[job.pk])).content.decode()
    assert "Read as" in page
    load(client, columns(client, job))
    assert {one.source.name for one in Reading.objects.all()} == {"Città"}


@pytest.mark.usefixtures("kpi", "unit")
def test_other_encodings_are_asked_for(client):
    job = send(client, FILE.replace("Register", "Città").encode("cp1252"))
    reply = client.get(reverse("kpis:import_columns", args=[job.pk]))
    assert reply.url == reverse("kpis:import_format", args=[job.pk])
    client.post(reply.url, {"encoding": "utf-8", "delimiter": ""})
    job.refresh_from_db()
    assert not job.options["encoding"]
    client.post(reply.url, {"encoding": "cp1252", "delimiter": ""})
    job.refresh_from_db()
    load(client, columns(client, job))
    assert {one.source.name for one in Reading.objects.all()} == {"Città"}


REFUSED = {
    "a picture": ("values.png", b"\x89PNG"),
    "a spreadsheet that calls itself CSV": ("values.csv", b"PK\x03\x04rest"),
    "text that calls itself a spreadsheet": ("values.xlsx", b"kpi,period"),
    "an old spreadsheet": ("values.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "a broken spreadsheet": ("values.xlsx", b"PK\x03\x04broken"),
    "nothing": ("values.csv", b""),
}


@pytest.mark.usefixtures("unit")
@pytest.mark.parametrize(("name", "content"), REFUSED.values(), ids=REFUSED)
def test_files_that_cannot_be_taken_are_refused_and_not_kept(client, tmp_path, name, content):
    reply = client.post(reverse("kpis:import_new"), {"file": SimpleUploadedFile(name, content)})
    assert reply.context["form"].errors
    assert not ImportJob.objects.exists()
    assert list((tmp_path / "imports").glob("*")) == []


@pytest.mark.usefixtures("kpi", "unit")
def test_sheet_keeps_its_numbers_days_and_empty_rows(client):
    content = sheet(
        HEAD,
        ("cases", datetime.date(2018, 1, 1), 1250000.5, "Register"),
        (None, None, None, None),
        ("cases", "2018-02", 3, 2018),
        (None, None, None, None),
    )
    job = columns(client, sent_sheet(client, content), decimal=",", thousands=".")
    assert job.counts["new"] == 2
    load(client, job)
    found = {str(one.period_start): float(one.value) for one in Reading.objects.all()}
    assert found == {"2018-01-01": 1250000.5, "2018-02-01": 3.0}
    assert set(Reading.objects.values_list("source__name", flat=True)) == {"Register", "2018"}


@pytest.mark.usefixtures("kpi", "unit")
@pytest.mark.parametrize(
    ("percent", "value"), [("as_shown", 12.5), ("as_share", 0.125), ("refuse", None)]
)
def test_cell_shown_in_per_cent_is_read_as_was_said(client, percent, value):
    content = sheet(HEAD, ("cases", "2018-01", 0.125, "Register"), formats=[("C2", "0.0%")])
    job = columns(client, sent_sheet(client, content), percent=percent)
    if value is None:
        assert ImportProblem.objects.get(job=job).column == "value"
    else:
        load(client, job)
        assert float(Reading.objects.get().value) == value


ODD_CELLS = {
    "formula without a value": (sheet(HEAD, ("cases", "2018-01", "=1+1", "Register")), "formula"),
    "formula in a name": (sheet(HEAD, ('="cases"', "2018-01", 3, "Register")), "formula"),
}


@pytest.mark.usefixtures("kpi", "unit")
@pytest.mark.parametrize(("content", "word"), ODD_CELLS.values(), ids=ODD_CELLS)
def test_formulas_are_refused_with_their_place(client, content, word):
    job = columns(client, sent_sheet(client, content), formulas="take")
    problem = ImportProblem.objects.filter(job=job, blocks=True)[0]
    assert problem.row == 2
    assert word in problem.message


def with_saved_value(content, value="2"):
    """The same workbook as a spreadsheet program saves it: with the formula's value."""
    old, new = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(new, "w") as parts:
        for part in old.infolist():
            text = old.read(part)
            if part.filename.startswith("xl/worksheets/"):
                text = text.replace(b"<v />", f"<v>{value}</v>".encode())
                text = text.replace(b"<v></v>", f"<v>{value}</v>".encode())
                text = text.replace(b"<v/>", f"<v>{value}</v>".encode())
            parts.writestr(part, text)
    return new.getvalue()


@pytest.mark.usefixtures("kpi", "unit")
@pytest.mark.parametrize(("said", "taken"), [("take", 1), ("refuse", 0)])
def test_saved_value_of_a_formula_is_taken_only_when_that_was_said(client, said, taken):
    content = with_saved_value(sheet(HEAD, ("cases", "2018-01", "=1+1", "Register")))
    job = columns(client, sent_sheet(client, content), formulas=said)
    assert job.counts.get("new", 0) == taken
    assert job.counts["refused"] == 1 - taken


@pytest.mark.usefixtures("kpi", "unit")
def test_error_in_a_cell_is_named(client):
    page = sheet(HEAD, ("cases", "2018-01", "#N/A", "Register"))
    job = columns(client, sent_sheet(client, page))
    problem = ImportProblem.objects.get(job=job)
    assert (problem.row, problem.column) == (2, "value")


@pytest.mark.usefixtures("kpi", "unit")
def test_merged_cells_are_refused_with_their_place(client):
    content = sheet(HEAD, ("cases", "2018-01", 3, "Register"), merge="C2:C3")
    job = sent_sheet(client, content)
    assert job.state == "refused"
    assert "C2:C3" in job.refusal


@pytest.mark.usefixtures("kpi", "unit")
def test_one_of_several_sheets_is_chosen(client):
    book = openpyxl.Workbook()
    book.active.append(("Read me",))
    page = book.create_sheet("Values")
    page.append(HEAD)
    page.append(("cases", "2018-01", 3, "Register"))
    kept = io.BytesIO()
    book.save(kept)
    job = sent_sheet(client, kept.getvalue())
    assert job.state == "choosing"
    client.post(reverse("kpis:import_format", args=[job.pk]), {"sheet": "Values"})
    go_on()
    job.refresh_from_db()
    assert columns(client, job).counts["new"] == 1
