"""Pages of KPIs in a real browser: accessible, on a phone, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from kpis.models import Kpi, Reading
from kpis.services import detection, holds
from people.models import User
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> User:
    return people.ministry_officer(email="owner@example.org")


@pytest.fixture
def kpi(owner: User) -> Kpi:
    """A year of monthly shares with targets, a part, a deviation, two sources and a dispute."""
    made = make.monthly_ratio(
        owner=people.post_of(owner),
        name="Seen in time",
        reporting_from=make.datetime.date(2018, 1, 1),
    )
    for series in (make.total(made), make.cell(made, "trust=A")):
        make.history(series, "2018-01-01", [make.share(95 - n, 100) for n in range(15)])
        for month in ("2019-01", "2019-02", "2019-03"):
            make.target(series, month, "95", baseline="80")
    make.reading(make.total(made), "2019-03", make.share(88, 100), source="Another office")
    make.reading(make.total(made), "2018-01-01/2018-02-15", make.share(9, 10))
    detection.detect(at=make.AT)
    holds.open(kpi=made, ref="dispute:1", reason="Who counts?", by=make.BY, at=make.AT)
    return made


def test_kpi_pages_are_accessible(
    page: Page,
    sign_in: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    kpi: Kpi,
    owner: User,
) -> None:
    sign_in(page, owner.email)
    for path in ("/kpis/", f"/kpis/{kpi.code}/", f"/kpis/{kpi.code}/?cell=trust%3DA"):
        page.goto(path)
        axe(page)
    for path in ("readings/new/", "readings/1/correct/", "readings/1/retract/"):
        page.goto(f"/kpis/{kpi.code}/{path.replace('1', str(Reading.objects.earliest('pk').pk))}")
        axe(page)
    page.goto(f"/programmes/{kpi.area.programme.code}/rules/")
    axe(page)


def test_chart_is_drawn_and_described(
    page: Page, sign_in: Callable[[Page, str], None], kpi: Kpi, owner: User
) -> None:
    sign_in(page, owner.email)
    page.goto(f"/kpis/{kpi.code}/")
    chart = page.locator("main figure img")
    assert chart.evaluate("image => image.complete && image.naturalWidth") > 500
    assert "15 values from January 2018 to March 2019" in (chart.get_attribute("alt") or "")


def test_kpi_page_fits_a_phone(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    kpi: Kpi,
    owner: User,
) -> None:
    page = new_page(phone=True)
    sign_in(page, owner.email)
    for path in ("/kpis/", f"/kpis/{kpi.code}/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        axe(page)
    chart = page.locator("main figure img")
    assert "narrow=1" in chart.evaluate("image => image.currentSrc")


def test_value_is_entered_without_javascript(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], kpi: Kpi, owner: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, owner.email)
    page.goto(f"/kpis/{kpi.code}/")
    page.get_by_role("link", name="Enter a value").click()
    page.get_by_label("Another period").fill("2017-06")
    page.get_by_label("Numerator").fill("9,5")
    page.get_by_label("Denominator").fill("10")
    page.get_by_label("Source", exact=True).fill("Register")
    page.get_by_role("button", name="Save the value").click()
    assert page.get_by_text("Write the decimal sign as a point").first.is_visible()
    page.get_by_label("Numerator").fill("9.5")
    page.get_by_role("button", name="Save the value").click()
    assert page.get_by_text("The value is recorded.").is_visible()
