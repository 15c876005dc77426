"""What is restricted appears in counts, never by name (fact 8): followed link by link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import reverse

from tests.access.addresses import address
from tests.access.asking import MAY_KNOW, PERSONAS, ask, body, client_of, secrets_in
from tests.access.table import patterns
from tests.access.world import SECRET, World

pytestmark = pytest.mark.django_db
STARTS = ("reviews:board", "reviews:desk", "forums:index", "labs:programmes", "ledger:notices")
LISTS = ("kpis:index", "reviews:reviews", "reviews:disputes", "labs:index", "reviews:dispute_new")
ASIDE = ("/accounts/", "/language/", "/static/", "/api/schema", "/api/docs", "/people/")
LINK = re.compile(r'(?:href|src|srcset|action)="([^"#]+)')
HREF = re.compile(r'href="([^"#]+)')
API = "/api/"
NEXT = re.compile(r'"next":"([^"]+)"')
# Asked for in vain: part of a name, a code, a number.
GUESSES = (
    "/kpis/?q=zirc",
    "/kpis/?status=off_track",
    "/kpis/?programme=a&status=disputed",
    "/labs/?programme=a",
    "/labs/{lab}/sessions/",
    "/labs/{lab}/records/",
    "/sessions/{session}/",
    "/ledger/?verb=session.",
    "/reviews/?state=closed",
    "/disputes/?state=ended",
    "/disputes/new/?kpi={kpi}",
    "/disputes/new/?plan={plan}",
    "/disputes/new/?milestone={milestone}",
    "/kpis/new/?goal={goal}",
    "/plans/{open_plan}/gate/?revision={draft}",
    "/plans/{open_plan}/revisions/new/?copy_of={draft}",
    "/ledger/?subject_type=kpis.kpi&subject_id={kpi_id}",
    "/ledger/?verb=dispute.",
    "/ledger/?verb=kpi.",
    "/api/v1/events/?verb=lab.",
    "/api/v1/kpis/?code={kpi}",
    "/api/v1/readings/?kpi={kpi}",
    "/api/v1/targets/?series={series}",
    "/api/v1/deviations/?programme=a",
    "/api/v1/deviations/?kpi={kpi}",
    "/api/v1/signals/?milestone_key={milestone}",
    "/api/v1/reviews/?kpi={kpi}",
    "/api/v1/disputes/?organisation={organisation}",
    "/api/v1/revisions/?plan={plan}",
    "/api/v1/plans/{plan}/?revision=1",
)


@pytest.fixture
def addresses(world: World) -> list[str]:
    """Where a reader begins, and what a curious one tries."""
    known = dict(patterns())
    lists = [name for name in known if name.startswith("api-") and name.endswith("-list")]
    begun = [address(world, name, known[name], "") for name in (*STARTS, *LISTS, *lists)]
    things = world.things
    given = {
        "kpi": things["restricted kpi"].code,
        "kpi_id": things["restricted kpi"].pk,
        "series": things["restricted series"].key,
        "plan": things["restricted plan"].pk,
        "open_plan": things["plan"].pk,
        "milestone": things["restricted milestone"],
        "goal": things["restricted goal"],
        "draft": things["restricted draft"].pk,
        "lab": things["lab"].pk,
        "session": things["session"].pk,
        "organisation": things["security area"].lead_id,
    }
    agendas = [f"/forums/{things[key].pk}/agenda/" for key in ("forum", "security forum")]
    return [*begun, *agendas, *(guess.format(**given) for guess in GUESSES)]


@pytest.mark.parametrize("column", ["out", "rea", "adm", "pm"])
def test_nothing_restricted_is_told_by_name_and_no_link_leads_to_what_is_kept(
    world: World, addresses: list[str], column: str
) -> None:
    """A link to what is kept from its reader tells that there is something, and ends nowhere."""
    # Decided by the factory, without the motion that would open it to readers.
    made_by_hand = reverse("forums:decision", args=[world.things["allotted"].decision_id])
    told, dead, seen = [], [], 0
    for url, answer, linked in _crawl(world, column, addresses):
        seen += 1
        assert answer.status_code < 500, url
        if secret := secrets_in(answer, column):
            told.append(f"{url}: {secret}")
        if linked and answer.status_code in {403, 404} and url != made_by_hand:
            dead.append(f"{answer.status_code} {url}")
    assert not told, "\n".join(told)
    assert not dead or column in {"out", "adm"}, "\n".join(dead)
    assert seen > len(addresses)


@pytest.mark.parametrize("column", ["aud", "nam"])
def test_those_who_may_know_do(world: World, addresses: list[str], column: str) -> None:
    """Else nothing would be found because there is nothing to find."""
    known_to = [word for word in SECRET if column in MAY_KNOW[word]]
    pages = dict.fromkeys(known_to, 0)
    for _url, answer, _linked in _crawl(world, column, addresses, follow=False):
        text = body(answer).lower()
        for word in known_to:
            pages[word] += word in text
    assert min(pages.values()) >= 4, pages


def _crawl(world: World, column: str, start: list[str], follow: bool = True) -> Iterator:
    """Every page that links lead to from ``start``, and from there, as this persona.

    Yields address, answer, and whether a page that one reaches by clicking alone links to it.
    """
    client = client_of(world, column)
    waiting, seen, linked = list(start), set(start), set[str]()
    while waiting:
        url = waiting.pop()
        answer = ask(client, "GET", url)
        yield url, answer, url in linked
        fresh = set[str]()
        if follow and answer.status_code == 200:
            text = body(answer)
            fresh = {urljoin(url, link) for link in _links(text, LINK, NEXT)} - seen
            if not url.startswith(API):
                linked |= {urljoin(url, link) for link in _links(text, HREF)}
        elif answer.status_code == 302:
            fresh = {urljoin(url, answer.url)} - seen
        seen |= fresh
        waiting += sorted(fresh)


def _links(text: str, *patterns: re.Pattern[str]) -> Iterator[str]:
    for link in (found for pattern in patterns for found in pattern.findall(text)):
        parts = urlsplit(link.replace("&amp;", "&"))
        inside = parts.netloc in {"", "testserver"}
        if inside and parts.path.startswith(("/", "")) and not parts.path.startswith(ASIDE):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


COUNTED = {
    "/": "2 restricted KPIs are not shown",
    "/kpis/": "3 restricted KPIs are not shown",
    "/labs/": "1 more lab is open to named forums only",
    "/reviews/": "restricted reviews are not shown",
    "/disputes/": "1 more open dispute is restricted",
    "/reviews/{review}/": "1 restricted dispute is not shown",
}


@pytest.mark.parametrize("column", ["rea", "off", "pm"])
def test_what_is_restricted_is_counted(world: World, column: str) -> None:
    client = client_of(world, column)
    for url, words in COUNTED.items():
        text = body(ask(client, "GET", url.format(review=world.things["review"].pk)))
        assert words in " ".join(text.split()), f"{url} as {PERSONAS[column]}"
