"""The stress test's figures come from the plan and are kept with the verdicts."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import BudgetCeiling, StressTest, Window
from labs.selectors import stress
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
VERDICTS = ("money", "people", "time", "capability", "political", "verdict")


@pytest.fixture
def draft():
    """A draft with a budget line over the ceiling, and a window that closes too soon."""
    found = make.open_draft(make.draft_plan())
    programme = found.plan.lab.area.programme
    step = found.changes.filter(part="milestone").values_list("key", flat=True)[0]
    initiative = found.changes.filter(part="initiative").values_list("key", flat=True)[0]
    make.add(
        found,
        "budget_line",
        initiative_key=str(initiative),
        title="Patrol cars",
        currency="MYR",
        year="2019",
        planned="1000",
    )
    given = {"at": make.AT, "programme": programme}
    BudgetCeiling.objects.create(
        year=2019, currency="MYR", amount="2000", source="First draft", **given
    )
    BudgetCeiling.objects.create(
        year=2019, currency="MYR", amount="800", source="Budget act", **given
    )
    Window.objects.create(
        title="Before the fasting month",
        opens_on=datetime.date(2019, 1, 1),
        closes_on=datetime.date(2019, 4, 1),
        milestones=[str(step)],
        **given,
    )
    return found


@pytest.fixture
def unit():
    client = Client()
    client.force_login(people.delivery_unit())
    return client


def test_the_page_shows_what_is_computed_and_keeps_it_with_the_verdicts(draft, unit):
    url = reverse("labs:stress_test", args=[draft.pk])
    text = unit.get(url).content.decode()
    assert "MYR\xa0200 over" in text
    assert "Before the fasting month" in text
    given = dict.fromkeys(VERDICTS, "holds") | {
        "money": "strained",
        "money_note": "200 short",
        "political": "strained",
        "assumptions": "Fuel stays as it is",
        "conclusion": "It can be done",
    }
    form = unit.post(url, given).context["form"]
    assert list(form.errors) == ["political_note"]
    assert form["assumptions"].value() == "Fuel stays as it is"
    assert unit.post(url, given | {"political_note": "Before the fast"}).status_code == 302
    test = StressTest.objects.get()
    assert (test.political, test.assumptions) == ("strained", "Fuel stays as it is")
    assert test.figures["money"]["years"][0]["over"] == "200"
    assert test.figures["political"]["windows"][0]["late"] == 1
    assert test.figures["scenarios"]["less_money"]["years"][0]["short"] == "200"
    shown = unit.get(reverse("labs:revision", args=[draft.pk])).content.decode()
    assert "Fuel stays as it is" in shown
    assert "MYR\xa0200 over" in shown


def test_a_test_recorded_without_figures_computes_them(draft):
    make.tested(draft)
    test = StressTest.objects.get()
    assert test.political == ""
    assert test.figures["people"]["owners_count"] == 1


def test_money_of_other_plans_counts_against_the_ceiling(draft):
    area = make.AreaFactory(programme=draft.plan.lab.area.programme)
    other = make.draft_plan(area)
    first = make.open_draft(other)
    initiative = first.changes.filter(part="initiative").values_list("key", flat=True)[0]
    make.add(
        first,
        "budget_line",
        initiative_key=str(initiative),
        title="Lamps",
        currency="MYR",
        year="2019",
        planned="50.5",
    )
    make.adopt(make.tested(first))
    (row,) = stress.figures(draft)["money"]["years"]
    assert (row["elsewhere"], row["over"]) == ("50.5", "250.5")


def test_readers_see_the_figures_and_the_number_of_queries_is_constant(draft):
    client = Client()
    client.force_login(people.ministry_officer(draft.plan.lab.area.lead))
    url = reverse("labs:figures", args=[draft.pk])
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    initiative = draft.changes.filter(part="initiative").values_list("key", flat=True)[0]
    for number in range(12):
        make.add(
            draft,
            "milestone",
            initiative_key=str(initiative),
            title=f"More {number}",
            owner=str(people.PostFactory().pk),
            finishes_on="2019-05-01",
        )
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
