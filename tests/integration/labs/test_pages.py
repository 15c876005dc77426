"""Pages of labs and plans: who sees what, and how a plan is written."""

from __future__ import annotations

import datetime
import re
import uuid
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import Lab, MilestoneReport, Programme, Revision, Seat
from labs.selectors import plans
from labs.services import labs as lab_services
from labs.services import milestones, programmes, revisions
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
        "new programme": at("programme_new"),
        "new area": at("area_new", code),
        "readers": at("readers", code),
        "close programme": at("programme_close", code),
        "new lab": at("lab_new"),
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
LISTS = ["programmes", "labs"]
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
UNIT = [
    "new programme",
    "new area",
    "readers",
    "close programme",
    "new lab",
    "new seat",
    "remove seat",
    "restrict",
    "close lab",
    "withdraw",
    "stress test",
    *WRITE_PLAN,
]


def open_to(persona: str) -> set[str]:
    return set(
        {
            "outsider": LISTS,
            "auditor": READ,
            "delivery unit": [*READ, *UNIT],
            "owner": [*READ, "report"],
            "lead organisation": [*READ, *WRITE_PLAN],
            "initiative lead": [*READ, *WRITE_PLAN],
            "steering chair": READ,
            "reader": READ,
            "administrator": [
                *READ,
                "new programme",
                "new area",
                "readers",
                "close programme",
            ],
        }[persona]
    )


@pytest.mark.parametrize(
    "persona",
    [
        "outsider",
        "auditor",
        "delivery unit",
        "owner",
        "lead organisation",
        "initiative lead",
        "steering chair",
        "reader",
        "administrator",
    ],
)
def test_every_page_by_persona(persona: str, plan, owner, unit) -> None:
    area = plan.lab.area
    content = plans.content(plan)
    lead = next(iter(content.initiatives.values())).lead_id
    user = {
        "outsider": people.ministry_officer,
        "auditor": people.auditor,
        "delivery unit": lambda: unit,
        "owner": lambda: owner,
        "lead organisation": lambda: people.in_organisation(area.lead, "Clerk"),
        "initiative lead": lambda: people.holder(plans.posts(content)[lead]),
        "steering chair": lambda: people.holder(plan.lab.steering.chair),
        "reader": people.UserFactory,
        "administrator": people.administrator,
    }[persona]()
    if persona == "reader":
        area.programme.readers.create(user=user)
    client = as_user(user)
    got = {name: client.get(url).status_code for name, url in addresses(plan).items()}
    allowed = open_to(persona)
    readable = "lab" in allowed
    wanted = {
        name: 200
        if name in allowed
        else 403
        if readable or name in {"new programme", "new lab"}
        else 404
        for name in got
    }
    assert got == wanted


def test_nothing_is_open_without_signing_in(plan) -> None:
    got = {name: Client().get(url).status_code for name, url in addresses(plan).items()}
    assert set(got.values()) == {302}


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


def test_the_delivery_unit_opens_a_programme_an_area_a_lab_and_seats(unit) -> None:
    client = as_user(unit)
    forum = make.LabForumFactory()
    organisation = people.OrganisationFactory()
    client.post(
        reverse("labs:programme_new"),
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
        reverse("labs:lab_new"),
        {
            "area": area.pk,
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
    seat_row = Seat.objects.get()
    client.post(reverse("labs:seat_remove", args=[lab.pk, seat_row.pk]), {"confirm": "True"})
    assert not Seat.objects.exists()


def test_wrong_dates_of_a_lab_are_told_and_nothing_is_lost(unit) -> None:
    area = make.AreaFactory()
    answer = as_user(unit).post(
        reverse("labs:lab_new"),
        {
            "area": area.pk,
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


def test_a_plan_is_written_on_its_pages(unit) -> None:
    lab = make.open_lab()
    draft = make.open_draft(lab.plan)
    client = as_user(unit)
    post = people.PostFactory()
    client.post(reverse("labs:goal_new", args=[draft.pk]), {"title": "Streets are safe"})
    goal = next(iter(plans.draft(draft).goals))
    client.post(
        reverse("labs:initiative_new", args=[draft.pk, goal]),
        {"title": "More patrols", "goal_key": str(goal), "budget": "1500000.50"},
    )
    initiative = next(iter(plans.draft(draft).initiatives))
    for title in ("Recruit", "Deploy"):
        content = plans.draft(draft)
        client.post(
            reverse("labs:milestone_new", args=[draft.pk, initiative]),
            {
                "title": title,
                "initiative_key": str(initiative),
                "owner": post.pk,
                "starts_on": "2019-02-01",
                "finishes_on": "2019-05-01",
                "depends_on": [str(key) for key in content.milestones],
            },
        )
    content = plans.draft(draft)
    first, second = content.milestones.values()
    assert second.depends_on == (first.key,)
    assert first.owner_id == post.pk
    assert str(content.initiatives[initiative].budget) == "1500000.5"
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "Streets are safe" in page
    assert "MYR\N{NO-BREAK SPACE}1,500,000.5" in page
    assert f'id="milestone-{first.key}"' in page
    client.post(reverse("labs:milestone_remove", args=[draft.pk, second.key]), {"reason": ""})
    assert list(plans.draft(draft).milestones) == [first.key]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"finishes_on": "2018-01-01"}, "Choose a day that is not before 2019-02-01, the start."),
        ({"finishes_on": "soon"}, "Enter a valid date."),
        ({"title": ""}, "This field is required."),
        ({"starts_on": "0328-01-01"}, "Write a year between 1900 and 2200."),
    ],
)
def test_bad_input_is_told_at_its_field_and_kept(unit, typed: dict, message: str) -> None:
    draft = make.open_draft(make.draft_plan())
    (key, *_rest) = plans.draft(draft).milestones
    milestone = plans.draft(draft).milestones[key]
    form = {
        "title": "A title that must stay",
        "initiative_key": str(milestone.initiative_key),
        "starts_on": "2019-02-01",
        "finishes_on": "2019-05-01",
        **typed,
    }
    answer = as_user(unit).post(reverse("labs:milestone_edit", args=[draft.pk, key]), form)
    page = answer.content.decode()
    assert message in page
    assert "A title that must stay" in page or not form["title"]
    assert plans.draft(draft).milestones[key] == milestone


def hidden_value(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def test_two_editors_of_one_field(unit) -> None:
    draft = make.open_draft(make.draft_plan())
    (key, *_rest) = plans.draft(draft).milestones
    url = reverse("labs:milestone_edit", args=[draft.pk, key])
    client = as_user(unit)
    started = hidden_value(client.get(url).content.decode(), "started")
    milestone = plans.draft(draft).milestones[key]
    revisions.edit(
        revision=draft,
        part="milestone",
        key=key,
        fields={"finishes_on": "2019-06-01", "title": "Renamed by another"},
        **BY,
    )
    mine = {
        "title": "Step 1",
        "initiative_key": str(milestone.initiative_key),
        "owner": milestone.owner_id,
        "starts_on": "2019-02-01",
        "finishes_on": "2019-07-01",
        "started": started,
    }
    page = client.post(url, mine).content.decode()
    assert "Somebody else changed this" in page or "It says “2019-06-01” by now." in page
    assert 'value="2019-07-01"' in page
    assert 'value="Renamed by another"' in page
    again = {**mine, "title": "Renamed by another", "started": hidden_value(page, "started")}
    assert client.post(url, again).status_code == 302
    saved = plans.draft(draft).milestones[key]
    assert (saved.title, saved.finishes_on) == ("Renamed by another", datetime.date(2019, 7, 1))


def test_changes_of_a_plan_in_force_say_why(plan, unit) -> None:
    draft = make.revision_of(plan)
    key = make.key_of(plan, "Step 1")
    milestone = plans.content(plan).milestones[key]
    client = as_user(unit)
    url = reverse("labs:milestone_edit", args=[draft.pk, key])
    form = {
        "title": "Step 1",
        "initiative_key": str(milestone.initiative_key),
        "owner": milestone.owner_id,
        "starts_on": "2019-02-01",
        "finishes_on": "2019-06-01",
        "started": hidden_value(client.get(url).content.decode(), "started"),
    }
    assert "This field is required." in client.post(url, form).content.decode()
    client.post(url, {**form, "reason": "The tender fell through"})
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert (
        "Milestone “Step 1”, finish: 1 May 2019 → 1 June 2019, because: The tender fell through"
        in page
    )
    make.adopt(draft)
    page = client.get(reverse("labs:plan", args=[plan.pk])).content.decode()
    assert "1 June 2019" in page
    page = client.get(reverse("labs:plan", args=[plan.pk]) + "?revision=1").content.decode()
    assert "1 May 2019" in page
    assert "1 June 2019" not in page
    assert client.get(reverse("labs:plan", args=[plan.pk]) + "?revision=7").status_code == 404


def test_a_target_in_a_draft_is_said_in_words(plan, unit) -> None:
    draft = make.revision_of(plan)
    revisions.set_target(
        revision=draft,
        series_key=uuid.uuid4(),
        period="2019-01-01/2019-12-31",
        before={"value": "77"},
        after={"value": "87", "baseline": "70"},
        reason="It is within reach",
        label="Index crimes solved",
        **BY,
    )
    page = as_user(unit).get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert (
        "Target of Index crimes solved, 2019: 77 → 87 (from 70), because: It is within reach"
        in page
    )


def test_a_stale_draft_says_so_and_is_brought_up_to_date(plan, unit) -> None:
    one, other = make.revision_of(plan, "One"), make.revision_of(plan, "Other")
    key = make.key_of(plan, "Step 1")
    for draft, day in ((one, "2019-06-01"), (other, "2019-07-01")):
        revisions.edit(
            revision=draft,
            part="milestone",
            key=key,
            fields={"finishes_on": day},
            reason="Late",
            **BY,
        )
    make.adopt(one)
    client = as_user(unit)
    page = client.get(reverse("labs:revision", args=[other.pk])).content.decode()
    assert "It cannot be adopted like this." in page
    url = reverse("labs:revision_refresh", args=[other.pk])
    page = client.get(url).content.decode()
    assert all(day in page for day in ("1 May 2019", "1 June 2019", "1 July 2019"))
    client.post(url, {"confirm": "True"})
    page = client.get(reverse("labs:revision", args=[other.pk])).content.decode()
    assert "1 June 2019 → 1 July 2019" in page


def test_a_change_is_undone_by_a_button(plan, unit) -> None:
    draft = make.revision_of(plan)
    key = make.key_of(plan, "Step 2")
    revisions.remove(revision=draft, part="milestone", key=key, reason="Not needed", **BY)
    client = as_user(unit)
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "Milestone “Step 2” is taken out, because: Not needed" in page
    client.post(reverse("labs:part_take_back", args=[draft.pk, "milestone", key]))
    assert key in plans.draft(draft).milestones


def test_a_revision_that_is_no_draft_leads_back_to_its_page(plan, unit) -> None:
    adopted = plan.in_force
    answer = as_user(unit).get(reverse("labs:goal_new", args=[adopted.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("labs:revision", args=[adopted.pk]), 302)]
    assert "no longer a draft" in answer.content.decode()


def test_the_stress_test_is_recorded_on_its_page(unit) -> None:
    draft = make.open_draft(make.draft_plan())
    client = as_user(unit)
    url = reverse("labs:stress_test", args=[draft.pk])
    form = {
        "money": "strained",
        "people": "holds",
        "time": "holds",
        "capability": "holds",
        "verdict": "strained",
        "conclusion": "Ask the treasury",
    }
    assert "Say what is short" in client.post(url, form).content.decode()
    client.post(url, {**form, "money_note": "Two million short"})
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "Two million short" in page
    assert "Holds under strain" in page


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


@pytest.fixture
def standing_clock(at):
    """The business clock stands at ``at``."""
    with time_machine.travel(at, tick=False):
        yield


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


def test_a_rejected_revision_is_begun_again_from_its_page(unit) -> None:
    plan = make.draft_plan()
    draft = make.open_draft(plan)
    decision = make.decide(make.put(draft), "lost", reason="Too dear")
    draft.refresh_from_db()
    revisions.reject(revision=draft, decision=decision, **BY)
    client = as_user(unit)
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "Too dear" in page
    url = reverse("labs:revision_new", args=[plan.pk]) + f"?copy_of={draft.pk}"
    assert url in page
    client.post(url, {"title": "Cheaper", "reason": "The committee asked for it"})
    again = Revision.objects.get(title="Cheaper")
    assert plans.draft(again) == plans.draft(Revision.objects.get(pk=draft.pk))
