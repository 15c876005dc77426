"""Parts of a plan on their pages: added, changed, taken out, and what bad input is answered."""

from __future__ import annotations

import datetime
import re
import uuid
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import Milestone, ReferenceItem
from labs.selectors import changes, plans
from labs.services import budgets
from labs.services import labs as lab_services
from labs.templatetags import plans as tags
from tests.factories import content as make_content
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client():
    return as_user(people.delivery_unit())


@pytest.fixture
def draft():
    return make.open_draft(make.draft_plan())


def url(name: str, *args: object) -> str:
    return reverse(f"labs:{name}", args=args)


def hidden(page: str, name: str = "started") -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def text_of(response) -> str:
    return unescape(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def test_every_kind_of_part_is_added_changed_and_taken_out(client, draft) -> None:
    initiative = make_content.initiative_of(draft)
    step = make_content.milestone_of(draft)
    works = people.OrganisationFactory(name="Works")
    added = {
        ("budget_line_new", initiative, "budget_lines"): {
            "title": "Cars",
            "initiative_key": initiative,
            "year": "2019",
            "currency": "myr",
            "planned": "1000.50",
            "price_base": "2018",
        },
        ("commitment_new", initiative, "commitments"): {
            "title": "Hire 50",
            "initiative_key": initiative,
            "beneficiary": works.pk,
            "verify_on": "2019-03-31",
            "sanction": "Pay back",
        },
        ("dependency_new", step, "dependencies"): {
            "title": "A road",
            "milestone_key": step,
            "provider": works.pk,
            "due_on": "2019-04-30",
        },
    }
    for (name, parent, kind), form in added.items():
        address = url(name, draft.pk, parent)
        assert client.get(address).status_code == 200
        assert client.post(address, form).status_code == 302, name
        (part,) = getattr(plans.draft(draft), kind).values()
        assert part.title == form["title"]
        page = text_of(client.get(url("revision", draft.pk)))
        assert form["title"] in page
        edit = url(name.replace("new", "edit"), draft.pk, part.key)
        started = hidden(client.get(edit).content.decode())
        client.post(edit, {**form, "title": "Changed", "started": started})
        assert getattr(plans.draft(draft), kind)[part.key].title == "Changed"
        client.post(url(name.replace("new", "remove"), draft.pk, part.key))
        assert getattr(plans.draft(draft), kind) == {}


def test_an_initiative_says_its_place_instrument_and_end(client, draft) -> None:
    key = make_content.initiative_of(draft)
    grant = ReferenceItem.objects.create(
        list="instrument", code="x-grant", label="Matching grant", written_at=make.AT
    )
    address = url("initiative_edit", draft.pk, key)
    goal = next(iter(plans.draft(draft).goals))
    form = {
        "title": "More patrols",
        "goal_key": goal,
        "scope": "value_chain",
        "intervention": "market",
        "pathway": "bottom_up",
        "instrument": grant.pk,
        "expires_on": "2019-12-31",
        "wind_down_until": "2020-06-30",
        "started": hidden(client.get(address).content.decode()),
    }
    assert client.post(address, form).status_code == 302
    page = text_of(client.get(url("revision", draft.pk)))
    for said in ("Value chain", "Market intervention", "Bottom-up", "Matching grant", "wound down"):
        assert said in page
    form["started"] = hidden(client.get(address).content.decode())
    response = client.post(address, {**form, "wind_down_until": "2019-11-30"})
    assert "not before" in text_of(response)
    assert 'value="2019-11-30"' in response.content.decode()


def test_a_line_over_the_ceiling_says_by_how_much_and_where_it_is_set(client, draft) -> None:
    budgets.set_ceiling(
        programme=draft.plan.lab.area.programme,
        year="2019",
        currency="MYR",
        amount="1000",
        source="Budget act 2019",
        **make_content.BY,
    )
    initiative = make_content.initiative_of(draft)
    form = {
        "title": "Cars",
        "initiative_key": initiative,
        "year": "2019",
        "currency": "MYR",
        "planned": "1300",
    }
    address = url("budget_line_new", draft.pk, initiative)
    response = client.post(address, form)
    said = text_of(response)
    assert "MYR 300 more than the ceiling of MYR 1,000 (Budget act 2019)" in said
    assert 'value="1300"' in response.content.decode()
    assert plans.draft(draft).budget_lines == {}
    assert client.post(address, {**form, "planned": "1000"}).status_code == 302
    assert client.post(address, {**form, "currency": "USD", "planned": "9000"}).status_code == 302


def test_what_other_plans_have_in_force_counts_towards_the_ceiling(client, draft) -> None:
    area = draft.plan.lab.area
    other = make.open_draft(make.draft_plan(area, title="Another lab"))
    make_content.budget_line(other, "700")
    make_content.adopted(other)
    budgets.set_ceiling(
        programme=area.programme,
        year="2019",
        currency="MYR",
        amount="1000",
        source="Act",
        **make_content.BY,
    )
    key = make_content.budget_line(draft, "300")
    edit = url("budget_line_edit", draft.pk, key)
    started = hidden(client.get(edit).content.decode())
    form = {
        "title": "Cars",
        "initiative_key": make_content.initiative_of(draft),
        "year": "2019",
        "currency": "MYR",
        "started": started,
    }
    assert "MYR 1 more" in text_of(client.post(edit, {**form, "planned": "301"}))
    assert client.post(edit, {**form, "planned": "299"}).status_code == 302


def test_lines_over_the_budget_of_their_initiative_are_refused(client, draft) -> None:
    initiative = make_content.initiative_of(draft)
    form = {
        "title": "Cars",
        "initiative_key": initiative,
        "year": "2019",
        "currency": "MYR",
        "planned": "1500001",
    }
    said = text_of(client.post(url("budget_line_new", draft.pk, initiative), form))
    assert "MYR 1 more than its budget of MYR 1,500,000" in said
    make_content.budget_line(draft, "1500000")
    address = url("initiative_edit", draft.pk, initiative)
    less = {
        "title": "More patrols",
        "goal_key": next(iter(plans.draft(draft).goals)),
        "budget": "1400000",
        "started": hidden(client.get(address).content.decode()),
    }
    response = client.post(address, less)
    assert "MYR 100,000 more than its budget" in text_of(response)
    assert 'value="1400000"' in response.content.decode()


def test_a_circle_is_named_in_words_and_what_was_typed_stays(client, draft) -> None:
    works = people.PostFactory(organisation__name="Ministry of Works")
    first, second = (make_content.milestone_of(draft, title) for title in ("Step 1", "Step 2"))
    make_content.change(draft, "milestone", first, owner=str(works.pk))
    make_content.change(draft, "milestone", second, depends_on=[str(first)])
    address = url("milestone_edit", draft.pk, first)
    form = {
        "title": "Step 1, later",
        "initiative_key": make_content.initiative_of(draft),
        "owner": works.pk,
        "starts_on": "2019-02-01",
        "finishes_on": "2019-05-01",
        "depends_on": [str(second)],
        "started": hidden(client.get(address).content.decode()),
    }
    response = client.post(address, form)
    said = text_of(response)
    assert "“Step 1, later” (Ministry of Works) waits for “Step 2”" in said
    assert "which waits for “Step 1, later” (Ministry of Works)" in said
    assert 'value="Step 1, later"' in response.content.decode()


def test_dates_out_of_order_and_a_milestone_without_an_owner(client, draft) -> None:
    initiative = make_content.initiative_of(draft)
    form = {
        "title": "Step 9",
        "initiative_key": initiative,
        "starts_on": "2019-05-01",
        "finishes_on": "2019-04-01",
    }
    address = url("milestone_new", draft.pk, initiative)
    response = client.post(address, form)
    assert "Choose a day that is not before 2019-05-01, the start." in text_of(response)
    assert 'value="2019-04-01"' in response.content.decode()
    assert client.post(address, {**form, "finishes_on": "2019-06-01"}).status_code == 302
    page = text_of(client.get(url("revision", draft.pk)))
    assert "No owner" in page
    gate = text_of(client.get(reverse("reviews:plan_gate", args=[draft.plan_id])))
    assert "The milestone “Step 9” has no owner. Name one post." in gate


def test_a_stale_form_of_a_new_part_says_what_others_wrote(client, draft) -> None:
    key = make_content.budget_line(draft, "1000")
    edit = url("budget_line_edit", draft.pk, key)
    started = hidden(client.get(edit).content.decode())
    make_content.change(draft, "budget_line", key, planned="1200", title="Police cars")
    form = {
        "title": "Cars",
        "initiative_key": make_content.initiative_of(draft),
        "year": "2019",
        "currency": "MYR",
        "planned": "900",
        "started": started,
    }
    response = client.post(edit, form)
    assert "It says “1200” by now" in text_of(response)
    page = response.content.decode()
    assert 'value="900"' in page
    assert 'value="Police cars"' in page  # untouched here, so the newest is shown
    again = {**form, "title": "Police cars", "started": hidden(page)}
    assert client.post(edit, again).status_code == 302
    assert plans.draft(draft).budget_lines[key].planned == 900


def test_steps_of_other_plans_are_found_by_words_and_nothing_typed_is_lost(client, draft) -> None:
    other = make.plan_in_force(title="Roads lab")
    theirs = make.key_of(other, "Step 2")
    address = url("milestone_new", draft.pk, make_content.initiative_of(draft))
    form = {
        "title": "Open the station",
        "initiative_key": make_content.initiative_of(draft),
        "search": "step 2",
        "find": "1",
    }
    before = Milestone.objects.count()
    response = client.post(address, form)
    page = text_of(response)
    assert "Step 2 (Roads lab;" in page
    assert 'value="Open the station"' in page
    assert "Fill this in" not in page
    assert (Milestone.objects.count(), len(plans.draft(draft).milestones)) == (before, 2)
    del form["find"]
    assert client.post(address, {**form, "other_steps": [str(theirs)]}).status_code == 302
    made = next(
        each for each in plans.draft(draft).milestones.values() if each.title == "Open the station"
    )
    assert made.depends_on == (theirs,)
    shown = text_of(client.get(url("revision", draft.pk)))
    assert "Step 2 (Roads lab)" in shown
    edit = text_of(client.get(url("milestone_edit", draft.pk, made.key)))
    assert f'value="{theirs}" id="id_other_steps_0" checked' in edit.replace("  ", " ") or (
        str(theirs) in edit and "checked" in edit
    )


def test_steps_of_a_restricted_lab_are_neither_found_nor_named(draft) -> None:
    other = make.plan_in_force(title="Osmium lab")
    lab_services.restrict(lab=other.lab, forums=[other.lab.steering], by=make.SYSTEM, at=make.AT)
    theirs = make.key_of(other, "Step 2")
    lead = people.ministry_officer(organisation=draft.plan.lab.area.lead)
    client = as_user(lead)
    address = url("milestone_new", draft.pk, make_content.initiative_of(draft))
    form = {
        "title": "Open",
        "initiative_key": make_content.initiative_of(draft),
        "search": "step",
        "find": "1",
    }
    assert "Osmium" not in text_of(client.post(address, form))
    del form["find"]
    client.post(address, {**form, "other_steps": [str(theirs)]})
    assert {each.depends_on for each in plans.draft(draft).milestones.values()} == {()}
    make_content.change(
        draft, "milestone", make_content.milestone_of(draft), depends_on=[str(theirs)]
    )
    page = text_of(client.get(url("revision", draft.pk)))
    assert "a step of a restricted lab" in page
    assert "Osmium" not in page


def test_changes_of_every_part_are_said_in_words() -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    works = people.OrganisationFactory(name="Works")
    make_content.budget_line(draft, "1000")
    make_content.promise(draft, works)
    make_content.request(draft, works)
    make_content.change(draft, "initiative", make_content.initiative_of(draft), scope="horizontal")
    reading = changes.in_words(draft)
    said = {tags.sentence(line, reading) for line in reading.execution}
    details = {pair for line in reading.execution for pair in tags.detail_lines(line, reading)}
    assert {
        "Budget line “Cars” is new, because: because",
        "Promise “Hire 50 guards” is new, because: because",
        "Request “A road to the station” is new, because: because",
        "Initiative “More patrols”, scope: none → horizontal, because: It turned out so",
    } == said
    assert {
        ("planned", "1,000"),
        ("beneficiary", "Works"),
        ("who is asked", "Works"),
        ("milestone", "Step 1"),
    } <= details
    assert reading.goal == []


def test_a_part_is_taken_out_with_what_hangs_on_it(client) -> None:
    plan = make.plan_in_force()
    draft = make.revision_of(plan)
    key = make.key_of(plan, "More patrols")
    make_content.budget_line(draft)
    address = url("initiative_remove", draft.pk, key)
    page = text_of(client.get(address))
    assert "Milestone: Step 1" in page
    assert "Budget line: Cars" in page
    assert client.post(address, {"reason": "It failed"}).status_code == 302
    left = plans.draft(draft)
    assert (left.initiatives, left.milestones, left.budget_lines) == ({}, {}, {})
    assert set(draft.changes.values_list("reason", flat=True)) == {"It failed"}
    reading = changes.in_words(draft)
    said = [tags.sentence(line, reading) for line in reading.execution]
    assert "Initiative “More patrols” is taken out, because: It failed" in said


def test_an_initiative_has_a_page_with_everything_of_it(client) -> None:
    draft = make.open_draft(make.draft_plan())
    works = people.OrganisationFactory(name="Works")
    make_content.budget_line(draft)
    make_content.promise(draft, works)
    make_content.request(draft, works)
    plan = make_content.adopted(draft)
    key = make.key_of(plan, "More patrols")
    page = text_of(client.get(url("initiative", key)))
    for said in ("Cars", "Hire 50 guards", "A road to the station", "Step 2", "market failure"):
        assert said.casefold() in page.casefold(), said
    second = make.revision_of(plan)
    make_content.change(second, "initiative", key, title="Fewer patrols")
    make.adopt(second)
    assert "Fewer patrols" in text_of(client.get(url("initiative", key)))
    old = text_of(client.get(url("initiative", key) + "?revision=1"))
    assert "as revision 1 made it" in old
    assert '<h1 class="govuk-heading-l">More patrols</h1>' in old
    assert client.get(url("initiative", key) + "?revision=9").status_code == 404
    third = make.revision_of(plan)
    client.post(url("initiative_remove", third.pk, key), {"reason": "Over"})
    make.adopt(third)
    assert "as it last was" in text_of(client.get(url("initiative", key)))
    assert client.get(url("initiative", uuid.uuid4())).status_code == 404


def test_pages_of_a_plan_cost_the_same_queries_whatever_its_size(client) -> None:
    def filled(count: int):
        draft = make.open_draft(make.draft_plan(milestones=count))
        steps = list(plans.draft(draft).milestones)
        for number in range(count):
            make_content.budget_line(draft, title=f"Line {number}")
            make_content.promise(draft, title=f"Promise {number}")
            make_content.request(draft, milestone_key=str(steps[number]))
        return make_content.adopted(draft)

    def queries(plan, name: str, *args: object) -> int:
        client.get(url(name, *args))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(url(name, *args)).status_code == 200
        return len(caught)

    small, large = filled(2), filled(5)
    for name in ("plan", "plan_money"):
        assert queries(small, name, small.pk) == queries(large, name, large.pk), name
    assert queries(small, "revision", small.in_force_id) == queries(
        large, "revision", large.in_force_id
    )
    assert queries(small, "initiative", make.key_of(small, "More patrols")) == queries(
        large, "initiative", make.key_of(large, "More patrols")
    )


def test_old_versions_show_their_parts_and_nothing_recorded_since(client) -> None:
    draft = make.open_draft(make.draft_plan())
    key = make_content.budget_line(draft, "1000")
    plan = make_content.adopted(draft)
    second = make.revision_of(plan)
    make_content.change(second, "budget_line", key, planned="2000")
    make.adopt(second, make.AT + datetime.timedelta(days=1))
    assert "2019: MYR 2,000" in text_of(client.get(url("plan", plan.pk)))
    old = text_of(client.get(url("plan", plan.pk) + "?revision=1"))
    assert "1,000" in old
    assert "2,000" not in old
    assert "Newest report" not in old


def test_the_api_tells_every_part_as_each_revision_had_it(client) -> None:
    draft = make.open_draft(make.draft_plan())
    works = people.OrganisationFactory()
    key = make_content.budget_line(draft, "1000.50")
    make_content.promise(draft, works)
    make_content.request(draft, works)
    make.add(
        draft,
        "answer",
        initiative_key=str(make_content.initiative_of(draft)),
        question="capability",
        verdict="yes",
        title="They did it before",
    )
    plan = make_content.adopted(draft)
    second = make.revision_of(plan)
    make_content.change(second, "budget_line", key, planned="2000")
    make.adopt(second)

    def told(query: str = "") -> dict:
        return client.get(f"/api/v1/plans/{plan.pk}/{query}").json()

    assert told()["budget_lines"][0]["planned"] == "2000.00"
    old = told("?revision=1")
    assert old["budget_lines"][0]["planned"] == "1000.50"
    assert old["commitments"][0]["beneficiary"] == works.pk
    assert old["answers"][0]["reason"] == "They did it before"
    assert old["dependencies"][0]["provider"] == works.pk
    assert {"scope", "instrument", "wind_down_until"} <= set(old["initiatives"][0])
