"""The share of plans revised, from real revisions, on the page and over the API."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from labs.models import Revision
from labs.rules.revised import Share
from labs.selectors import revised
from labs.services import revisions
from tests.factories import labs as make
from tests.factories.people import delivery_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def area():
    return make.AreaFactory()


@pytest.fixture
def programme(area):
    """Three plans: one untouched, one revised in execution, one in goals, and a mere draft."""
    make.plan_in_force(area)
    slow = make.plan_in_force(area)
    draft = make.revision_of(slow)
    key = make.key_of(slow, "Step 1")
    revisions.edit(
        revision=draft,
        part="milestone",
        key=key,
        fields={"finishes_on": "2019-06-01"},
        reason="Slow",
        by=make.SYSTEM,
        at=make.AT,
    )
    make.adopt(draft)
    wider = make.revision_of(make.plan_in_force(area))
    make.add(wider, "goal", title="And at night")
    make.adopt(wider)
    make.add(make.revision_of(make.plan_in_force(area)), "goal", title="Perhaps")
    make.draft_plan(area)
    return area.programme


def test_drafts_and_plans_not_in_force_do_not_count(programme) -> None:
    assert revised.shares(programme) == [
        Share(2019, plans=4, revised=2, goal=1, execution=1),
        Share(None, plans=4, revised=2, goal=1, execution=1),
    ]


def test_the_year_is_that_of_the_programmes_calendar(programme) -> None:
    last_night = datetime.datetime(2018, 12, 31, 17, tzinfo=datetime.UTC)  # 1 January there
    Revision.objects.filter(number=1).update(adopted_at=last_night)
    assert revised.shares(programme)[0].year == 2019


def test_it_costs_one_query(programme, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        revised.shares(programme)


def test_the_page_says_it_without_alarm(client: Client, programme) -> None:
    client.force_login(delivery_unit())
    page = client.get(reverse("labs:revised", args=[programme.code])).content.decode()
    assert "2 of 4 initial plans were revised since they came into force (50 per cent)." in page
    assert "govuk-tag--red" not in page


def test_systems_read_the_same_figures(client: Client, programme) -> None:
    client.force_login(delivery_unit())
    answer = client.get(reverse("api-programme-revised", args=[programme.pk])).json()
    assert answer[-1] == {"year": None, "plans": 4, "revised": 2, "goal": 1, "execution": 1}
