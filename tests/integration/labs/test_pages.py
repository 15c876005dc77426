"""Pages of labs and plans: who writes what, and what they show. More in tests/access/policy.txt."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from labs.models import Lab, Programme, Seat
from labs.selectors import plans
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


def addresses(plan) -> dict[str, str]:
    """One page of each kind, and what it asks of the user."""
    draft = make.revision_of(plan)
    content = plans.content(plan)
    goal, initiative = next(iter(content.goals)), next(iter(content.initiatives))
    step = make.key_of(plan, "Step 1")
    seat = make.SeatFactory(lab=plan.lab)
    code = plan.lab.area.programme.code

    def at(name: str, *args: object) -> str:
        return reverse(f"labs:{name}", args=args)

    return {
        "programmes": at("programmes"),
        "programme": at("programme", code),
        "labs": at("index"),
        "lab": at("lab", plan.lab_id),
        "plan": at("plan", plan.pk),
        "plan 1": at("plan", plan.pk) + "?revision=1",
        "revision": at("revision", draft.pk),
        "milestone": at("milestone", step),
        "new programme": reverse("reviews:programme_new"),
        "new area": at("area_new", code),
        "readers": at("readers", code),
        "close programme": at("programme_close", code),
        "new lab": at("lab_new") + f"?intake={make.intake(plan.lab.area).pk}",
        "new seat": at("seat_new", plan.lab_id),
        "remove seat": at("seat_remove", plan.lab_id, seat.pk),
        "restrict": at("lab_restrict", plan.lab_id),
        "close lab": at("lab_close", plan.lab_id),
        "new revision": at("revision_new", plan.pk),
        "withdraw": at("revision_withdraw", draft.pk),
        "refresh": at("revision_refresh", draft.pk),
        "stress test": at("stress_test", draft.pk),
        "new goal": at("goal_new", draft.pk),
        "goal": at("goal_edit", draft.pk, goal),
        "remove goal": at("goal_remove", draft.pk, goal),
        "new initiative": at("initiative_new", draft.pk, goal),
        "initiative": at("initiative_edit", draft.pk, initiative),
        "remove initiative": at("initiative_remove", draft.pk, initiative),
        "new milestone": at("milestone_new", draft.pk, initiative),
        "edit milestone": at("milestone_edit", draft.pk, step),
        "remove milestone": at("milestone_remove", draft.pk, step),
        "report": at("milestone_report", step),
    }


READ = ["programmes", "programme", "labs", "lab", "plan", "plan 1", "revision", "milestone"]
WRITE_PLAN = [
    "new revision",
    "refresh",
    "new goal",
    "goal",
    "remove goal",
    "new initiative",
    "initiative",
    "remove initiative",
    "new milestone",
    "edit milestone",
    "remove milestone",
]
OPEN_TO = {
    "owner": {*READ, *WRITE_PLAN, "report"},
    "lead organisation": {*READ, *WRITE_PLAN},
    "initiative lead": {*READ, *WRITE_PLAN},
}


@pytest.mark.parametrize("persona", OPEN_TO)
def test_who_writes_the_plan_without_being_all_of_it(persona: str, plan, owner) -> None:
    """In tests/access one officer owns, leads and belongs to the lead organisation at once."""
    content = plans.content(plan)
    lead = next(iter(content.initiatives.values())).lead_id
    user = {
        "owner": lambda: owner,
        "lead organisation": lambda: people.in_organisation(plan.lab.area.lead, "Clerk"),
        "initiative lead": lambda: people.holder(plans.posts(content)[lead]),
    }[persona]()
    client = as_user(user)
    got = {name: client.get(url).status_code for name, url in addresses(plan).items()}
    assert got == {name: 200 if name in OPEN_TO[persona] else 403 for name in got}


def test_the_delivery_unit_opens_a_programme_an_area_a_lab_and_seats(unit) -> None:
    client = as_user(unit)
    forum = make.LabForumFactory()
    organisation = people.OrganisationFactory()
    client.post(
        reverse("reviews:programme_new"),
        {
            "code": "gtp",
            "name": "Government transformation",
            "currency": "myr",
            "time_zone": "Asia/Kuala_Lumpur",
            "fiscal_year_start": "1",
        },
    )
    programme = Programme.objects.get(code="gtp")
    assert programme.currency == "MYR"
    client.post(
        reverse("labs:area_new", args=["gtp"]),
        {"name": "Crime", "lead": organisation.pk, "home_forum": forum.pk},
    )
    area = programme.areas.get()
    client.post(
        reverse("labs:lab_new") + f"?intake={make.intake(area).pk}",
        {
            "title": "Street crime",
            "question": "How can it fall by half?",
            "method": "lab",
            "starts_on": "2019-01-07",
            "ends_on": "2019-03-01",
            "steering": forum.pk,
        },
    )
    lab = Lab.objects.get()
    assert lab.plan.revisions.get().state == "draft"
    seat = {"organisation": organisation.pk, "kind": "core", "mandate": "Budget of the police"}
    answer = client.post(reverse("labs:seat_new", args=[lab.pk]), seat, follow=True)
    assert "Budget of the police" in answer.content.decode()
    again = client.post(reverse("labs:seat_new", args=[lab.pk]), seat)
    assert "has a seat in the lab already" in again.content.decode()
    assert "Budget of the police" in again.content.decode(), "what was typed stays"
    seat_row = Seat.objects.get()
    client.post(reverse("labs:seat_remove", args=[lab.pk, seat_row.pk]), {"confirm": "True"})
    assert not Seat.objects.exists()


def test_wrong_dates_of_a_lab_are_told_and_nothing_is_lost(unit) -> None:
    area = make.AreaFactory()
    answer = as_user(unit).post(
        reverse("labs:lab_new") + f"?intake={make.intake(area).pk}",
        {
            "title": "Street crime",
            "question": "How can it fall by half?",
            "method": "lab",
            "starts_on": "2019-03-01",
            "ends_on": "2019-01-01",
            "steering": area.home_forum_id,
        },
    )
    page = answer.content.decode()
    assert "The end must not come before the start." in page
    assert "How can it fall by half?" in page
    assert not Lab.objects.exists()
