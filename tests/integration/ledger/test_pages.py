"""The ledger's pages and API: who sees what, filters, paging at a fixed cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger import selectors
from ledger.models import Event, Notice
from ledger.services import notices, seals, texts
from tests.factories import ledger
from tests.factories import people as make

pytestmark = pytest.mark.django_db

LEDGER = "/ledger/"
API = "/api/v1/events/"


@pytest.fixture
def auditor(client):
    user = make.auditor()
    client.force_login(user)
    return user


def verbs_shown(client, query: str = "") -> list[str]:
    rows = client.get(f"{LEDGER}{query}").context["lines"]
    return [row.verb for row in rows]


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        (make.auditor, 200),
        (make.administrator, 200),
        (make.delivery_unit, 200),
        (make.ministry_officer, 403),
        (make.chair, 403),
        (make.outsider, 403),
    ],
)
def test_who_reads_the_ledger(client, persona, status):
    event = ledger.event()
    client.force_login(persona())
    for page in (LEDGER, reverse("ledger:event", args=[event.pk]), API):
        assert client.get(page).status_code == status


def test_lines_come_newest_first_and_say_whether_they_are_sealed(client, auditor, at):
    ledger.event(1, verb="lab.opened")
    seals.seal(at=at)
    ledger.event(2, verb="plan.adopted")
    page = client.get(LEDGER)
    assert [line.verb for line in page.context["lines"]] == ["plan.adopted", "lab.opened"]
    assert [line.number for line in page.context["lines"]] == [None, 1]
    assert "Not sealed yet" in page.text
    assert "Seal 1, up to line 1" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?verb=reading.", ["reading.corrected", "reading.recorded"]),
        ("?verb=reading.corrected", ["reading.corrected"]),
        ("?subject_type=labs.lab", ["lab.opened"]),
        ("?subject_type=kpis.reading&subject_id=1", ["reading.recorded"]),
        ("?programme_id=7", ["lab.opened"]),
        ("?since=2019-04-18", ["lab.opened"]),
        ("?until=2019-04-17", ["reading.corrected", "reading.recorded"]),
        ("?since=2019-04-17&until=2019-04-18", ["lab.opened", "reading.corrected", "reading.recorded"]),
        ("?verb=nothing", []),
    ],
)  # fmt: skip
def test_filters(client, auditor, query, found):
    ledger.event(1)
    ledger.event(2, verb="reading.corrected")
    later = ledger.AT.replace(day=18, hour=23, minute=59)
    ledger.event(3, verb="lab.opened", subject=("labs.lab", "3"), programme_id=7, at=later)
    assert verbs_shown(client, query) == found


@pytest.mark.parametrize(
    "query",
    ["?since=yesterday", "?before=x", "?before=-1", "?after=9" + "9" * 40, "?until=9999-12-31"],
)
def test_input_that_does_not_hold_breaks_nothing(client, auditor, query):
    ledger.event()
    assert client.get(f"{LEDGER}{query}").status_code == 200


def test_pages_go_back_and_forth_and_keep_the_filters(client, auditor, monkeypatch):
    monkeypatch.setattr(selectors, "PAGE", 3)
    written = [event.pk for event in ledger.some(7)]
    ledger.event(8, verb="lab.opened")
    seen, page = [], client.get(f"{LEDGER}?verb=reading.")
    seen.append([line.id for line in page.context["lines"]])
    while page.context["older_url"]:
        page = client.get(LEDGER + page.context["older_url"])
        seen.append([line.id for line in page.context["lines"]])
    assert seen == [written[6:3:-1], written[3:0:-1], written[:1]]
    page = client.get(LEDGER + page.context["newer_url"])
    assert [line.id for line in page.context["lines"]] == seen[1]
    page = client.get(LEDGER + page.context["newer_url"])
    assert [line.id for line in page.context["lines"]] == seen[0]
    assert page.context["newer_url"] == ""


@pytest.mark.parametrize("address", [LEDGER, API])
def test_a_page_costs_the_same_for_twice_the_rows(client, auditor, address):
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            client.get(address)
        return len(taken)

    for n in range(10):
        ledger.event(n, texts={"reason": "x"})
    queries()
    first = queries()
    for n in range(10):
        ledger.event(n, texts={"reason": "x"})
    assert queries() == first


SECRET = {"verb": "dispute.opened", "subject": ("reviews.dispute", "66")}


@pytest.mark.parametrize("persona", [make.delivery_unit, make.administrator])
def test_restricted_items_are_counted_and_not_named(client, persona):
    event = ledger.event(restricted=True, texts={"reason": "the palace"}, **SECRET)
    client.force_login(persona())
    for page in (LEDGER, reverse("ledger:event", args=[event.pk])):
        text = client.get(page).text
        assert "Restricted item" in text
        for name in (
            "dispute.opened",
            "reviews.dispute 66",
            "the palace",
            str(event.uid),
            "Director",
        ):
            assert name not in text
    (row,) = client.get(API).json()["results"]
    assert row["hidden"] is True
    assert {row[name] for name in ("verb", "subject_id", "actor_label", "uid", "mac")} == {""}
    assert (row["data"], row["texts"]) == ({}, {})


def test_a_filter_does_not_tell_what_is_restricted(client):
    ledger.event(restricted=True, **SECRET)
    client.force_login(make.delivery_unit())
    assert verbs_shown(client, "?verb=dispute.") == []
    assert client.get(f"{API}?subject_id=66").json()["results"] == []


def test_auditors_read_restricted_items(client, auditor):
    event = ledger.event(restricted=True, texts={"reason": "the palace"}, **SECRET)
    assert "the palace" in client.get(reverse("ledger:event", args=[event.pk])).text
    assert client.get(API).json()["results"][0]["texts"] == {"reason": "the palace"}


def test_an_erased_text_says_so(client, auditor, at):
    event = ledger.event(texts={"reason": "personal"})
    texts.erase(event=event, field="reason", reason="law", by=make.actor(auditor), at=at)
    page = client.get(reverse("ledger:event", args=[event.pk]))
    assert "Erased" in page.text
    assert "personal" not in page.text
    assert client.get(API).json()["results"][0]["texts"] == {"reason": None}


def test_what_people_wrote_is_shown_as_text(client, auditor):
    event = ledger.event(texts={"reason": "<b>bold</b>"})
    assert "&lt;b&gt;bold" in client.get(reverse("ledger:event", args=[event.pk])).text


def test_the_api_pages_by_cursor_oldest_first(client, auditor):
    written = [event.pk for event in ledger.some(5)]
    answer = client.get(f"{API}?page_size=3").json()
    assert [row["id"] for row in answer["results"]] == written[:3]
    answer = client.get(answer["next"]).json()
    assert [row["id"] for row in answer["results"]] == written[3:]
    assert client.get(f"{API}?since=x").json()["error"]["fields"].keys() == {"since"}


def test_everybody_reads_their_own_notices(client):
    mine, theirs = make.outsider(), make.outsider()
    event = ledger.event()
    notices.notify(event=event, recipients=[mine.pk], title="A review opened", url="/reviews/1/")
    notices.notify(event=event, recipients=[theirs.pk], title="Not for you")
    client.force_login(mine)
    page = client.get(reverse("ledger:notices")).text
    assert "A review opened" in page
    assert "/reviews/1/" in page
    assert "Not for you" not in page


def test_notices_are_marked_read_one_by_one_or_all(client):
    mine, theirs = make.outsider(), make.outsider()
    for n in range(3):
        notices.notify(event=ledger.event(n), recipients=[mine.pk, theirs.pk], title=f"Notice {n}")
    client.force_login(mine)
    read = reverse("ledger:notices_read")
    first = Notice.objects.filter(recipient=f"user:{mine.pk}").first()
    other = Notice.objects.filter(recipient=f"user:{theirs.pk}").first()
    client.post(read, {"notice": first.pk})
    client.post(read, {"notice": other.pk})
    assert selectors.unread(mine.pk) == 2
    client.post(read)
    assert selectors.unread(mine.pk) == 0
    assert selectors.unread(theirs.pk) == 3
    assert client.post(read, {"notice": "x"}).status_code == 404
    assert client.get(read).status_code == 405


def test_looking_writes_no_event(client, auditor):
    ledger.event()
    for page in (LEDGER, API, reverse("ledger:notices")):
        client.get(page)
    assert Event.objects.count() == 1
