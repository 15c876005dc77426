"""Old versions read exactly as they were, and any two stand side by side."""

from __future__ import annotations

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from labs.models import Plan, Revision
from labs.selectors import comparing, plans
from labs.services import revisions
from people.models import Organisation, OrganisationName
from tests.factories import labs as make
from tests.factories.people import OrganisationFactory, delivery_unit

pytestmark = pytest.mark.django_db
SERIES = uuid.uuid4()
YEAR = "2012-01-01/2012-12-31"


def by(n: int) -> dict:
    return {"by": make.SYSTEM, "at": make.AT + datetime.timedelta(days=100 * n)}


def edit(draft: Revision, part: str, key: uuid.UUID, n: int, reason: str, **fields) -> None:
    revisions.edit(revision=draft, part=part, key=key, fields=fields, reason=reason, **by(n))


def aim(draft: Revision, before: str | None, value: str, n: int, reason: str) -> None:
    revisions.set_target(
        revision=draft,
        series_key=SERIES,
        period=YEAR,
        before={"value": before} if before else None,
        after={"value": value},
        reason=reason,
        label="Pre-school enrolment, 2012",
        **by(n),
    )


@pytest.fixture
def plan() -> Plan:
    plan = make.draft_plan(milestones=3)
    draft = make.open_draft(plan)
    means = str(next(iter(plans.draft(draft).initiatives)))
    step = next(iter(plans.draft(draft).milestones))
    make.add(
        draft,
        "budget_line",
        title="Cars",
        initiative_key=means,
        currency="MYR",
        year="2019",
        planned="10",
    )
    make.add(
        draft,
        "commitment",
        title="Hire 50",
        initiative_key=means,
        verify_on="2019-12-31",
        sanction="Paid back",
        beneficiary=str(OrganisationFactory(name="Patrol Ltd", short_name="").pk),
    )
    make.add(
        draft,
        "answer",
        title="Roads are dark",
        initiative_key=means,
        question="market_failure",
        verdict="yes",
    )
    make.add(
        draft,
        "dependency",
        title="Permits",
        milestone_key=str(step),
        due_on="2019-04-01",
        provider=str(OrganisationFactory(name="Ministry of Roads", short_name="Roads").pk),
    )
    aim(draft, None, "80", 0, "")
    make.adopt(make.tested(draft))
    plan.refresh_from_db()
    return plan


def change_all(plan: Plan, n: int) -> Revision:
    """A later revision that changes a part of every kind, and what the posts are called."""
    draft = make.revision_of(plan, f"Round {n}")
    content = plans.content(plan)
    for part, held, fields in (
        ("goal", content.goals, {"title": f"Safer {n}"}),
        ("initiative", content.initiatives, {"finishes_on": f"2020-0{n}-01"}),
        ("milestone", content.milestones, {"finishes_on": f"2019-0{n + 5}-01"}),
        ("budget_line", content.budget_lines, {"planned": str(10 + n)}),
        ("commitment", content.commitments, {"sanction": f"Paid back {n} times"}),
        ("answer", content.answers, {"title": f"Roads are darker {n}"}),
        ("dependency", content.dependencies, {"title": f"Permits {n}"}),
    ):
        edit(draft, part, next(iter(held)), n, f"Learned {n}", **fields)
    aim(draft, str(80 + 7 * (n - 1)), str(80 + 7 * n), n, f"Round {n} said so")
    adopted = make.adopt(draft, make.AT + datetime.timedelta(days=100 * n))
    plan.refresh_from_db()
    return adopted


def rename_everybody(day: datetime.date, n: int) -> None:
    """Every organisation is called something else from the day after."""

    for organisation in Organisation.objects.all():
        OrganisationName.objects.create(
            organisation=organisation,
            name=organisation.name,
            short_name=organisation.short_name,
            until_on=day,
        )
        Organisation.objects.filter(pk=organisation.pk).update(
            name=f"{organisation.name} and {n}", short_name=""
        )


def readings(plan: Plan, number: int) -> dict[str, str]:
    """Version ``number`` on screen, in print, over the API, and what its revision changed."""
    client, api = Client(), APIClient()
    unit = delivery_unit()
    client.force_login(unit)
    api.force_authenticate(unit)
    printed = client.get(reverse("labs:plan_print", args=[plan.pk]), {"revision": number})
    told = plan.revisions.get(number=number)
    changed = client.get(reverse("labs:revision", args=[told.pk])).content.decode()
    over = api.get(f"/api/v1/plans/{plan.pk}/", {"revision": number}).json()
    detail = api.get(f"/api/v1/revisions/{told.pk}/").json()
    return {
        "print": part_of(printed.content.decode(), r'<article id="version">.*?</article>'),
        "changes": part_of(changed, r'<section id="changes">.*?</section>\s*<section id="stress')
        if number > 1
        else "",
        "api": str({k: v for k, v in over.items() if k != "revision_in_force"}),
        "revision": str(detail),
        "content": repr(plans.content(plan, number)),
    }


def on_screen(plan: Plan, number: int) -> str:
    """A version that is no longer in force, as its page shows it."""
    client = Client()
    client.force_login(delivery_unit())
    page = client.get(reverse("labs:plan", args=[plan.pk]), {"revision": number})
    return part_of(page.content.decode(), r"milestones</h2>.*?All revisions")


def part_of(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    assert found, pattern
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", found.group())


def test_every_version_reads_byte_for_byte_as_it_was(plan) -> None:
    was: dict[int, dict[str, str]] = {1: readings(plan, 1)}
    screens: dict[int, str] = {}
    for n in (1, 2, 3):
        change_all(plan, n)
        rename_everybody((make.AT + datetime.timedelta(days=100 * n + 50)).date(), n)
        was[n + 1] = readings(plan, n + 1)
        for number in range(1, n + 1):
            assert readings(plan, number) == was[number]
            assert screens.setdefault(number, on_screen(plan, number)) == on_screen(plan, number)
    assert len({each["print"] for each in was.values()}) == 4


def test_a_version_says_everything_it_held_under_the_names_of_then(plan) -> None:
    change_all(plan, 1)
    rename_everybody((make.AT + datetime.timedelta(days=150)).date(), 1)
    said = readings(plan, 1)["print"]
    for each in (
        *("Streets are safe", "More patrols", "Step 1", "Cars", "Hire 50", "Roads are dark"),
        *("Permits", "Patrol Ltd", "Ministry of Roads", "Pre-school enrolment, 2012", "80"),
    ):
        assert each in said
    assert "Patrol Ltd and 1" not in said
    assert "Safer 1" not in said


def test_the_api_gives_the_targets_of_the_version(plan) -> None:
    change_all(plan, 1)
    api = APIClient()
    api.force_authenticate(delivery_unit())
    for number, value in ((1, "80"), (2, "87")):
        over = api.get(f"/api/v1/plans/{plan.pk}/", {"revision": number}).json()
        assert [each["asked"]["value"] for each in over["targets"]] == [value]
    assert api.get(f"/api/v1/plans/{plan.pk}/").json()["targets"] == over["targets"]


def test_any_two_versions_stand_side_by_side_in_words(plan) -> None:
    for n in (1, 2):
        change_all(plan, n)
    client = Client()
    client.force_login(delivery_unit())
    url = reverse("labs:compare", args=[plan.pk])
    page = client.get(url, {"from": 1, "to": 3}).content.decode()
    for said in (
        "Target of Pre-school enrolment, 2012: 80 → 94, because: Round 2 said so",
        "Goal “Streets are safe” is now called “Safer 2”, because: Learned 2",
        "Milestone “Step 1”, finish: 1 May 2019 → 1 July 2019, because: Learned 2",
        "Budget line “Cars”, planned: 10 → 12, because: Learned 2",
    ):
        assert said in page, said
    goals = part_of(page, r"Goals and targets.*?Execution")
    assert "87" not in re.sub(r'"[^"]*"', "", goals)  # keys in addresses may hold any digits
    assert client.get(url, {"from": 3, "to": 1}).content.decode().count("80 → 94") == 1
    assert "Nothing." in client.get(url, {"from": 2, "to": 2}).content.decode()
    for wrong in ({"from": 9}, {"to": "x"}, {"from": "-1"}, {"to": "9" * 30}):
        assert client.get(url, wrong).status_code == 404


def test_what_came_and_went_between_two_versions_is_not_told(plan) -> None:
    passing = make.revision_of(plan, "Passing")
    means = str(make.key_of(plan, "More patrols"))
    key = make.add(passing, "milestone", title="Passing step", initiative_key=means)
    make.adopt(passing)
    plan.refresh_from_db()
    gone = make.revision_of(plan, "Gone")
    revisions.remove(revision=gone, part="milestone", key=key, reason="Not needed", **by(0))
    make.adopt(gone)
    plan.refresh_from_db()
    assert comparing.between(plan, 1, 3).parts == []
    (new,) = comparing.between(plan, 1, 2).parts
    (left,) = comparing.between(plan, 2, 3).parts
    assert (new.what, left.what) == ("new", "gone")
    assert {row.field: row.after for row in new.rows} == {
        "title": "Passing step",
        "initiative_key": means,
    }
    assert {row.before for row in left.rows} == {"Passing step", means}


def cost(steps: int, address: str, **query) -> int:
    """The queries of a page about a plan whose steps all moved in revision 2."""
    plan = make.plan_in_force(milestones=steps)
    draft = make.revision_of(plan)
    for n in range(1, steps + 1):
        key = make.key_of(plan, f"Step {n}")
        edit(draft, "milestone", key, 1, "Late", finishes_on="2019-06-01")
    make.adopt(draft)
    client = Client()
    client.force_login(delivery_unit())
    pk = draft.pk if address == "labs:revision" else plan.pk
    client.get(reverse(address, args=[pk]), query)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(address, args=[pk]), query).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("labs:compare", {"from": 1, "to": 2}),
        ("labs:revision", {}),
        ("labs:plan_print", {"revision": 1}),
        ("labs:plan", {"revision": 1}),
    ],
)
def test_pages_cost_the_same_at_any_size(address: str, query: dict) -> None:
    assert cost(5, address, **query) == cost(10, address, **query)
