"""The API of definitions and paths: every version, whole, and no more than the pages show."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from kpis.services import kpis
from tests.factories import kpis as make
from tests.factories import labs, people

pytestmark = pytest.mark.django_db
BY = {"by": make.BY, "at": make.AT}


@pytest.fixture
def area():
    return labs.AreaFactory()


@pytest.fixture
def unit() -> APIClient:
    client = APIClient()
    client.force_login(people.delivery_unit())
    return client


def rows(client, path: str, **asked) -> list[dict]:
    answer = client.get(f"/api/v1/{path}/", asked)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_every_version_is_there_whole(unit, area):
    part = make.kpi(area, code="rails")
    kpi = make.kpi(area, provisional_days=10, over_parts="sum", parts_check="total")
    given = {"composition": "weighted", "components": [(part, Decimal("0.5"))], "unit": "points"}
    kpis.redefine(kpi=kpi, reason="Worked out", **given, **BY)
    first, second = rows(unit, "definitions", kpi=kpi.code)
    assert (first["version"], first["provisional_days"], first["components"]) == (1, 10, [])
    assert (first["over_periods"], first["over_parts"], first["parts_check"]) == (
        *("latest", "sum"),
        "total",
    )
    assert (second["version"], second["unit"], second["reason"]) == (2, "points", "Worked out")
    assert second["components"] == [{"kpi": "rails", "weight": "0.5"}]
    assert [row["version"] for row in rows(unit, "definitions", kpi=kpi.code, in_use="true")] == [2]
    assert [row["version"] for row in rows(unit, "definitions", in_use="false")] == [1]


def test_kpi_comes_with_the_definition_in_use_and_is_found_by_it(unit, area):
    pair = make.kpi(area, code="quality", kind="score")
    kpi = make.kpi(area, code="crime", quality_pair=pair, kind="count")
    whole = make.kpi(area, code="whole", composition="sum", components=[(kpi, Decimal(1))])
    found = unit.get(f"/api/v1/kpis/{kpi.code}/").json()
    assert (found["quality_pair_code"], found["definition"]["over_periods"]) == ("quality", "sum")
    assert [row["code"] for row in rows(unit, "kpis", kind="count")] == ["crime"]
    assert [row["code"] for row in rows(unit, "kpis", component="crime")] == [whole.code]
    assert [row["code"] for row in rows(unit, "kpis", quality_pair="quality")] == ["crime"]
    assert rows(unit, "kpis", frequency="weekly") == []


def test_restricted_component_and_pair_are_not_named(area):
    secret = make.kpi(area, code="secret")
    given = {"composition": "sum", "components": [(secret, Decimal(1))], "quality_pair": secret}
    kpi = make.kpi(area, **given)
    kpis.restrict(kpi=secret, forums=[labs.LabForumFactory()], **BY)
    reader = people.UserFactory()
    area.programme.readers.create(user=reader)
    client = APIClient()
    client.force_login(reader)
    found = client.get(f"/api/v1/kpis/{kpi.code}/")
    assert found.json()["definition"]["hidden_components"] == 1
    assert b"secret" not in found.content
    (row,) = rows(client, "definitions")
    assert (row["components"], row["hidden_components"]) == ([], 1)


def test_paths_are_told_with_what_set_them(unit, area):
    series = make.total(make.kpi(area))
    day = datetime.date(2009, 12, 31)
    make.path(series, baseline=Decimal("54.50"), baseline_on=day)
    (row,) = rows(unit, "trajectories", series=str(series.key), in_force="true")
    assert (row["method"], row["baseline"], row["baseline_on"]) == ("linear", "54.5", "2009-12-31")
    assert (row["source"], row["revision"], row["in_force"]) == ("Roadmap", None, True)
    assert rows(unit, "trajectories", method="steps") == []


def test_list_of_kpis_costs_the_same_for_two_and_for_eight(unit, area):
    def cost(count: int) -> int:
        for _ in range(count):
            part = make.kpi(area)
            make.kpi(area, composition="sum", components=[(part, Decimal(1))])
        with CaptureQueriesContext(connection) as queries:
            rows(unit, "kpis")
            rows(unit, "definitions")
        return len(queries)

    cost(1)
    assert cost(1) == cost(6)
