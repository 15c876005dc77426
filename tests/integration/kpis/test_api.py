"""The API of the kpis app: what can be read, and readings that come in."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from kpis.models import Deviation, Kpi, Reading
from kpis.services import detection, kpis, readings
from labs.models import ProgrammeReader
from labs.services import programmes
from people.services import api_clients
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db
URL = "/api/v1/readings/"
NEXT_YEAR = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def kpi() -> Kpi:
    return make.kpi()


def system(kpi: Kpi, *scopes: str, reads: bool = True) -> APIClient:
    """An integrating system with a token; it reads the KPI's programme."""
    user = people.UserFactory(is_system=True)
    if reads:
        ProgrammeReader.objects.create(programme=kpi.area.programme, user=user)
    _row, token = api_clients.issue(
        name="Register",
        user=user,
        scopes=scopes or ("read", "readings:write"),
        expires_at=NEXT_YEAR,
        by=make.BY,
        at=make.AT,
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def delivery_unit() -> APIClient:
    return signed_in(people.with_role("delivery_unit"))


def value(kpi: Kpi, **fields) -> dict:
    return {"kpi": kpi.code, "period": "2018", "value": "41.3", "source": "Register", **fields}


def test_posting_a_value_records_it_once(kpi):
    client = system(kpi)
    first = client.post(URL, value(kpi))
    assert first.status_code == 201
    again = client.post(URL, value(kpi, value="41.30"))
    assert again.status_code == 200
    assert again.json() == {
        "created": 0,
        "already": 1,
        "readings": [{"id": first.json()["readings"][0]["id"], "created": False}],
        "deviations": [],
    }
    reading = Reading.objects.get()
    assert (reading.backfilled, reading.state, reading.by_user.is_system) == (False, "final", True)


def test_another_value_is_a_conflict_in_the_one_error_shape(kpi):
    client = system(kpi)
    client.post(URL, value(kpi))
    answer = client.post(URL, value(kpi, value="42"))
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "conflict"
    assert Reading.objects.count() == 1


def test_list_is_taken_whole_or_not_at_all(kpi):
    client = system(kpi)
    answer = client.post(URL, [value(kpi, period=str(year)) for year in (2015, 2016, 2017)])
    assert (answer.status_code, answer.json()["created"]) == (201, 3)
    answer = client.post(URL, [value(kpi), value(kpi, period="2016", value="9")])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
    wrong = [value(kpi), value(kpi, period="2199"), value(kpi, value="9,5"), {"kpi": kpi.code}]
    answer = client.post(URL, wrong[:2])
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["1.period"])
    answer = client.post(URL, wrong)
    assert {"2.value", "3.period", "3.source"} <= set(answer.json()["error"]["fields"])
    assert Reading.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kpi": "nobody-knows"}, "kpi"),
        ({"value": "1e3"}, "value"),
        ({"value": "1234567890123456"}, "value"),
        ({"value": True}, "value"),
        ({"value": None}, "value"),
        ({"period": "0328"}, "period"),
        ({"period": "2018-12-31/2018-01-01"}, "period"),
        ({"period": "2199"}, "period"),
        ({"cell": "A"}, "cell"),
        ({"state": "maybe"}, "state"),
        ({"source": ""}, "source"),
        ({"source": "x\x00y"}, "source"),
        ({"vintage": "yesterday"}, "vintage"),
        ({"level": "-801"}, "level"),
        ({"numerator": "1", "denominator": "2", "value": None}, "value"),
    ],
)
def test_what_does_not_hold_names_its_field(kpi, fields, name):
    answer = system(kpi).post(URL, value(kpi) | fields)
    assert answer.status_code == 400
    assert name in answer.json()["error"]["fields"]
    assert not Reading.objects.exists()


@pytest.mark.parametrize("data", [[], "x", 3, [3], [[]]])
def test_other_shapes_are_refused(kpi, data):
    assert system(kpi).post(URL, data).status_code == 400


def test_more_than_a_thousand_are_refused(kpi):
    assert system(kpi).post(URL, [value(kpi)] * 1001).status_code == 400


def test_ratio_and_new_cell(kpi):
    ratio = make.monthly_ratio(kpi.area)
    answer = system(kpi).post(
        URL,
        value(ratio, period="2018-03", cell="trust=R1K", numerator="9", denominator="10")
        | {"value": None},
    )
    assert answer.status_code == 201, answer.json()
    reading = Reading.objects.get()
    assert (reading.series.cell.key, str(reading.denominator)) == ("trust=R1K", "10.0000000000")


def test_answer_names_the_open_deviations(kpi):
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    client = system(kpi)
    client.post(URL, value(kpi, value="10"))
    detection.detect(at=make.AT)
    answer = client.post(URL, value(kpi, value="10"))
    assert answer.json()["deviations"] == [Deviation.objects.get().pk]
    listed = client.get("/api/v1/deviations/?open=true").json()["results"]
    assert [(row["kpi"], row["rule"]) for row in listed] == [(kpi.code, "progress")]


def test_who_may_post(kpi):
    owner = people.ministry_officer()
    kpis.assign(kpi=kpi, owner=people.post_of(owner), verifier=None, by=make.BY, at=make.AT)
    assert APIClient().post(URL, value(kpi)).status_code in (401, 403)
    assert system(kpi, "read").post(URL, value(kpi)).status_code == 403
    assert system(kpi, reads=False).post(URL, value(kpi)).status_code == 400
    reader = people.ministry_officer()
    ProgrammeReader.objects.create(programme=kpi.area.programme, user=reader)
    assert signed_in(reader).post(URL, value(kpi)).status_code == 403
    assert signed_in(owner).post(URL, value(kpi)).status_code == 201
    assert Reading.objects.get().by_post == people.post_of(owner)


def test_closed_programme_is_a_conflict(kpi):
    client = system(kpi)
    programmes.close(programme=kpi.area.programme, because="Over", by=make.BY, at=make.AT)
    answer = client.post(URL, value(kpi))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "programme_closed")


def test_reading_shows_corrections_and_what_counts(kpi):
    series = make.total(kpi)
    old = make.reading(series, "2018", "41.3")
    new = readings.correct(
        reading=old, observation=make.number("45"), reason="Typo", by=make.BY, at=make.AT
    )
    client = system(kpi)
    rows = client.get(URL, {"kpi": kpi.code}).json()["results"]
    assert [(row["value"], row["live"], row["corrects"]) for row in rows] == [
        ("41.3", False, None),
        ("45", True, old.pk),
    ]
    current = client.get(URL, {"current": "true", "period": "2018"}).json()["results"]
    assert [row["id"] for row in current] == [new.pk]
    assert client.get(URL, {"period": "never"}).status_code == 400


def test_lists_show_values_as_text(kpi):
    series = make.total(kpi)
    make.target(series, "2018", "45", baseline="35.5")
    make.reading(series, "2018", "41.3")
    detection.detect(at=make.AT)
    client = delivery_unit()
    (row,) = client.get("/api/v1/kpis/").json()["results"]
    assert (row["status"], row["status_value"], row["status_target"]) == ("at_risk", "41.3", "45")
    (row,) = client.get("/api/v1/series/", {"kpi": kpi.code}).json()["results"]
    assert row["status"]["progress"] == "0.6105"
    (row,) = client.get("/api/v1/targets/", {"in_force": "true"}).json()["results"]
    assert (row["value"], row["baseline"], row["source"]) == ("45", "35.5", "Roadmap")
    one = client.get(f"/api/v1/kpis/{kpi.code}/").json()
    assert (one["unit"], one["frequency"]) == ("cases", "yearly")


@pytest.mark.parametrize("url", ["kpis", "series", "targets", "readings", "signals", "deviations"])
def test_outsiders_and_restriction(kpi, url):
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    detection.detect(at=make.AT)
    reader = system(kpi)
    path = f"/api/v1/{url}/"
    assert len(reader.get(path).json()["results"]) == 1
    assert signed_in(people.UserFactory()).get(path).json()["results"] == []
    kpi.restricted_to.add(kpi.area.home_forum)
    assert reader.get(path).json()["results"] == []
    assert len(delivery_unit().get(path).json()["results"]) == 1


@pytest.mark.parametrize("url", ["kpis", "series", "targets", "readings", "signals", "deviations"])
def test_queries_do_not_grow_with_the_rows(url):
    first = make.kpi()
    client = delivery_unit()
    spent = []
    for _wave in range(2):
        for _n in range(10):
            series = make.total(make.kpi(first.area))
            make.target(series, "2018", "100", baseline="0")
            make.reading(series, "2018", "10")
        detection.detect(at=make.AT)
        client.get(f"/api/v1/{url}/")
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(f"/api/v1/{url}/").json()["results"]) >= 10
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_queries_of_a_post_do_not_grow_with_its_items(kpi):
    client = system(kpi)
    spent = []
    for year, size in ((2015, 10), (2016, 40)):
        items = [
            value(kpi, period=str(year), cell=f"region=r{n}", value=str(n)) for n in range(size)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert client.post(URL, items).json()["created"] == size
        spent.append(len(queries))
    assert spent[1] <= spent[0]
