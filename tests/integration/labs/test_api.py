"""/api/v1/ of labs: what a page shows to a user, the API shows to the same user."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labs.services import labs as lab_services
from labs.services import milestones, revisions
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def unit():
    return as_user(people.delivery_unit())


@pytest.fixture
def plan():
    return make.plan_in_force()


@pytest.mark.parametrize("name", ["programmes", "labs", "plans", "revisions", "milestones"])
def test_each_list_shows_what_may_be_read(name: str, plan, unit) -> None:
    url = f"/api/v1/{name}/"
    assert len(unit.get(url).json()["results"]) > 0
    assert as_user(people.ministry_officer()).get(url).json()["results"] == []
    assert Client().get(url).status_code in {401, 403}
    assert unit.post(url, {}).status_code == 405


def test_a_plan_as_each_revision_made_it(plan, unit) -> None:
    draft = make.revision_of(plan)
    key = make.key_of(plan, "Step 1")
    revisions.edit(
        revision=draft,
        part="milestone",
        key=key,
        fields={"finishes_on": "2019-06-01"},
        reason="The tender fell",
        **BY,
    )
    make.adopt(draft)

    def finish(query: str) -> tuple[int, str]:
        body = unit.get(f"/api/v1/plans/{plan.pk}/{query}").json()
        step = next(each for each in body["milestones"] if each["key"] == str(key))
        return body["revision"], step["finishes_on"]

    assert finish("") == (2, "2019-06-01")
    assert finish("?revision=1") == (1, "2019-05-01")
    assert unit.get(f"/api/v1/plans/{plan.pk}/?revision=3").status_code == 404
    assert unit.get(f"/api/v1/plans/{plan.pk}/?revision=x").status_code == 404
    body = unit.get(f"/api/v1/plans/{plan.pk}/").json()
    assert body["initiatives"][0]["budget"] == "1500000.00"
    changes = unit.get(f"/api/v1/revisions/{draft.pk}/").json()["changes"]
    assert [(each["before"], each["after"], each["reason"]) for each in changes] == [
        ("2019-05-01", "2019-06-01", "The tender fell")
    ]


def test_milestones_carry_their_newest_report(plan, unit) -> None:
    key = make.key_of(plan, "Step 1")
    for state in ("not_started", "on_course"):
        milestones.report(plan=plan, milestone_key=key, state=state, **BY)
    body = unit.get(f"/api/v1/milestones/{key}/").json()
    assert body["report"]["state"] == "on_course"
    other = unit.get(f"/api/v1/milestones/{make.key_of(plan, 'Step 2')}/").json()
    assert other["report"] is None


def test_restricted_labs_are_not_there_for_others(plan) -> None:
    reader = people.UserFactory()
    plan.lab.area.programme.readers.create(user=reader)
    client = as_user(reader)
    assert client.get(f"/api/v1/labs/{plan.lab_id}/").status_code == 200
    lab_services.restrict(lab=plan.lab, forums=[make.LabForumFactory()], **BY)
    for name, pk in (("labs", plan.lab_id), ("plans", plan.pk), ("revisions", plan.in_force_id)):
        assert client.get(f"/api/v1/{name}/{pk}/").status_code == 404
    assert client.get("/api/v1/milestones/").json()["results"] == []


@pytest.mark.parametrize("name", ["labs", "milestones", "programmes"])
def test_lists_cost_the_same_at_any_length(name: str, unit) -> None:
    counts = []
    for _size in (10, 20):
        for _each in range(10):
            make.plan_in_force(milestones=1)
        with CaptureQueriesContext(connection) as queries:
            assert unit.get(f"/api/v1/{name}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
