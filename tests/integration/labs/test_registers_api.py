"""Registers over the API: the same rows as on the pages, and no more queries for more of them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labs.models import ProgrammeReader
from tests.factories import labs as make_labs
from tests.factories import people
from tests.factories import registers as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make_labs.plan_in_force().lab.area.programme


@pytest.fixture
def reader(programme) -> Client:
    user = people.ministry_officer()
    ProgrammeReader.objects.create(programme=programme, user=user)
    client = Client()
    client.force_login(user)
    return client


def results(client: Client, what: str) -> list[dict]:
    answer = client.get(f"/api/v1/{what}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_an_allocation_comes_with_its_state_and_transfers(programme, reader) -> None:
    make.decided(make.source(programme, "100"), "40")
    (source,) = results(reader, f"funding-sources/?programme__code={programme.code}")
    (allocation,) = results(reader, f"allocations/?source={source['id']}")
    assert (allocation["amount"], allocation["state"], allocation["transfers"]) == (
        "40.00",
        "carried",
        [],
    )


def test_a_bargain_comes_round_by_round(programme, reader) -> None:
    bargain = make.bargain(programme)
    make.round_of(bargain, make_labs.OrganisationFactory(), "asked", "50")
    (found,) = results(reader, "bargains/?state=open")
    assert [row["kind"] for row in found["rounds"]] == ["asked"]


def test_what_is_of_a_restricted_lab_is_left_out(programme, reader) -> None:
    lab = programme.areas.get().labs.get()
    key = make_labs.key_of(lab.plan, "More patrols")
    make.obstacle(programme, "Secret tunnel", lab=lab)
    make.obstacle(programme, "Dark streets")
    make.allocation(make.source(programme), plan=lab.plan, initiative_key=key)
    lab.restricted_to.add(make_labs.LabForumFactory())
    assert [row["title"] for row in results(reader, "obstacles/")] == ["Dark streets"]
    assert results(reader, "allocations/") == []


def test_a_programme_of_others_shows_nothing(reader) -> None:
    other = make_labs.ProgrammeFactory()
    make.obstacle(other)
    make.window(other)
    make.act(other)
    make.recommendation(other)
    for what in ("obstacles/", "windows/", "council-acts/", "recommendations/"):
        assert results(reader, what) == []


def test_more_rows_cost_no_more_queries(programme, reader) -> None:
    source = make.source(programme, "1000")

    def fill(count: int) -> None:
        for n in range(count):
            name = f"{n} of {count}"
            make.decided(source, "1", purpose=name)
            make.obstacle(programme, name)
            bargain = make.bargain(programme, title=name)
            make.round_of(bargain, make_labs.OrganisationFactory(), "asked", "1")

    def cost() -> list[int]:
        counts = []
        for what in ("obstacles/", "allocations/", "bargains/"):
            with CaptureQueriesContext(connection) as asked:
                results(reader, what)
            counts.append(len(asked))
        return counts

    fill(2)
    cost()
    few = cost()
    fill(6)
    assert cost() == few
