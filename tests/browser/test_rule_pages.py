"""Pages of rules, statuses by hand, baselines and holidays in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from kpis.models import Deviation, HandStatus, Kpi
from kpis.services import detection
from people.models import User
from people.services import holidays
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)
MOMENT = {"by": make.BY, "at": make.AT}


@pytest.fixture
def unit() -> User:
    return people.delivery_unit(email="unit@example.org")


@pytest.fixture
def kpi() -> Kpi:
    """Off track, out of its limits, with its own setting, a status by hand and two baselines."""
    made = make.kpi(name="Cases solved", owner=people.post_of(people.ministry_officer()))
    series = make.total(made)
    values = ["50", "52", "49", "51", "53", "50", "48", "52", "51", "49", "50", "52", "40"]
    make.history(series, "2006-01-01", values)
    make.target(series, "2018", "80", baseline="50")
    make.own_rule(made)
    make.baseline(series, "2012")
    make.baseline(series, "2006")
    detection.detect(at=make.AT)
    make.by_hand(series, reason="A strike that is over since March")
    holidays.add(country="MY", day=make.AT.date(), working=False, name="State visit", **MOMENT)
    return made


def addresses(kpi: Kpi) -> list[str]:
    programme, code = kpi.area.programme.code, kpi.code
    rule = make.rule(kpi, "implausible")
    return [
        f"/programmes/{programme}/rules/",
        f"/programmes/{programme}/rules/{rule.pk}/",
        f"/programmes/{programme}/rules/{rule.pk}/owner/",
        f"/kpis/{code}/",
        f"/kpis/{code}/rules/",
        f"/kpis/{code}/rules/progress/",
        f"/kpis/{code}/rules/progress/back/",
        f"/kpis/{code}/status/",
        f"/kpis/{code}/status/back/",
        f"/kpis/{code}/baselines/",
        f"/kpis/?programme={programme}",
        f"/?programme={programme}",
        "/people/holidays/?country=MY&year=2019",
        *(f"/deviations/{each.pk}/" for each in Deviation.objects.all()),
    ]


@pytest.mark.parametrize("phone", [False, True], ids=["laptop", "phone"])
def test_pages_are_accessible_and_fit(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    kpi: Kpi,
    unit: User,
    phone: bool,
) -> None:
    page = new_page(phone=phone)
    sign_in(page, unit.email)
    for path in addresses(kpi):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        axe(page)


def test_rule_is_made_more_lenient_without_javascript(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], kpi: Kpi, unit: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, unit.email)
    page.goto(f"/kpis/{kpi.code}/rules/progress/")
    page.get_by_label("At risk from this share of the way").fill("0.2")
    page.get_by_label("Why does the rule change?").fill("It is young")
    page.get_by_role("button", name="Start the new version").click()
    assert page.get_by_text("This makes the rule more lenient").first.is_visible()
    page.get_by_label("Yes, let the rule be more lenient").check()
    page.get_by_role("button", name="Start the new version").click()
    assert page.get_by_text("This KPI has its own setting now.").is_visible()


def test_status_is_set_by_hand_and_taken_back_without_javascript(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], kpi: Kpi, unit: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, unit.email)
    page.goto(f"/kpis/{kpi.code}/")
    page.get_by_role("link", name="Set the status by hand").click()
    page.get_by_label("On track").check()
    page.get_by_label("Why does it differ from what the rules say?").fill("Counted too early")
    page.get_by_role("button", name="Show this status").click()
    assert page.get_by_text("The status was set by hand: on track.").is_visible()
    page.get_by_role("link", name="Statuses by hand").click()
    page.get_by_role("link", name="Take the status back").click()
    page.get_by_label("Reason").fill("It was not")
    page.get_by_role("button", name="Show what the rules say again").click()
    assert not HandStatus.objects.filter(lapsed_at=None).exists()


def test_day_off_is_added_and_removed_without_javascript(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], unit: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, unit.email)
    page.goto("/people/holidays/?country=MY&year=2019")
    page.get_by_label("Day", exact=True).fill("2019-05-02")
    page.get_by_label("What is the day called?").fill("State visit")
    page.get_by_role("button", name="Add").click()
    assert page.get_by_role("cell", name="State visit").is_visible()
    page.get_by_role("button", name="Remove 2 May 2019").click()
    assert not page.get_by_role("cell", name="State visit").is_visible()
