"""Import in steps in a real browser: accessible, on a phone, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kpis.models import LiveReading
from people.models import User
from tests.factories import kpis as make
from tests.factories import people
from tests.flows.import_walk import go_on

pytestmark = pytest.mark.django_db(transaction=True)
FILE = (
    "kpi;period;value;source\n"
    "cases;2018-01;10,5;Register\n"
    "cases;2018-02;11;Register\n"
    "cases;2018-03;twelve;Register\n"
    "cases;2018-04;13;Register\n"
)
SAID = {
    "decimal": ",", "thousands": "none", "dates": "iso", "percent": "refuse", "history": "history",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def unit() -> User:
    kpi = make.kpi(code="cases", frequency="monthly", name="Street crime")
    make.reading(make.total(kpi), "2018-04", "9", source="Register")
    return people.delivery_unit(email="unit@example.org")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "values.csv"
    path.write_text(FILE)
    return path


def walk(page: Page, file: Path, look: Callable[[Page], None]) -> None:
    """Through every step, looking at each page."""
    page.goto("/imports/")
    look(page)
    page.get_by_role("link", name="Send a file").click()
    look(page)
    page.get_by_label("File with values").set_input_files(file)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What do the columns hold?")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    look(page)
    for name, value in SAID.items():
        page.locator(f"input[name={name}][value='{value}']").check(force=True)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()
    look(page)
    go_on()
    page.get_by_role("link", name="Show how far it is now").click()
    expect(page.get_by_text("1 row cannot be read")).to_be_visible()
    look(page)
    page.locator("input[name=differing][value=correct]").check(force=True)
    page.get_by_label("Why are they corrected?").fill("A new count")
    page.get_by_role("button", name="Load 2 new values").click()
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()
    go_on()
    page.get_by_role("link", name="Show how far it is now").click()
    expect(page.get_by_role("link", name="Take this import back")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Take this import back").click()
    look(page)
    page.get_by_label("Reason").fill("The wrong file")
    page.get_by_role("button", name="Take it back").click()
    go_on()
    page.get_by_role("link", name="Show how far it is now").click()
    expect(page.get_by_text("All of it was taken back.")).to_be_visible()
    look(page)


def test_every_step_is_accessible(
    page: Page,
    sign_in: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    unit: User,
    file: Path,
) -> None:
    sign_in(page, unit.email)
    walk(page, file, axe)
    assert not LiveReading.objects.exists()


def test_every_step_works_on_a_phone_without_javascript(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], unit: User, file: Path
) -> None:
    phone = new_page(phone=True, java_script_enabled=False)
    sign_in(phone, unit.email)

    def look(page: Page) -> None:
        html = page.locator("html")
        box = page.locator("main").bounding_box()
        assert html is not None
        assert box is not None
        assert box["width"] <= 390

    walk(phone, file, look)


def test_progress_comes_up_to_date_by_itself(
    page: Page, sign_in: Callable[[Page, str], None], unit: User, file: Path
) -> None:
    sign_in(page, unit.email)
    page.goto("/imports/new/")
    page.get_by_label("File with values").set_input_files(file)
    page.get_by_role("button", name="Send").click()
    for name, value in SAID.items():
        page.locator(f"input[name={name}][value='{value}']").check(force=True)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()
    go_on()
    expect(page.get_by_text("1 row cannot be read")).to_be_visible(timeout=20_000)
