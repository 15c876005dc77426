"""The pages of each persona of the demonstration, and what they do there.

One demonstration for all tests of this file; what one test enters, the others see.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from config import clock
from demo import cast, telling
from forums.models import Decision, Motion
from kpis.models import Deviation, Reading
from labs.models import Lab, MilestoneReport, Revision
from labs.selectors.milestones import milestones_due
from labs.services import revisions
from ledger.models import Event
from people.models import Appointment, User
from reviews.models import ConflictRoute, Dispute, Review
from reviews.selectors import desk

LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# Addresses that hold {a name} are those of the demonstration, see ``found``.
PAGES = {
    "officer": [
        "/desk/",
        "/kpis/tourist-receipts/",
        "/kpis/tourist-receipts/readings/new/",
        "/entry/",
        "/disputes/{dispute}/",
        "/milestones/{milestone}/report/",
    ],
    "verifier": ["/desk/", "/kpis/", "/kpis/tourist-arrivals/readings/{reading}/verify/", "/disputes/{dispute}/"],
    "visas": ["/disputes/", "/disputes/{dispute}/position/", "/disputes/{dispute}/bump-up/"],
    "unit": ["/labs/", "/labs/{lab}/", "/plans/{plan}/", "/revisions/{draft}/", "/plans/{plan}/gate/"],
    "unit again": ["/entry/", "/programmes/ntp/", "/programmes/ntp/rules/", "/people/users/", "/people/tokens/"],
    "unit weeks": ["/labs/{guides}/", "/labs/{guides}/sessions/", "/labs/{guides}/options/", "/templates/"],
    "unit whole": ["/plans/{plan}/gantt/", "/programmes/ntp/waits/", "/programmes/ntp/portfolio/",
                   "/revisions/{draft}/conflicts/", "/programmes/ntp/funding/", "/reference/"],
    "secretary": ["/forums/{forum}/", "/forums/{forum}/agenda/", "/motions/{motion}/minute/"],
    "member": ["/?programme=ntp", "/motions/{motion}/", "/notices/"],
    "chair": ["/motions/{motion}/vote/", "/reviews/", "/reviews/{review}/", "/milestones/{milestone}/"],
    "pm": ["/?programme=england-ae", "/?programme=gtp", "/forums/", "/decisions/{decision}/"],
    "auditor": ["/ledger/", "/ledger/{event}/", "/deviations/{deviation}/"],
    "nhs": ["/desk/", "/reviews/{waits}/explain/", "/disputes/new/"],
    "integrator": ["/desk/"],
}  # fmt: skip


@dataclass
class Demo:
    """The demonstration behind a server of its own, and windows onto it."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, persona: str = "", **options: Any) -> Page:
        """A window, signed in as the persona; what the page complains about is kept."""
        context = self.browser.new_context(
            base_url=self.url, viewport=options.pop("viewport", LAPTOP), locale="en", **options
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        if persona:
            client = Client()
            client.force_login(User.objects.get(email=f"{persona}@{cast.DOMAIN}"))
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": self.url}]
            )
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page


@pytest.fixture(scope="module")
def told(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[str]:
    """The address of a server with the demonstration in a database of its own."""
    folder = tmp_path_factory.getbasetemp()
    original = (folder if worker_id == "master" else folder.parent) / "demo.sqlite3"
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        with original.with_suffix(".lock").open("w") as lock:
            # Telling takes its time: the first test process tells, the others copy.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not original.exists():
                _use(f"{original}.part")
                call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
                telling.load(real_now=timezone.now())
                revisions.start(
                    plan=Lab.objects.get(title="Tourism lab").plan,
                    title="Nearer markets first",
                    reason="Fares from afar rose.",
                    by=cast.SYSTEM,
                    at=clock.now(),
                )
                connection.close()
                Path(f"{original}.part").rename(original)
        _use(shutil.copy(original, tmp_path_factory.mktemp("demo")))
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        _use(usual)


def _use(database: str | Path) -> None:
    """From now on this file is the database."""
    connection.close()
    connection.settings_dict["NAME"] = str(database)


@pytest.fixture
def demo(told: str, browser: Browser) -> Iterator[Demo]:
    demo = Demo(browser, told)
    yield demo
    for context in demo.contexts:
        context.close()
    assert demo.complaints == []


def found() -> dict[str, Any]:
    """What the addresses name: rows that the demonstration is sure to have."""
    motion = Motion.objects.filter(state="open").latest("pk")
    lab = Lab.objects.get(title="Tourism lab")
    report = MilestoneReport.objects.filter(plan=lab.plan, state="late").latest("pk")
    return {
        "dispute": Dispute.objects.get(title="Why arrivals fell short in 2018").pk,
        "milestone": report.milestone_key,
        "reading": Reading.objects.filter(
            series__definition__kpi__code="tourist-arrivals", verification=None
        ).latest("period_start").pk,
        "lab": lab.pk,
        "plan": lab.plan.pk,
        "draft": Revision.objects.filter(state="draft", plan=lab.plan).latest("pk").pk,
        "guides": Lab.objects.get(title="Trained guides lab").pk,
        "motion": motion.pk,
        "forum": motion.forum_id,
        "decision": Decision.objects.latest("pk").pk,
        "review": Review.objects.filter(state="open", plan=lab.plan).latest("pk").pk,
        "waits": waits().pk,
        "deviation": Deviation.objects.filter(closed_at=None).earliest("pk").pk,
        "event": Event.objects.latest("pk").pk,
    }  # fmt: skip


def waits() -> Review:
    """The review of waiting times, which its owner has to explain."""
    return Review.objects.get(state="open", kpi__code="eng-ae-4h")


@pytest.mark.parametrize("persona", PAGES)
def test_pages_are_accessible_fit_and_are_quiet(
    demo: Demo, axe: Callable[[Page], None], persona: str
) -> None:
    page = demo.page(persona.split()[0])
    for address in PAGES[persona]:
        path = address.format(**found())
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("h1").count() == 1, path
        for size in (LAPTOP, PHONE):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
            axe(page)
        page.set_viewport_size(LAPTOP)


def test_content_starts_where_the_header_starts(demo: Demo) -> None:
    page = demo.page("unit")
    for path in ("/", "/kpis/", "/kpis/tourist-receipts/", "/ledger/"):
        page.goto(path)
        left = [
            page.locator(each).first.evaluate("e => e.getBoundingClientRect().left")
            for each in (".makmal-wordmark", "main")
        ]
        assert left[0] == left[1], path


@pytest.mark.parametrize(
    ("address", "section"),
    [
        ("/plans/{plan}/", "Labs and plans"),
        ("/revisions/{draft}/", "Labs and plans"),
        ("/milestones/{milestone}/", "Labs and plans"),
        ("/programmes/ntp/rules/", "KPIs"),
        ("/motions/{motion}/", "Forums"),
        ("/decisions/{decision}/", "Forums"),
        ("/forums/{forum}/agenda/", "Forums"),
        ("/reviews/{review}/", "Reviews"),
        ("/people/tokens/", "People"),
    ],
)
def test_navigation_marks_the_section(demo: Demo, address: str, section: str) -> None:
    client = Client()
    client.force_login(User.objects.get(email=f"unit@{cast.DOMAIN}"))
    html = client.get(address.format(**found())).content.decode()
    assert f'__active-fallback">{section}</strong>' in html


def test_times_are_those_of_the_reader(demo: Demo) -> None:
    path = "/disputes/{dispute}/".format(**found())
    opened = demo.page("officer")
    opened.goto(path)
    assert "20 March 2019, 10:00" in opened.locator("main").inner_text()


def without_script(demo: Demo, persona: str = "") -> Page:
    return demo.page(persona, java_script_enabled=False)


def test_sign_in_without_script(demo: Demo) -> None:
    page = without_script(demo)
    page.goto("/desk/")
    page.get_by_label("E-mail address").fill(f"officer@{cast.DOMAIN}")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.locator("h1").inner_text() == "My desk"


def test_value_that_is_due_is_entered_from_the_desk_without_script(demo: Demo) -> None:
    page = without_script(demo, "officer")
    page.goto("/desk/")
    due = page.locator("a[href='/kpis/tourist-receipts/readings/new/']")
    due.click()
    page.get_by_label("Value, in RM billion").fill("84.1")
    page.get_by_label("Source", exact=True).fill("Annual report of the ministry")
    page.get_by_role("button", name="Save the value").click()
    assert page.get_by_text("The value is recorded.").is_visible()
    page.goto("/desk/")
    assert due.count() == 0


def test_deviation_is_explained_without_script(demo: Demo) -> None:
    page = without_script(demo, "nhs")
    page.goto(f"/reviews/{waits().pk}/")
    page.get_by_role("link", name="Explain").first.click()
    page.get_by_label("The means: what is done does not lead there").check()
    page.get_by_role("button", name="Record explanation").click()
    assert page.title().startswith("Error: ")
    assert page.get_by_label("The means: what is done does not lead there").is_checked()
    page.get_by_label("What happened, and why?").fill("Beds were full, so wards took nobody in.")
    page.get_by_role("button", name="Record explanation").click()
    assert page.get_by_text("Your explanation is recorded.").is_visible()
    assert page.get_by_text("Beds were full").first.is_visible()


def test_member_votes_without_script(demo: Demo) -> None:
    page = without_script(demo, "member")
    page.goto("/desk/")
    page.get_by_role("link", name="Review of Joint fares").click()
    page.get_by_label("Abstain").check()
    page.get_by_role("button", name="Vote").click()
    assert page.get_by_text("Your vote is recorded.").first.is_visible()


def test_party_states_its_position_and_bumps_up_without_script(demo: Demo) -> None:
    page = without_script(demo, "officer")
    page.goto("/disputes/{dispute}/".format(**found()))
    page.get_by_role("link", name="State a position").first.click()
    page.get_by_label("Your position").fill("Visas, not promotion: see the months one by one.")
    page.get_by_role("button", name="State position").click()
    assert page.get_by_text("see the months one by one").first.is_visible()

    page.get_by_role("link", name="Bump up").first.click()
    page.get_by_label("Information withheld").check()
    page.get_by_label("Reason").fill("The days a visa takes were asked for and never given.")
    page.get_by_role("button", name="Bump up").click()
    ladder = page.locator("tr[aria-current=step]").inner_text()
    assert "Delivery Task Force" in ladder


# The calendar button within a field for a date shows its own focus, which styles do not tell.
FOCUSED = """() => {
  const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
  const seen = e.type === 'date' || s.outlineStyle !== 'none' || s.boxShadow !== 'none';
  return {text: e.innerText || e.name, tag: e.tagName, seen: seen && b.width > 1 && b.height > 1};
}"""


def test_form_is_used_by_keyboard_alone(demo: Demo) -> None:
    page = demo.page("officer")
    page.goto("/kpis/tourist-arrivals/readings/new/")

    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == {"text": "Skip to main content", "tag": "A", "seen": True}
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Makmal"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], focused
        if focused["text"] == "Save the value":
            break
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary:focus").wait_for()

    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["seen"]
    page.keyboard.press("Enter")
    focused = page.evaluate(FOCUSED)
    assert focused["tag"] in {"INPUT", "SELECT", "TEXTAREA"}
    assert focused["seen"]


def test_menu_of_a_phone_opens_by_keyboard(demo: Demo) -> None:
    page = demo.page("member", viewport=PHONE)
    page.goto("/desk/")
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Board", exact=True).focus()
    assert page.evaluate(FOCUSED)["seen"]
    page.keyboard.press("Enter")
    page.wait_for_url(demo.url + "/")


def test_no_owner_was_silent_for_longer_than_two_cycles(told: str) -> None:
    """A report that is due for years would say that nobody looks at the demonstration."""
    on = clock.now().date()
    posts = Appointment.objects.values_list("post", flat=True)
    assert {each.title: (on - each.due_on).days for each in milestones_due(posts, on)} == {
        "Joint fares of airlines and hotels on sale": (on - date(2019, 3, 18)).days,
        "Airport trains until the last flight": (on - date(2019, 4, 15)).days,
    }


def test_a_dispute_about_shares_was_sent_away_and_given_time(told: str) -> None:
    dispute = Dispute.objects.get(title="Who pays for late trains")
    assert (dispute.state, dispute.tier) == ("open", 1)
    assert ConflictRoute.objects.get(dispute=dispute).away_from.name.endswith("Tourism NKEA")
    given = dispute.extensions.get()
    assert dispute.deadline == given.after > given.before
    asked = dispute.requests.order_by("pk")
    assert [each.state for each in asked] == ["answered", "refused"]
    assert asked[0].silent_since is not None


def test_an_action_of_high_priority_waits_for_its_verifier(told: str) -> None:
    unit = User.objects.get(email=f"unit@{cast.DOMAIN}")
    (action,) = desk.desk(unit, clock.now().date()).to_check
    assert action.priority == "high"
    assert action.verifier.title == "Director, Delivery"


def test_people_invented_are_marked(demo: Demo) -> None:
    page = demo.page("officer")
    page.goto("/disputes/{dispute}/".format(**found()))
    name = Appointment.objects.get(post__title="Director, Planning").user.name
    assert f"{name}* (illustrative)" in " ".join(page.locator("main").all_text_contents())
