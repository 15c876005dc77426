"""Reading labs and plans, and reporting milestones."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import MilestoneReport
from labs.services import labs as lab_services
from labs.services import milestones, programmes
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner():
    return people.ministry_officer()


@pytest.fixture
def plan(owner):
    return make.plan_in_force(owner=people.post_of(owner))


@pytest.fixture
def unit():
    return people.delivery_unit()


@pytest.fixture
def standing_clock(at):
    """The business clock stands at ``at``."""
    with time_machine.travel(at, tick=False):
        yield


def test_a_restricted_lab_is_counted_and_not_named(plan, owner) -> None:
    reader = people.UserFactory()
    plan.lab.area.programme.readers.create(user=reader)
    named = make.LabForumFactory()
    lab_services.restrict(lab=plan.lab, forums=[named], **BY)
    client = as_user(reader)
    page = client.get(reverse("labs:index")).content.decode()
    assert plan.lab.title not in page
    assert "1 more lab is open to named forums only" in page
    programme = client.get(reverse("labs:programme", args=[plan.lab.area.programme.code]))
    assert plan.lab.title not in programme.content.decode()
    for name, args in (("lab", [plan.lab_id]), ("plan", [plan.pk])):
        assert client.get(reverse(f"labs:{name}", args=args)).status_code == 404
    key = make.key_of(plan, "Step 1")
    assert client.get(reverse("labs:milestone", args=[key])).status_code == 404
    member = as_user(people.holder(named.chair))
    plan.lab.area.programme.readers.create(organisation=named.chair.organisation)
    assert member.get(reverse("labs:plan", args=[plan.pk])).status_code == 200
    seat = people.ministry_officer()
    make.SeatFactory(lab=plan.lab, organisation=people.post_of(seat).organisation)
    assert as_user(seat).get(reverse("labs:plan", args=[plan.pk])).status_code == 200


def test_nothing_is_hidden_from_those_who_read_everything(plan, unit) -> None:
    lab_services.restrict(lab=plan.lab, forums=[make.LabForumFactory()], **BY)
    page = as_user(unit).get(reverse("labs:index")).content.decode()
    assert plan.lab.title in page
    assert "open to named forums only" not in page


def test_the_owner_reports(plan, owner, standing_clock) -> None:
    key = make.key_of(plan, "Step 1")
    client = as_user(owner)
    url = reverse("labs:milestone_report", args=[key])
    answer = client.post(url, {"state": "blocked", "note": "Waiting for the budget"})
    assert "Say who or what blocks it." in answer.content.decode()
    assert "Waiting for the budget" in answer.content.decode()
    form = {"state": "blocked", "blocked_by": "Treasury", "expected_finish": "2019-06-01"}
    assert client.post(url, form).status_code == 302
    client.post(url, form)
    report = MilestoneReport.objects.get()
    assert (report.by_user, report.by_post) == (owner, people.post_of(owner))
    page = client.get(reverse("labs:milestone", args=[key])).content.decode()
    assert "Treasury" in page
    assert "31 days later" in page
    plan_page = client.get(reverse("labs:plan", args=[plan.pk])).content.decode()
    assert "expected 1 June 2019" in plan_page


def test_a_closed_programme_is_read_only(plan, owner, unit) -> None:
    programmes.close(programme=plan.lab.area.programme, because="Its time is over", **BY)
    key = make.key_of(plan, "Step 1")
    page = as_user(owner).get(reverse("labs:milestone", args=[key]))
    assert "Its time is over" in page.content.decode()
    report = reverse("labs:milestone_report", args=[key])
    assert as_user(owner).get(report).status_code == 403
    new = reverse("labs:revision_new", args=[plan.pk])
    assert as_user(unit).get(new).status_code == 403
    with pytest.raises(programmes.ProgrammeClosed):
        milestones.report(plan=plan, milestone_key=key, state="on_course", **BY)


@pytest.mark.parametrize("name", ["plan", "revision"])
def test_a_plan_opens_at_the_same_cost_at_any_size(name: str, unit) -> None:
    counts = []
    for size in (10, 20):
        plan = make.plan_in_force(milestones=size)
        pk = plan.pk if name == "plan" else make.revision_of(plan).pk
        client = as_user(unit)
        url = reverse(f"labs:{name}", args=[pk])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["programmes", "index"])
def test_lists_cost_the_same_at_any_length(name: str, unit) -> None:
    client = as_user(unit)
    url = reverse(f"labs:{name}")
    counts = []
    for _size in (10, 20):
        for _each in range(10):
            make.open_lab()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
