"""The joint portfolio: engines and bottom-up side by side, and what goes from one to the other."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import Allocation, BudgetFigure, FundingSource, Transfer
from labs.selectors import plans
from labs.services import revisions
from reviews.selectors import portfolio
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.people import PostFactory

pytestmark = pytest.mark.django_db
BY = {"by": make_labs.SYSTEM, "at": make.BEFORE}
YEAR = "2019"


def place_on(plan, pathway: str, *, planned: str = "100"):
    """Put the plan's initiative on a pathway, with a budget line."""
    key = make_labs.key_of(plan, "More patrols")
    draft = make_labs.revision_of(plan)
    revisions.edit(
        revision=draft, part="initiative", key=key, fields={"pathway": pathway}, reason="so", **BY
    )
    make_labs.add(
        draft,
        "budget_line",
        initiative_key=str(key),
        title="Cars",
        currency="MYR",
        year=YEAR,
        planned=planned,
    )
    make_labs.adopt(draft, at=make.BEFORE)
    return next(iter(plans.content(plan).budget_lines))


@pytest.fixture
def engine(in_force):
    found = in_force
    found.revision.plan.refresh_from_db()
    return found


@pytest.fixture
def other(engine):
    area = make_labs.AreaFactory(programme=engine.place.programme)
    return make_labs.plan_in_force(area, owner=PostFactory())


def test_money_states_and_kpis_stand_side_by_side(engine, other):
    line = place_on(engine.revision.plan, "top_down")
    place_on(other, "bottom_up", planned="7.5")
    for kind, amount in (("allotted", 60), ("spent", 20), ("spent", 5)):
        BudgetFigure.objects.create(
            plan=engine.revision.plan,
            line_key=line,
            kind=kind,
            amount=amount,
            on=make.ON,
            source="Treasury",
            at=make.AT,
        )
    found = portfolio.of(engine.place.programme, engine.place.unit, make.ON)
    top, bottom, none = found.pathways
    (money,) = top.money
    assert (money.planned, money.allotted, money.spent) == (100, 60, 25)
    assert bottom.money[0].planned == Decimal("7.5")
    assert [state.kpi for state in top.lines[0].kpis] == [engine.kpi]
    assert (none.count, found.no_transfer) == (0, True)


def test_transfers_from_engines_are_totalled_and_take_the_flag_away(engine, other):
    place_on(engine.revision.plan, "top_down")
    place_on(other, "bottom_up")
    client = Client()
    client.force_login(engine.place.unit)
    url = reverse("reviews:portfolio", args=[engine.place.programme.code])
    assert "no money has gone" in client.get(url).content.decode()
    source = FundingSource.objects.create(
        programme=engine.place.programme, name="Rent", currency="MYR", amount=90, at=make.AT
    )
    allocation = Allocation.objects.create(
        source=source, purpose="Schools", amount=50, decision=engine.revision.decision, at=make.AT
    )
    for amount in (10, 15):
        Transfer.objects.create(
            allocation=allocation,
            from_pathway="top_down",
            to_pathway="bottom_up",
            amount=amount,
            on=datetime.date(2019, 2, 1),
            reference="T",
            at=make.AT,
        )
    page = client.get(url).content.decode()
    assert "no money has gone" not in page
    assert "MYR\xa025, in 2 transfers" in page


def test_the_number_of_queries_does_not_grow(engine, other):
    client = Client()
    client.force_login(engine.place.unit)
    url = reverse("reviews:portfolio", args=[engine.place.programme.code])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(3):
        area = make_labs.AreaFactory(programme=engine.place.programme, home_forum=engine.place.home)
        place_on(make_labs.plan_in_force(area, owner=PostFactory()), "bottom_up")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
