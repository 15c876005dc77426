"""Loading a file in steps in the browser: send, choose columns, check, load, undo."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kpis.models import (
    ImportBatch,
    ImportJob,
    ImportProblem,
    Kpi,
    LiveReading,
    Reading,
    Retraction,
)
from kpis.services import locks, readings
from kpis.services.imports.digests import digest_of
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories import people
from tests.flows.import_walk import FILE, columns, go_on, load, send

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


@pytest.mark.usefixtures("kpi", "unit")
def test_every_problem_is_named_by_row_and_column_and_good_rows_can_be_loaded(client):
    rows = (
        "kpi,period,value,source\n"
        "cases,2018-01,10,Register\n"
        "cases,2018-02,ten,Register\n"
        "cases,2018-13,10,\n"
        "cases,2018-03\n"
        "nobody,2018-01,10,Register\n"
        "cases,2199-01,10,Register\n"
    )
    job = columns(client, send(client, rows))
    said = {(one.row, one.column): one.blocks for one in ImportProblem.objects.filter(job=job)}
    assert said == {
        (3, "value"): True,
        (4, "period"): True,
        (4, "source"): True,
        (5, "value"): True,
        (6, ""): False,
        (7, ""): False,
    }
    assert (job.counts["new"], job.counts["refused"], job.counts["skipped"]) == (1, 3, 2)
    page = client.get(reverse("kpis:import", args=[job.pk])).content.decode()
    assert "3 rows cannot be read" in page
    job = load(client, job)
    assert (job.state, job.counts["done_new"]) == ("done", 1)


@pytest.mark.usefixtures("unit")
def test_rows_that_differ_are_kept_or_corrected_with_a_reason(client, kpi):
    series = make.total(kpi)
    before = make.reading(series, "2018-01", "9", source="Register")
    job = columns(client, send(client, FILE))
    assert (job.counts["new"], job.counts["conflict"]) == (2, 1)
    load(client, job)
    assert before.live.is_current
    job = columns(client, send(client, FILE))
    assert (job.counts["already"], job.counts["conflict"]) == (2, 1)
    reply = client.post(reverse("kpis:import_load", args=[job.pk]), {"differing": "correct"})
    assert reply.context["form"].errors["reason"]
    job = load(client, job, differing="correct", reason="new count")
    now = LiveReading.objects.get(series=series, period_start="2018-01-01").reading
    assert (now.corrects, now.value, now.note) == (before, 10, "new count")
    assert job.counts["done_corrected"] == 1
    event = Event.objects.filter(verb="import.loaded").order_by("-pk")[0]
    assert event.data["rows_digest"] == digest_of(job.batch.readings.order_by("pk"))


@pytest.mark.usefixtures("unit")
def test_undo_leaves_what_was_corrected_since_and_promotes_the_other_source(client, kpi):
    series = make.total(kpi)
    job = load(client, columns(client, send(client, FILE)))
    other = make.reading(series, "2018-02", "7", source="Survey")
    assert not other.live.is_current
    first = Reading.objects.get(batch=job.batch, period_start="2018-01-01")
    mended = readings.correct(
        reading=first, observation=make.number("3"), reason="typo", by=make.BY, at=make.AT
    )
    client.post(reverse("kpis:import_undo", args=[job.pk]), {"reason": "wrong file"})
    go_on()
    live = {one.reading_id: one.is_current for one in LiveReading.objects.all()}
    assert live == {mended.pk: True, other.pk: True}
    page = client.get(reverse("kpis:import", args=[job.pk]))
    assert [one.pk for one in page.context["left"]] == [first.pk]


@pytest.mark.usefixtures("kpi", "unit")
def test_locked_periods_take_nothing_and_are_told(client):
    programme = Kpi.objects.get(code="cases").area.programme
    locks.lock(
        programme=programme, kpi=None, first=datetime.date(2018, 2, 1),
        last=datetime.date(2018, 2, 28), reason="published", by=make.BY, at=make.AT,
    )  # fmt: skip
    job = columns(client, send(client, FILE))
    assert (job.counts["new"], job.counts["locked"]) == (2, 1)
    job = load(client, job)
    assert job.counts["done_locked"] == 1
    assert not Reading.objects.filter(period_start="2018-02-01").exists()


@pytest.mark.usefixtures("kpi", "unit")
def test_results_name_every_row_once_with_cells_that_are_no_formulas(client):
    rows = FILE.replace("value", "=value")
    rows += "cases,2018-04,=1+1,Register\n" + "=cmd,2018-04,1,Register\n"
    job = load(client, columns(client, send(client, rows), column_value="2"))
    reply = client.get(reverse("kpis:import_results", args=[job.pk]))
    lines = b"".join(reply.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["2", "loaded"],
        ["3", "loaded"],
        ["4", "loaded"],
        ["5", "cannot be read"],
        ["6", "skipped"],
    ]
    assert "'=value" in lines[4]
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line.split(","))


@pytest.mark.usefixtures("kpi", "unit")
def test_import_can_be_said_anew_or_given_up_before_it_is_loaded(client):
    job = columns(client, send(client, FILE), decimal=",")
    client.post(reverse("kpis:import_again", args=[job.pk]))
    job = columns(client, ImportJob.objects.get(pk=job.pk))
    assert job.counts["new"] == 3
    client.post(reverse("kpis:import_drop", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == "dropped"
    load(client, job)
    assert not Reading.objects.exists()
    assert not ImportBatch.objects.exists()


@pytest.mark.usefixtures("kpi")
def test_what_an_officer_may_not_do(client):
    client.force_login(people.ministry_officer())
    assert client.get(reverse("kpis:imports")).status_code == 403
    reply = client.post(
        reverse("kpis:import_new"), {"file": SimpleUploadedFile("values.csv", FILE.encode())}
    )
    assert reply.status_code == 403


@pytest.mark.usefixtures("kpi")
def test_system_sees_its_own_imports_and_only_programmes_it_reads(client):
    client.force_login(people.integrator())
    job = columns(client, send(client, FILE))
    assert job.counts["skipped"] == 3
    client.force_login(people.integrator())
    assert client.get(reverse("kpis:import", args=[job.pk])).status_code == 404
