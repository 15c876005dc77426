"""Progress, paths, composites and parts in a real browser: accessible, on a phone, without JavaScript."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from kpis.models import Definition, Kpi
from kpis.services import composites, trajectories
from people.models import User
from tests.factories import composites as compose
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60_000  # milliseconds; the first picture of a process takes long to draw
PAGES = ("/kpis/{part}/", "/kpis/{whole}/", "/kpis/{part}/paths/?promised=2018")


@pytest.fixture
def unit() -> User:
    return people.delivery_unit(email="unit@example.org")


@pytest.fixture
def two() -> dict[str, str]:
    """A KPI on a path with parts and seven years, and a composite made of it: their codes."""
    part = make.kpi(name="Doctors")
    Definition.objects.filter(kpi=part).update(over_parts="sum")
    total = make.total(part)
    make.history(total, "2012-01-01", ["50", "53", "57", "58", "61", "65", "66"])
    make.reading(make.cell(part, "region=north"), "2018", "40")
    make.reading(make.cell(part, "region=south"), "2018", "27")
    make.target(total, "2020", "80")
    trajectories.from_source(
        series=total,
        method="linear",
        baseline=Decimal(50),
        baseline_on=datetime.date(2012, 12, 31),
        source="Roadmap",
        by=make.BY,
        at=make.AT,
    )
    whole: Kpi = compose.composite((part, "2"))
    composites.work_out(at=make.AT)
    return {"part": part.code, "whole": whole.code}


def test_pages_are_accessible(
    page: Page,
    sign_in: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    two: dict[str, str],
    unit: User,
) -> None:
    sign_in(page, unit.email)
    page.set_default_timeout(PATIENCE)
    for path in PAGES:
        page.goto(path.format(**two))
        axe(page)


def test_pages_fit_a_phone_and_need_no_script(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    two: dict[str, str],
    unit: User,
) -> None:
    page = new_page(phone=True)
    page.set_default_timeout(PATIENCE)
    sign_in(page, unit.email)
    for path in PAGES:
        page.goto(path.format(**two))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    plain = new_page(java_script_enabled=False)
    plain.set_default_timeout(PATIENCE)
    sign_in(plain, unit.email)
    plain.goto(f"/kpis/{two['part']}/")
    assert "(66 − 50) ÷ (80 − 50) = 53.3%" in plain.locator("#progress").inner_text()
    plain.get_by_role("link", name="The paths promised, then and now").click()
    assert plain.locator("#numbers table").is_visible()
