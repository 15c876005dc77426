"""An import goes on slice by slice: nothing is held between two, nothing is done twice."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from kpis.models import ImportJob, ImportRow, LiveReading, Reading, Track
from kpis.services import detection, imports, tracks
from kpis.services.imports import checking, turns, work
from kpis.services.imports.digests import of_slice
from ledger.models import Event
from reviews.services import advancing
from tests.factories import kpis as make
from tests.factories import people
from tests.flows.import_walk import SAID, go_on, read_now, send

pytestmark = pytest.mark.django_db(transaction=True)
PARTS, MONTHS = 6, 5
HEADER = "kpi,cell,period,value,source"
LINES = [
    f"cases,region=r{part},2018-{month:02d},{part}{month},Register"
    for month in range(1, MONTHS + 1)
    for part in range(PARTS)
]


@pytest.fixture(autouse=True)
def _small_slices(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    settings.IMPORT_SLICE_ROWS = 2 * MONTHS
    monkeypatch.setattr(checking, "ROWS", 7)


@pytest.fixture
def job(client):
    make.kpi(code="cases", frequency="monthly")
    client.force_login(people.delivery_unit())
    sent = send(client, "\n".join([HEADER, *LINES]))
    page = client.get(reverse("kpis:import_columns", args=[sent.pk]))
    guessed = {
        name: field.initial
        for name, field in page.context["form"].fields.items()
        if name.startswith("column_")
    }
    client.post(reverse("kpis:import_columns", args=[sent.pk]), guessed | SAID)
    return sent


def one_slice():
    """A turn that is over after its first slice."""
    over = iter([False, True])
    return work.go_on(enough=lambda: next(over, True), start_reading=read_now, at=make.AT)


def start_loading(client, job):
    go_on()
    client.post(reverse("kpis:import_load", args=[job.pk]))


def loaded_wholly(job):
    """Each row is there once, in slices whose events account for all of them."""
    assert LiveReading.objects.count() == Reading.objects.count() == PARTS * MONTHS
    events = Event.objects.filter(verb="import.loaded").order_by("pk")
    assert [event.data["slice"] for event in events] == [1, 2, 3]
    assert sum(event.data["readings"] for event in events) == PARTS * MONTHS
    for event in events:
        span = {"first": event.data["first"], "last": event.data["last"]}
        assert event.data["rows_digest"] == of_slice(job.batch, **span)
    assert Event.objects.filter(verb="import.finished").count() == 1
    assert tracks.differing() == []
    assert Track.objects.exclude(series__cell__key="total").count() == PARTS


def test_between_slices_nothing_is_held_and_sweeps_have_their_turn(client, job):
    start_loading(client, job)
    seen = []

    def sweep():
        """What other work finds whenever the import could be asked to stop."""
        assert not connection.in_atomic_block
        detection.detect(at=make.AT)
        advancing.advance(at=make.AT)
        seen.append(LiveReading.objects.count())
        return False

    while work.go_on(enough=sweep, start_reading=read_now, at=make.AT):
        pass
    assert {0, 10, 20, 30} <= set(seen)
    job.refresh_from_db()
    loaded_wholly(job)


def test_work_that_ends_after_every_slice_is_taken_up_where_it_was_left(client, job):
    while one_slice():
        pass
    client.post(reverse("kpis:import_load", args=[job.pk]))
    while one_slice():
        pass
    job.refresh_from_db()
    assert job.state == "done"
    assert ImportRow.objects.filter(job=job).count() == PARTS * MONTHS
    loaded_wholly(job)


def test_slice_whose_turn_was_lost_is_rolled_back(client, job):
    start_loading(client, job)
    job.refresh_from_db()
    assert turns.take(job)
    taken_over = ImportJob.objects.get(pk=job.pk)
    ImportJob.objects.filter(pk=job.pk).update(taken_at=None)  # they seemed dead
    assert turns.take(taken_over)
    with pytest.raises(turns.TurnLost):
        work._load(job, make.AT)
    assert not Reading.objects.exists()
    assert not Event.objects.filter(verb="import.loaded").exists()
    turns.release(taken_over)
    go_on()
    job.refresh_from_db()
    loaded_wholly(job)


def test_a_job_that_somebody_works_on_is_left_alone(client, job):
    start_loading(client, job)
    job.refresh_from_db()
    assert turns.take(job)
    assert not turns.take(ImportJob.objects.get(pk=job.pk))
    assert not work.go_on(enough=lambda: False, start_reading=read_now, at=make.AT)
    assert not Reading.objects.exists()


def test_undo_goes_on_in_slices_too(client, job):
    start_loading(client, job)
    go_on()
    client.post(reverse("kpis:import_undo", args=[job.pk]), {"reason": "wrong file"})
    while one_slice():
        pass
    assert not LiveReading.objects.exists()
    events = Event.objects.filter(verb="import.undone").order_by("pk")
    assert [event.data["readings"] for event in events] == [10, 10, 10]
    assert tracks.differing() == []


def test_a_place_larger_than_a_slice_is_loaded_in_parts(tmp_path):
    make.kpi(code="cases", frequency="monthly")
    lines = [f"cases,,2018-{n % 12 + 1:02d},{n},Source {n}" for n in range(31)]
    file = tmp_path / "many.csv"
    file.write_text("\n".join([HEADER, *lines, *lines]))
    summary = imports.load_readings(file=file, by=make.BY, at=make.AT)
    assert (summary["rows"], summary["loaded"], summary["already"]) == (62, 31, 31)
    assert Event.objects.filter(verb="import.loaded").count() == 4
    assert LiveReading.objects.filter(is_current=True).count() == 12


def test_command_leaves_no_waiting_rows_and_nothing_of_a_file_known_already(tmp_path):
    make.kpi(code="cases", frequency="monthly")
    file = tmp_path / "twice.csv"
    file.write_text("\n".join([HEADER, *LINES]))
    imports.load_readings(file=file, by=make.BY, at=make.AT)
    events = Event.objects.count()
    again = imports.load_readings(file=file, by=make.BY, at=make.AT)
    assert (again["loaded"], again["already"]) == (0, PARTS * MONTHS)
    assert Event.objects.count() == events
    assert not ImportRow.objects.exists()
