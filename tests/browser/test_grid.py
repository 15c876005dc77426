"""The entry grid in a real browser: keys, paste, a lost connection, two people, no script."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator

import pytest
import time_machine
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from kpis.models import Kpi, LiveReading, Reading
from kpis.selectors.pages.cells import key_of
from kpis.services.sheets.layout import PLACE
from people.models import User
from tests.factories import kpis as make
from tests.factories import people
from tests.factories.labs import AreaFactory

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Page, str], None]
PASTE = """(box, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The business time of the factories, running on: 17 April 2019."""
    with time_machine.travel(make.AT, tick=True):
        yield


@pytest.fixture
def owner() -> User:
    return people.ministry_officer(email="owner@example.org", name="Aminah")


@pytest.fixture
def kpis(owner: User) -> list[Kpi]:
    """Two numbers and a ratio by quarter, due since 2018; the first has a value for Q1 2018."""
    area = AreaFactory()
    given = {
        "area": area,
        "owner": people.post_of(owner),
        "frequency": "quarterly",
        "reporting_from": datetime.date(2018, 1, 1),
    }
    made = [
        make.kpi(name="A arrivals", unit="visitors", **given),
        make.kpi(name="B beds", unit="beds", **given),
        make.kpi(name="C seen in time", kind="ratio", scale=100, **{**given, "unit": "%"}),
    ]
    for kpi in made[:2]:
        make.reading(make.total(kpi), "2018-Q1", "40", source="Census")
    make.reading(make.total(made[2]), "2018-Q1", make.share(29, 40), source="Census")
    return made


def key(kpi: Kpi, when: str) -> str:
    series = make.total(kpi)
    return key_of(series.pk, make.period(series, when))


def box(page: Page, kpi: Kpi, when: str, letter: str = "v") -> Locator:
    return page.locator(f"[id='{letter}-{key(kpi, when)}']")


def state(page: Page, kpi: Kpi, when: str) -> Locator:
    return page.locator(f"[id='s-{key(kpi, when)}']")


def value_of(kpi: Kpi, when: str) -> str:
    series = make.total(kpi)
    period = make.period(series, when)
    live = LiveReading.objects.filter(
        series=series, period_start=period.start, period_end=period.end
    ).first()
    return "" if live is None else f"{live.reading.value:f}".rstrip("0").rstrip(".")


def open_grid(page: Page, sign_in: SignIn, user: User) -> None:
    sign_in(page, user.email)
    page.goto("/entry/", timeout=30_000)  # the first page of a server reads all its templates
    expect(page.locator("[data-summary]")).to_contain_text("Everything is saved.")


def test_a_cell_is_saved_when_it_is_left_and_says_so(
    page: Page, sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    open_grid(page, sign_in, owner)
    box(page, kpis[0], "2018-Q2").fill("41.5")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("leave the cell to save it")
    assert value_of(kpis[0], "2018-Q2") == ""
    page.keyboard.press("Tab")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Saved")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Final")
    expect(page.locator("[data-live]")).to_contain_text("Saved: A arrivals, visitors, Q2 2018")
    assert value_of(kpis[0], "2018-Q2") == "41.5"
    assert LiveReading.objects.get(reading__value="41.5").source.name == "Census"


def test_provisional_is_chosen_for_the_page(
    page: Page, sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    open_grid(page, sign_in, owner)
    page.get_by_label("Provisional: they may still change").check()
    box(page, kpis[0], "2018-Q2").fill("41")
    page.keyboard.press("Enter")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Provisional")
    assert Reading.objects.filter(state="provisional").count() == 1
    state(page, kpis[0], "2018-Q2").get_by_role("button", name="Make it final").click()
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Final")
    assert LiveReading.objects.get(reading__value="41").reading.state == "final"


def test_arrow_keys_and_enter_move_and_escape_brings_back(
    page: Page, sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    open_grid(page, sign_in, owner)
    first = box(page, kpis[0], "2018-Q2")
    first.click()
    page.keyboard.press("ArrowDown")
    expect(box(page, kpis[1], "2018-Q2")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(box(page, kpis[1], "2018-Q3")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(page, kpis[2], "2018-Q3", "n")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(box(page, kpis[2], "2018-Q3", "d")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box(page, kpis[0], "2018-Q3")).to_be_focused()
    page.keyboard.type("123")
    page.keyboard.press("ArrowLeft")  # inside the text: the caret moves, not the cell
    expect(box(page, kpis[0], "2018-Q3")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box(page, kpis[0], "2018-Q3")).to_have_value("")
    expect(page.locator("[data-summary]")).to_contain_text("Everything is saved.")


def test_a_block_from_a_spreadsheet_fills_cells_and_marks_what_could_mean_two_things(
    page: Page, sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    open_grid(page, sign_in, owner)
    block = "12\t1.250\t1,5\r\n13\t\t14\r\n29\t40\t30\t40\r\nover\r\n"
    box(page, kpis[0], "2018-Q2").evaluate(PASTE, block)
    for kpi, when in ((kpis[0], "2018-Q2"), (kpis[1], "2018-Q4"), (kpis[2], "2018-Q3")):
        expect(state(page, kpi, when)).to_contain_text("Saved")
    assert (value_of(kpis[1], "2018-Q3"), value_of(kpis[1], "2018-Q4")) == ("", "14")
    assert value_of(kpis[2], "2018-Q2") == "72.5"
    assert value_of(kpis[2], "2018-Q3") == "75"
    doubtful = state(page, kpis[0], "2018-Q3")
    expect(doubtful).to_contain_text("1.250 could mean 1250 or 1.25")
    expect(state(page, kpis[0], "2018-Q4")).to_contain_text("1.5, not 1,5")
    expect(page.locator("[data-summary]")).to_contain_text("fell outside the table")
    expect(page.locator("[data-summary]")).to_contain_text("Cells that were not saved: 2")
    doubtful.get_by_role("button", name="Use 1.25", exact=True).click()
    expect(doubtful).to_contain_text("Saved")
    assert value_of(kpis[0], "2018-Q3") == "1.25"


def test_a_correction_waits_for_its_reason(
    page: Page, sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    open_grid(page, sign_in, owner)
    box(page, kpis[0], "2018-Q1").fill("44")
    page.keyboard.press("Tab")
    expect(state(page, kpis[0], "2018-Q1")).to_contain_text("Say above the table why")
    expect(box(page, kpis[0], "2018-Q1")).to_have_attribute("aria-invalid", "true")
    assert value_of(kpis[0], "2018-Q1") == "40"
    page.get_by_label("Reason for corrections").fill("Two forms came late")
    page.keyboard.press("Tab")
    expect(state(page, kpis[0], "2018-Q1")).to_contain_text("Saved")
    assert value_of(kpis[0], "2018-Q1") == "44"


def test_a_lost_connection_loses_nothing(
    new_page: Callable[..., Page], sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    page = new_page()  # not watched: a request that is lost is an error of the browser's
    open_grid(page, sign_in, owner)
    page.context.set_offline(True)
    box(page, kpis[0], "2018-Q2").fill("12")
    page.keyboard.press("Enter")
    page.keyboard.type("13")
    page.keyboard.press("Tab")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Not saved yet")
    expect(page.locator("[data-summary]")).to_contain_text("No connection.")
    assert Reading.objects.count() == 3
    page.context.set_offline(False)
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Saved")
    expect(state(page, kpis[1], "2018-Q2")).to_contain_text("Saved")
    expect(page.locator("[data-summary]")).to_contain_text("Everything is saved.")
    assert (value_of(kpis[0], "2018-Q2"), value_of(kpis[1], "2018-Q2")) == ("12", "13")


def test_what_was_typed_offline_is_sent_after_a_reload_and_once(
    new_page: Callable[..., Page], sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    page = new_page()
    open_grid(page, sign_in, owner)
    # The answer is lost on its way back: the server has the value, the page does not know.
    page.route("**/entry/cells/", lambda route: (route.fetch(), route.abort()))
    box(page, kpis[0], "2018-Q2").fill("12")
    page.keyboard.press("Tab")
    expect(page.locator("[data-summary]")).to_contain_text("No connection.")
    page.unroute("**/entry/cells/")
    page.reload()
    expect(box(page, kpis[0], "2018-Q2")).to_have_value("12")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Saved")
    assert LiveReading.objects.filter(reading__value="12").count() == 1
    assert Reading.objects.count() == 4


def test_a_conflict_after_being_offline_is_shown_and_chosen(
    new_page: Callable[..., Page], sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    page = new_page()  # not watched: a request that is lost is an error of the browser's
    open_grid(page, sign_in, owner)
    page.context.set_offline(True)
    box(page, kpis[0], "2018-Q2").fill("12")
    page.keyboard.press("Tab")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Not saved yet")
    by = people.actor(people.ministry_officer(name="Boon"))
    make.reading(make.total(kpis[0]), "2018-Q2", "99", source="Census", by=by)
    page.context.set_offline(False)
    place = state(page, kpis[0], "2018-Q2")
    expect(place).to_contain_text("Boon wrote 99")
    expect(place).to_contain_text("You wrote 12.")
    expect(box(page, kpis[0], "2018-Q2")).to_have_value("12")
    assert value_of(kpis[0], "2018-Q2") == "99"
    page.get_by_label("Reason for corrections").fill("The census was wrong")
    place.get_by_role("button", name="Use 12").click()
    expect(place).to_contain_text("Saved")
    assert value_of(kpis[0], "2018-Q2") == "12"


def test_two_people_at_one_cell_see_each_other(
    new_page: Callable[..., Page], sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    deputy = people.holder(
        people.post_of(owner), acting=True, email="deputy@example.org", name="Boon"
    )
    first, second = new_page(), new_page()
    open_grid(first, sign_in, owner)
    open_grid(second, sign_in, deputy)
    box(first, kpis[0], "2018-Q2").click()
    box(second, kpis[0], "2018-Q2").click()
    expect(state(first, kpis[0], "2018-Q2")).to_contain_text("Boon: in this cell now")
    expect(state(second, kpis[0], "2018-Q2")).to_contain_text("Aminah: in this cell now")
    box(first, kpis[0], "2018-Q2").fill("12")
    box(second, kpis[0], "2018-Q2").fill("13")
    second.keyboard.press("Tab")
    expect(state(second, kpis[0], "2018-Q2")).to_contain_text("Saved")
    expect(state(first, kpis[0], "2018-Q2")).to_contain_text("Boon wrote 13")
    expect(box(first, kpis[0], "2018-Q2")).to_have_value("12")
    state(first, kpis[0], "2018-Q2").get_by_role("button", name="Keep 13").click()
    expect(box(first, kpis[0], "2018-Q2")).to_have_value("13")
    # A cell that nobody types into takes over what the other saves.
    box(second, kpis[1], "2018-Q3").fill("77")
    second.keyboard.press("Tab")
    expect(box(first, kpis[1], "2018-Q3")).to_have_value("77")
    expect(state(first, kpis[1], "2018-Q3")).to_contain_text("Boon changed this to 77")


def test_signed_out_in_between_is_said_and_nothing_is_lost(
    new_page: Callable[..., Page], sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    page = new_page()  # not watched: a request that is lost is an error of the browser's
    open_grid(page, sign_in, owner)
    page.context.clear_cookies()
    box(page, kpis[0], "2018-Q2").fill("12")
    page.keyboard.press("Tab")
    expect(page.locator("[data-summary]")).to_contain_text("You are signed out.")
    sign_in(page, owner.email)
    page.goto("/entry/")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Saved")
    assert value_of(kpis[0], "2018-Q2") == "12"


def test_the_next_user_of_the_browser_sees_nothing_of_what_waits(
    new_page: Callable[..., Page], sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    page = new_page()
    open_grid(page, sign_in, owner)
    page.route("**/entry/cells/", lambda route: route.abort())
    box(page, kpis[0], "2018-Q2").fill("12")
    page.keyboard.press("Tab")
    expect(page.locator("[data-summary]")).to_contain_text("No connection.")
    deputy = people.holder(people.post_of(owner), acting=True, email="deputy@example.org")
    sign_in(page, deputy.email)
    page.unroute("**/entry/cells/")
    # The window that was left open waits: it writes nothing in the name of the deputy.
    expect(page.locator("[data-summary]")).to_contain_text("You are signed out.")
    open_grid(page, sign_in, deputy)
    expect(box(page, kpis[0], "2018-Q2")).to_have_value("")
    assert value_of(kpis[0], "2018-Q2") == ""
    sign_in(page, owner.email)
    page.goto("/entry/")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Saved")
    assert LiveReading.objects.get(reading__value="12").reading.by_user == owner


def test_a_queue_that_cannot_be_read_is_shown_and_can_be_discarded(
    new_page: Callable[..., Page], sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    page = new_page()
    open_grid(page, sign_in, owner)
    bad = f'{{"{key(kpis[0], "2018-Q2")}": {{"text": 5, "version": "x", "ready": true}}}}'
    page.evaluate(
        "([name, text]) => localStorage.setItem(name, text)", [f"makmal-grid-{owner.pk}", bad]
    )
    page.reload()
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("This could not be read.")
    box(page, kpis[0], "2018-Q2").press("Escape")
    expect(page.locator("[data-summary]")).to_contain_text("Everything is saved.")


def test_the_spreadsheet_goes_out_and_comes_back(
    new_page: Callable[..., Page],
    sign_in: SignIn,
    axe: Callable[[Page], None],
    owner: User,
    kpis: list[Kpi],
) -> None:
    page = new_page(phone=True)
    open_grid(page, sign_in, owner)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download what is due as a spreadsheet").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    for value in ("1,5", 41):
        book["Values"].cell(3, PLACE["value"] + 1).value = value
        out = io.BytesIO()
        book.save(out)
        page.goto("/entry/upload/")
        sheet = {"name": "due.xlsx", "mimeType": "application/zip", "buffer": out.getvalue()}
        page.get_by_label("The spreadsheet, filled in").set_input_files(sheet)
        page.get_by_role("button", name="Look at it").click()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if value == "1,5":
            assert page.get_by_text("1.5, not 1,5").is_visible()
    page.get_by_role("button", name="Save these values").click()
    assert page.get_by_text("1 value is saved.").is_visible()
    assert value_of(kpis[0], "2018-Q2") == "41"


def test_values_are_entered_without_javascript(
    new_page: Callable[..., Page], sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, owner.email)
    page.goto("/entry/")
    box(page, kpis[0], "2018-Q2").fill("12")
    box(page, kpis[0], "2018-Q3").fill("1,5")
    page.get_by_role("button", name="Save all").click()
    assert page.get_by_text("1 value is saved.").is_visible()
    assert box(page, kpis[0], "2018-Q3").input_value() == "1,5"
    assert page.get_by_role("link", name="A arrivals, Q3 2018").is_visible()
    box(page, kpis[0], "2018-Q3").fill("1.5")
    page.get_by_role("button", name="Save all").click()
    assert value_of(kpis[0], "2018-Q3") == "1.5"


def test_the_whole_page_is_worked_by_keyboard_alone(
    page: Page, sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    open_grid(page, sign_in, owner)
    box(page, kpis[2], "2018-Q4", "n").focus()
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    expect(box(page, kpis[2], "2018-Q4", "d")).to_be_focused()
    page.keyboard.type("40")
    for _each in range(3):  # the rest of the row, then out of the table: nobody is trapped
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save all")).to_be_focused()
    expect(state(page, kpis[2], "2018-Q4")).to_contain_text("Saved")
    assert value_of(kpis[2], "2018-Q4") == "75"


def test_the_grid_is_accessible_in_every_state(
    page: Page, sign_in: SignIn, axe: Callable[[Page], None], owner: User, kpis: list[Kpi]
) -> None:
    open_grid(page, sign_in, owner)
    axe(page)
    name = box(page, kpis[2], "2018-Q2", "n").evaluate(
        "box => box.getAttribute('aria-labelledby').split(' ')"
        ".map(id => document.getElementById(id).textContent).join(' ')"
    )
    assert name == "C seen in time, % Q2 2018 numerator"
    box(page, kpis[0], "2018-Q2").evaluate(PASTE, "12\t1.250\t1,5\n")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Saved")
    expect(state(page, kpis[0], "2018-Q3")).to_contain_text("Not saved")
    axe(page)
    page.goto("/entry/upload/")
    axe(page)


def test_the_newest_periods_are_shown_and_no_focus_hides_behind_the_names(
    page: Page, sign_in: SignIn, owner: User, kpis: list[Kpi]
) -> None:
    open_grid(page, sign_in, owner)
    page.goto("/entry/?n=24")
    expect(box(page, kpis[0], "2019-Q1")).to_be_in_viewport(ratio=1)
    box(page, kpis[0], "2019-Q1").click()
    inside = """box => {
      const at = box.getBoundingClientRect();
      return document.elementFromPoint(at.left + 1, at.top + 5) === box;
    }"""
    for _each in range(23):
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(f"({inside})(document.activeElement)")
    expect(page.locator("[data-row]").first.locator("input[data-part]").first).to_be_focused()


def test_the_grid_fits_a_phone(
    new_page: Callable[..., Page],
    sign_in: SignIn,
    axe: Callable[[Page], None],
    owner: User,
    kpis: list[Kpi],
) -> None:
    page = new_page(phone=True)
    open_grid(page, sign_in, owner)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    place = box(page, kpis[0], "2018-Q2").bounding_box()
    assert place is not None
    assert place["height"] >= 40
    assert 0 <= place["x"] <= 390 - place["width"]
    box(page, kpis[0], "2018-Q2").fill("12")
    page.keyboard.press("Enter")
    expect(state(page, kpis[0], "2018-Q2")).to_contain_text("Saved")
    axe(page)
