"""Loading a file in steps in the browser: send, choose columns, check, load, undo."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kpis.models import ImportBatch, ImportJob, ImportProblem, LiveReading, Reading, Retraction
from kpis.services import readings
from kpis.services.imports import work
from kpis.services.imports.digests import digest_of
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db

SAID = {
    "decimal": ".", "thousands": "none", "dates": "iso", "percent": "refuse",
    "formulas": "refuse", "history": "history", "fixed_source": "", "fixed_kpi": "",
}  # fmt: skip


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


def go_on(at=make.AT):
    """Work until nothing is left, as the sweeps do."""
    while work.go_on(enough=lambda: False, start_reading=read_now, at=at):
        pass


def read_now(job):
    """What the process of its own does."""
    work.read_sheet(job_id=job.pk, turn=job.turn, at=make.AT)


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


@pytest.mark.usefixtures("kpi", "unit")
def test_file_is_sent_checked_loaded_and_taken_back(client):
    job = send(client, FILE)
    assert job.state == "choosing"
    job = columns(client, job)
    assert job.state == "checked"
    assert job.counts["new"] == 3
    assert not Reading.objects.exists()
    job = load(client, job)
    assert job.state == "done"
    assert LiveReading.objects.filter(is_current=True).count() == 3
    event = Event.objects.get(verb="import.loaded")
    assert event.data["readings"] == 3
    assert event.data["rows_digest"] == digest_of(job.batch.readings.order_by("pk"))
    client.post(reverse("kpis:import_undo", args=[job.pk]), {"reason": "wrong file"})
    go_on()
    job.refresh_from_db()
    assert job.state == "undone"
    assert not LiveReading.objects.exists()
    assert Retraction.objects.filter(reason="wrong file").count() == 3
    assert Event.objects.get(verb="import.undone").data["readings"] == 3
