"""The browser leg: Debian's Chromium against a live server, with every page watched for errors.

``page`` fails its test on any error the page itself reports: a script that broke, a style or script
that the content security policy refused, a file that was not there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

# Playwright's own loop runs in the thread of the test, which Django takes for an async context.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).resolve().parent
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium and says so when there is none."""
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker("browser")
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Makes pages of a given kind: ``new_page(phone=True)``, ``new_page(java_script_enabled=False)``."""
    contexts: list[BrowserContext] = []

    def make(*, phone: bool = False, **options: Any) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = browser.new_context(
            base_url=live_server.url, viewport=size, locale="en", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Iterator[Page]:
    """A page on a laptop; what it complains about fails the test."""
    page = new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # The browser notes every answer of 400 and above; tests ask for such pages on purpose.
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, str], None]:
    """``sign_in(page, email)``: the page's browser carries that user's session from now on."""

    def run(page: Page, email: str) -> None:
        client = Client()
        client.force_login(get_user_model().objects.get(email=email))
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    return run


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """``axe(page)``: no violation of WCAG 2.2 A and AA on the page as it stands."""
    source = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
    run = "tags => axe.run(document, {runOnly: tags}).then(found => found.violations)"

    def check(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate(run, WCAG)
        assert [_told(violation) for violation in found] == []

    return check


def _told(violation: dict[str, Any]) -> str:
    places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    return f"{violation['id']}: {violation['help']} at {places}"
