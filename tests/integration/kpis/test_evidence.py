"""Files that show a value: who may read them, how they are kept, what withdrawing does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import Kpi, Reading, ReadingDocument
from kpis.services import evidence, kpis, readings
from ledger.models import Event
from people.models import User
from tests.factories import forums, people
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db
SOURCE = {"source": "Annual report", "state": "final", "comparator": "=", "value": "41"}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def owner(client) -> User:
    user = people.ministry_officer()
    client.force_login(user)
    return user


@pytest.fixture
def kpi(owner: User) -> Kpi:
    return make.kpi(owner=people.post_of(owner))


def pdf(name: str = "report.pdf", content: bytes = b"%PDF-1.7 one") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def add(reading: Reading, *files: SimpleUploadedFile) -> list[ReadingDocument]:
    return evidence.add(
        reading=reading, files=files or [pdf()], by=people.actor(people.delivery_unit()), at=make.AT
    )


def test_files_come_with_the_value(client, kpi):
    url = f"/kpis/{kpi.code}/readings/new/"
    files = [pdf("a.pdf"), SimpleUploadedFile("b.csv", b"a,b\n1,2\n")]
    client.post(url, SOURCE | {"other_period": "2018", "documents": files})
    names = [row.document.name for row in Reading.objects.get().documents.all()]
    assert names == ["a.pdf", "b.csv"]
    assert "2 files" in client.get(f"/kpis/{kpi.code}/").text


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("page.html", b"<script>"),
        SimpleUploadedFile("fake.pdf", b"MZ not a pdf"),
        SimpleUploadedFile("empty.pdf", b""),
    ],
)
def test_a_file_of_another_kind_refuses_the_whole(client, kpi, file):
    url = f"/kpis/{kpi.code}/readings/new/"
    said = client.post(url, SOURCE | {"other_period": "2018", "documents": [pdf(), file]})
    assert said.context["form"].errors["documents"]
    assert not Reading.objects.exists()
    assert not ReadingDocument.objects.exists()


def test_more_files_are_added_later_and_the_same_one_only_once(client, kpi):
    reading = make.reading(make.total(kpi), "2018", "41")
    url = f"/kpis/{kpi.code}/readings/{reading.pk}/files/"
    assert "1 file is added." in client.post(url, {"documents": [pdf()]}, follow=True).text
    client.post(url, {"documents": [pdf("again.pdf"), pdf("two.pdf", b"%PDF-1.7 two")]})
    assert [row.document.name for row in reading.documents.all()] == ["report.pdf", "two.pdf"]
    assert Event.objects.filter(verb="reading.document_added").count() == 2
    assert client.post(url, {}).context["form"].errors["documents"]


def test_a_locked_or_corrected_value_keeps_its_files(client, kpi):
    old = make.reading(make.total(kpi), "2018", "41")
    add(old)
    readings.correct(
        reading=old, observation=make.number("42"), reason="Typo", by=make.BY, at=make.AT
    )
    assert f"/kpis/{kpi.code}/readings/{old.pk}/files/" in client.get(f"/kpis/{kpi.code}/").text


def test_who_reads_the_value_reads_the_file_always_as_a_download(client, kpi):
    reading = make.reading(make.total(kpi), "2018", "41")
    (row,) = add(reading)
    client.force_login(people.auditor())
    answer = client.get(f"/kpis/{kpi.code}/readings/{reading.pk}/files/{row.pk}/")
    assert b"".join(answer) == b"%PDF-1.7 one"
    assert answer["Content-Disposition"] == 'attachment; filename="report.pdf"'
    url = f"/kpis/{kpi.code}/readings/{reading.pk}/files/"
    assert client.post(url, {"documents": [pdf("x.pdf")]}).status_code == 403


def test_a_file_of_a_restricted_kpi_is_not_found_by_others(client, kpi):
    reading = make.reading(make.total(kpi), "2018", "41")
    (row,) = add(reading)
    kpis.assign(kpi=kpi, owner=None, verifier=None, by=make.BY, at=make.AT)
    kpis.restrict(kpi=kpi, forums=[forums.make_forum("Security")], by=make.BY, at=make.AT)
    client.force_login(people.administrator())  # reads the programme, not this KPI
    for url in (
        f"/kpis/{kpi.code}/readings/{reading.pk}/files/",
        f"/kpis/{kpi.code}/readings/{reading.pk}/files/{row.pk}/",
        f"/api/v1/readings/{reading.pk}/documents/{row.pk}/",
    ):
        assert client.get(url).status_code == 404


def test_the_name_of_a_file_of_a_restricted_kpi_stays_out_of_the_open_ledger(client, kpi):
    kpis.restrict(kpi=kpi, forums=[forums.make_forum("Security")], by=make.BY, at=make.AT)
    add(make.reading(make.total(kpi), "2018", "41"))
    client.force_login(people.delivery_unit())
    url = f"/kpis/{kpi.code}/readings/new/"
    client.post(url, SOURCE | {"other_period": "2017", "document": pdf("letter.pdf")})
    stored = Event.objects.filter(verb="document.stored")
    assert [event.restricted for event in stored] == [True, True]


def test_a_file_is_found_under_its_own_value_alone(client, kpi):
    series = make.total(kpi)
    (row,) = add(make.reading(series, "2018", "41"))
    other = make.reading(series, "2017", "41")
    assert client.get(f"/kpis/{kpi.code}/readings/{other.pk}/files/{row.pk}/").status_code == 404


def test_withdrawn_with_a_reason_a_file_stays_on_record(client, kpi, owner):
    reading = make.reading(make.total(kpi), "2018", "41")
    (row,) = add(reading)
    url = f"/kpis/{kpi.code}/readings/{reading.pk}/files/{row.pk}/withdraw/"
    assert client.post(url, {"reason": " "}).context["form"].errors["reason"]
    said = client.post(url, {"reason": "The wrong year"}, follow=True).text
    assert "The wrong year" in said
    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawn_at) == (owner, make.AT)
    assert client.get(f"/kpis/{kpi.code}/readings/{reading.pk}/files/{row.pk}/").status_code == 200
    assert "withdrawn already" in client.post(url, {"reason": "Again"}).text


def test_api_lists_files_with_links_that_download(client, kpi):
    reading = make.reading(make.total(kpi), "2018", "41")
    add(reading)
    found = client.get(f"/api/v1/readings/{reading.pk}/").json()["documents"]
    assert (found[0]["name"], found[0]["size"], found[0]["withdrawn_at"]) == (
        "report.pdf",
        12,
        None,
    )
    assert b"".join(client.get(found[0]["url"])) == b"%PDF-1.7 one"


def test_readings_over_the_api_cost_the_same_with_many_files(
    client, kpi, django_assert_num_queries
):
    series = make.total(kpi)
    for year in range(2010, 2019):
        add(make.reading(series, str(year), "1"))
    client.get("/api/v1/readings/?page_size=2")

    with CaptureQueriesContext(connection) as few:
        client.get("/api/v1/readings/?page_size=2")
    with django_assert_num_queries(len(few)):
        client.get("/api/v1/readings/?page_size=9")


def test_entered_for_the_owner_the_document_shows_the_value_too(client, kpi):
    client.force_login(people.delivery_unit())
    url = f"/kpis/{kpi.code}/readings/new/"
    client.post(url, SOURCE | {"other_period": "2018", "document": pdf("letter.pdf")})
    reading = Reading.objects.get()
    assert [row.document for row in reading.documents.all()] == [reading.evidence]
