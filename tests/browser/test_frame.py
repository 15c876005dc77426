"""The frame of every page and the components, in a real browser."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from people.models import Installation, RoleGrant, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer() -> User:
    """A member of the delivery unit in a demonstration."""
    Installation.objects.create(kind="demo")
    user = User.objects.create_user("officer@example.org", "a long password", name="Aminah Yusof")
    RoleGrant.objects.create(
        user=user,
        role="delivery_unit",
        granted_at=datetime.datetime(2019, 1, 1, tzinfo=datetime.UTC),
    )
    return user


def test_axe_helper_finds_an_unlabelled_field(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")

    with pytest.raises(AssertionError, match="label"):
        axe(page)


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/accounts/password/reset/", "/accounts/inactive/", "/no-such-page"],
)
def test_page_signed_out_is_accessible(page: Page, axe: Callable[[Page], None], path: str) -> None:
    page.goto(path)

    axe(page)


@pytest.mark.parametrize(
    "path", ["/components/", "/accounts/password/change/", "/accounts/logout/"]
)
def test_page_signed_in_is_accessible(
    page: Page,
    sign_in: Callable[[Page, str], None],
    axe: Callable[[Page], None],
    officer: User,
    path: str,
) -> None:
    sign_in(page, officer.email)
    page.goto(path)

    axe(page)


def test_form_with_errors_links_each_error_to_its_field(
    page: Page, sign_in: Callable[[Page, str], None], axe: Callable[[Page], None], officer: User
) -> None:
    sign_in(page, officer.email)
    page.goto("/components/")
    page.get_by_role("button", name="Save reading").click()

    page.get_by_role("link", name="Cause: This field is required.").click()

    assert page.evaluate("document.activeElement.name") == "cause"
    assert page.title().startswith("Error: ")
    axe(page)


@pytest.mark.parametrize("language", ["es", "ms", "pt"])
def test_language_switch_keeps_the_page_and_needs_no_script(
    new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/accounts/login/?next=/components/")
    page.locator(f"button[name=language][value={language}]").click()

    assert page.locator("html").get_attribute("lang") == language
    assert page.url.endswith("/accounts/login/?next=/components/")
    assert page.locator("h1").inner_text() != "Sign in"


def test_sign_in_and_out_without_script(new_page: Callable[..., Page], officer: User) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/accounts/login/?next=/components/")
    page.get_by_label("E-mail address").fill(officer.email)
    page.get_by_label("Password", exact=True).fill("a long password")
    page.get_by_role("button", name="Sign in").click()
    assert page.locator("h1").inner_text() == "Components"

    page.locator("summary", has_text=officer.name).click()
    page.get_by_role("button", name="Sign out").click()

    assert page.locator("h1").inner_text() == "Sign in"


def test_phone_page_never_scrolls_sideways(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], officer: User
) -> None:
    page = new_page(phone=True)
    sign_in(page, officer.email)
    page.goto("/components/")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_demo_banner_gives_the_date_and_what_is_invented(page: Page, officer: User) -> None:
    page.goto("/accounts/login/")

    banner = page.get_by_role("region", name="Demonstration").inner_text()

    assert "The date here is" in banner
    assert "illustrative" in banner


def test_no_demo_banner_in_a_live_installation(page: Page) -> None:
    Installation.objects.create(kind="live")
    page.goto("/accounts/login/")

    assert page.get_by_role("region", name="Demonstration").count() == 0
