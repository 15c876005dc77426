"""Money allotted and spent, ceilings, and the pages that show them."""

from __future__ import annotations

import datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from labs.models import BudgetFigure
from labs.selectors import budgets as selectors
from labs.selectors import plans
from labs.services import budgets
from tests.factories import content as make_content
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
DAY = datetime.date(2019, 1, 5)


@pytest.fixture
def client():
    client = Client()
    client.force_login(people.delivery_unit())
    return client


@pytest.fixture
def plan():
    draft = make.open_draft(make.draft_plan())
    make_content.budget_line(draft, "1000")
    make_content.budget_line(draft, "500", title="Radios", currency="USD")
    return make_content.adopted(draft)


def cars(plan):
    return make.key_of(plan, "Cars")


def record(plan, kind: str, amount: str, source: str = "Warrant 1", **given) -> BudgetFigure:
    return budgets.record_figure(
        plan=plan,
        line_key=given.pop("line_key", None) or cars(plan),
        kind=kind,
        amount=amount,
        on=given.pop("on", DAY),
        source=source,
        **make_content.BY,
    )


def text_of(response) -> str:
    return unescape(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_left_is_what_was_allotted_and_not_spent(plan) -> None:
    record(plan, "allotted", "800")
    record(plan, "allotted", "-100", "Warrant 2")
    record(plan, "spent", "250.50")
    money = selectors.money(plan, plans.content(plan))
    (group,) = money.initiatives
    sums = {line.title: line.sums for line in group.lines}["Cars"]
    assert (sums.planned, sums.allotted, sums.spent) == (1000, 700, 250.5)
    assert sums.left == 449.5
    assert list(money.totals) == ["MYR", "USD"]
    assert money.totals["USD"].planned == 500
    assert [(year, currency) for year, currency, _sums in money.years] == [
        (2019, "MYR"),
        (2019, "USD"),
    ]


def test_a_figure_sent_twice_is_kept_once(plan) -> None:
    assert record(plan, "allotted", "800") == record(plan, "allotted", "800")
    assert record(plan, "allotted", "800", "Warrant 2").pk
    assert BudgetFigure.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "1e5"}, "amount"),
        ({"source": " "}, "source"),
        ({"kind": "lost"}, "kind"),
        ({"on": datetime.date(2019, 6, 1)}, "on"),
    ],
)
def test_what_cannot_be_recorded(plan, wrong: dict, field: str) -> None:
    given = {"kind": "spent", "amount": "5", **wrong}
    with pytest.raises(budgets.FigureRefused) as refused:
        record(plan, **given)
    assert field in refused.value.fields


def test_a_line_that_left_the_plan_keeps_its_figures_in_sight(client, plan) -> None:
    record(plan, "spent", "250")
    key = cars(plan)
    second = make.revision_of(plan)
    make_content.revisions.remove(
        revision=second, part="budget_line", key=key, reason="Sold", **make_content.BY
    )
    plan = make_content.adopted(second)
    page = text_of(client.get(reverse("labs:plan_money", args=[plan.pk])))
    assert "No longer in the plan" in page
    assert selectors.money(plan, plans.content(plan)).totals["MYR"].spent == 250
    with pytest.raises(budgets.LineNotInForce):
        record(plan, "spent", "1", line_key=key)


def test_money_is_recorded_on_its_page_and_what_was_typed_stays(client, plan) -> None:
    address = reverse("labs:budget_figure_new", args=[cars(plan)])
    form = {"kind": "allotted", "amount": "80O", "on": "2019-01-05", "source": "Warrant 9"}
    page = text_of(client.post(address, form))
    assert "Write a number with digits" in page
    assert 'value="80O"' in page
    assert client.post(address, {**form, "amount": "800"}).status_code == 302
    shown = text_of(client.get(reverse("labs:plan_money", args=[plan.pk])))
    assert "800" in shown
    assert "Warrant 9" in text_of(client.get(address))


def test_the_newest_ceiling_counts_and_earlier_ones_stay(client, plan) -> None:
    programme = plan.lab.area.programme
    address = reverse("labs:ceilings", args=[programme.code])
    form = {"year": "2019", "currency": "myr", "amount": "5000", "source": "Act 1"}
    assert client.post(address, form).status_code == 302
    assert client.post(address, {**form, "amount": "900", "source": "Act 2"}).status_code == 302
    lines = {(line.year, line.currency): line for line in selectors.ceiling_lines(programme)}
    line = lines[2019, "MYR"]
    assert line.ceiling is not None
    assert (line.ceiling.amount, line.planned, line.left, line.is_over) == (900, 1000, -100, True)
    assert lines[2019, "USD"].ceiling is None
    page = text_of(client.get(address))
    assert "Act 1" in page
    assert "Over" in page
    bad = client.post(address, {**form, "year": "19", "amount": "-1"})
    assert 'value="19"' in text_of(bad)
    assert programme.ceilings.count() == 2


def test_who_does_not_record_money_is_told_so(plan) -> None:
    outside = Client()
    outside.force_login(people.ministry_officer())
    address = reverse("labs:budget_figure_new", args=[cars(plan)])
    assert outside.get(address).status_code == 404
