"""The plan over time: bars, slips and history, a page at a time."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.services import milestones, revisions
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}
MARCH = datetime.datetime(2019, 3, 4, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def unit():
    client = Client()
    client.force_login(people.delivery_unit())
    return client


def page(unit, plan, query: str = ""):
    with time_machine.travel(MARCH, tick=False):
        return unit.get(reverse("labs:gantt", args=[plan.pk]) + query)


def move(plan, key, day: str):
    draft = make.revision_of(plan)
    revisions.edit(
        revision=draft,
        part="milestone",
        key=key,
        fields={"finishes_on": day},
        reason="Rain",
        **BY,
    )
    return make.adopt(draft, at=MARCH - datetime.timedelta(days=9))


def test_each_promise_and_the_expected_finish_are_marked_and_told(unit):
    post = people.PostFactory()
    plan = make.plan_in_force(owner=post)
    key = make.key_of(plan, "Step 1")
    for day in ("2019-06-01", "2019-07-01"):
        move(plan, key, day)
    milestones.report(
        plan=plan,
        milestone_key=key,
        state="late",
        expected_finish=datetime.date(2019, 8, 1),
        by=people.actor(None, post),
        at=MARCH,
    )
    answer = page(unit, plan)
    row = next(row for row in answer.context["view"].rows if row.key == key)
    assert (row.slip.first, row.slip.promised) == (
        datetime.date(2019, 5, 1),
        datetime.date(2019, 7, 1),
    )
    assert row.slip.days == 92
    assert {mark.kind for mark in row.bar.marks} == {"first", "revised", "expected"}
    text = answer.content.decode()
    assert "92 days later" in text
    assert text.count("revision 1") >= 1
    assert "revision 3" in text
    assert "▼ Late" in text
    assert "style=" not in text.partition("<svg")[2].partition("</svg>")[0]
    decision = plan.revisions.get(number=3).decision_id
    assert reverse("forums:decision", args=[decision]) in text


def test_what_comes_first_is_drawn_and_named(unit):
    plan = make.plan_in_force()
    first, second = make.key_of(plan, "Step 1"), make.key_of(plan, "Step 2")
    draft = make.revision_of(plan)
    revisions.edit(
        revision=draft,
        part="milestone",
        key=second,
        fields={"depends_on": [str(first)]},
        reason="so",
        **BY,
    )
    make.adopt(draft)
    view = page(unit, plan).context["view"]
    assert len(view.picture.lines) == 1
    row = next(row for row in view.rows if row.key == second)
    assert [each.title for each in row.comes_after] == ["Step 1"]


def test_a_long_plan_comes_in_pages_with_as_many_queries_as_a_short_one(unit):
    def queries(plan) -> int:
        with CaptureQueriesContext(connection) as found:
            assert page(unit, plan).status_code == 200
        return len(found)

    short, long = make.plan_in_force(), make.plan_in_force(milestones=70)
    queries(short)
    assert queries(long) == queries(short)
    view = page(unit, long).context["view"]
    assert (len(view.rows), view.page.paginator.num_pages) == (50, 2)
    assert len(page(unit, long, "?page=2").context["view"].rows) == 21


def test_one_initiative_may_be_chosen(unit):
    plan = make.plan_in_force()
    key = make.key_of(plan, "More patrols")
    view = page(unit, plan, f"?initiative={key}").context["view"]
    assert [row.title for row in view.rows] == ["More patrols", "Step 1", "Step 2"]
    assert page(unit, plan, "?initiative=none").status_code == 404


def test_a_plan_without_days_says_so(unit):
    plan = make.open_lab().plan
    assert "Nothing is in force" in page(unit, plan).content.decode()
