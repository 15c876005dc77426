"""Writing a plan on its pages."""

from __future__ import annotations

import datetime
import re
import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from labs.models import Revision
from labs.selectors import plans
from labs.services import revisions
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


def hidden_value(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


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
    client.post(url, form)
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "1 change does not say why yet" in page
    form["started"] = hidden_value(client.get(url).content.decode(), "started")
    client.post(
        reverse("labs:reasons", args=[draft.pk]),
        {"changes": draft.changes.get().pk, "reason": "The tender fell through"},
    )
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
        label="Index crimes solved, 2019",
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
    url = reverse("labs:conflicts", args=[other.pk])
    refresh = client.get(reverse("labs:revision_refresh", args=[other.pk]))
    assert refresh.headers["Location"] == url
    page = client.get(url).content.decode()
    assert all(day in page for day in ("1 May 2019", "1 June 2019", "1 July 2019"))
    pk = other.changes.get().pk
    given = {"seen": one.pk, f"change_{pk}": "mine", f"reason_{pk}": ""}
    assert "Write why this is to stand." in client.post(url, given).content.decode()
    client.post(url, {**given, f"reason_{pk}": "The rains"})
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
        "political": "holds",
        "verdict": "strained",
        "conclusion": "Ask the treasury",
    }
    assert "Say what is short" in client.post(url, form).content.decode()
    client.post(url, {**form, "money_note": "Two million short"})
    page = client.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "Two million short" in page
    assert "Holds under strain" in page


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


@pytest.mark.parametrize("page", ["goal_edit", "goal_new", "steps_paste", "initiative_tests"])
def test_what_was_typed_for_a_draft_that_was_adopted_meanwhile_is_shown_again(
    page, plan, unit
) -> None:
    draft = make.revision_of(plan)
    content = plans.draft(draft)
    keys = {
        "goal_edit": next(iter(content.goals)),
        "initiative_tests": next(iter(content.initiatives)),
    }
    args = [draft.pk, *([keys[page]] if page in keys else [])]
    client = as_user(unit)
    url = reverse(f"labs:{page}", args=args)
    form = client.get(url).content.decode()
    revisions.withdraw(revision=draft, reason="Overtaken", **BY)
    name = "text" if page == "steps_paste" else "title"
    if page == "initiative_tests":
        name = re.search(r'<textarea[^>]* name="([^"]+)"', form)[1]
    typed = "Streets that are safe by night, too"
    answer = client.post(url, {name: typed, "started": hidden_value(form, "started")})
    shown = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "no longer a draft" in shown
    assert typed in shown
    assert reverse("labs:revision_new", args=[plan.pk]) in shown
    body = shown[shown.index("<main") : shown.index("</main>")]
    assert "<button" not in body
