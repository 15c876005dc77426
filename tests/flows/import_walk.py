"""Walking an import through its steps, for the tests of imports."""

from __future__ import annotations

import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kpis.models import ImportJob
from kpis.services.imports import work
from tests.factories import kpis as make

SAID = {
    "decimal": ".", "thousands": "none", "dates": "iso", "percent": "refuse",
    "formulas": "refuse", "history": "history", "fixed_source": "", "fixed_kpi": "",
}  # fmt: skip


def go_on(at=make.AT):
    """Work until nothing is left, as the sweeps do."""
    while work.go_on(enough=lambda: False, start_reading=read_now, at=at):
        pass


def read_now(job, turn):
    """What the process of its own does."""
    work.read_sheet(job_id=job, turn=turn, at=make.AT)


def send(client, content, name="values.csv"):
    """The job that a file sent becomes."""
    if isinstance(content, str):
        content = content.encode()
    client.post(reverse("kpis:import_new"), {"file": SimpleUploadedFile(name, content)})
    return ImportJob.objects.order_by("-pk").first()


def columns(client, job, **said):
    """Choose the columns as they are guessed, and say the rest."""
    page = client.get(reverse("kpis:import_columns", args=[job.pk]))
    form = page.context["form"]
    given = {
        name: field.initial for name, field in form.fields.items() if name.startswith("column_")
    }
    reply = client.post(reverse("kpis:import_columns", args=[job.pk]), given | SAID | said)
    assert reply.status_code == 302, reply.context["form"].errors
    go_on()
    job.refresh_from_db()
    return job


def load(client, job, **said):
    client.post(reverse("kpis:import_load", args=[job.pk]), {"differing": "keep", **said})
    go_on()
    job.refresh_from_db()
    return job


FILE = (
    "kpi,period,value,source\n"
    "cases,2018-01,10,Register\n"
    "cases,2018-02,11.5,Register\n"
    "cases,2018-03,12,Register\n"
)


def sheet(*rows, merge="", formats=()):
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    for place, form in formats:
        page[place].number_format = form
    if merge:
        page.merge_cells(merge)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


HEAD = ("kpi", "period", "value", "source")


def sent_sheet(client, content):
    job = send(client, content, "values.xlsx")
    go_on()
    job.refresh_from_db()
    return job
