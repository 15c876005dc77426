"""Calendars behind secret addresses, read back by a library that did not write our rules."""

from __future__ import annotations

import datetime
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from config import installation
from config.logging import without_secrets
from forums.models import Meeting
from forums.selectors.calendars import Entry
from forums.services import meetings, memberships
from people.models import CalendarFeed
from people.services import calendar_feeds
from reviews.views import ical
from tests.factories import disputes
from tests.factories.forums import AT, SYSTEM, core, make_forum, person_in
from tests.factories.people import actor, auditor

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
BACK = "people.backends.SignIn"


@pytest.fixture(autouse=True)
def _business_time(monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: AT)


@pytest.fixture
def forum():
    return make_forum("Crime, order; and “peace”")


@pytest.fixture
def member(forum):
    return person_in(core(forum)[0])


def planned(forum, days: int = 7, **fields) -> Meeting:
    return meetings.convene(
        forum=forum, starts_at=AT + days * DAY, reason="To decide", by=SYSTEM, at=AT, **fields
    )


def address(user, forum=None) -> str:
    _feed, token = calendar_feeds.make(
        user=user, forum_key=str(forum.pk) if forum else "", by=actor(user), at=AT
    )
    return reverse("reviews:calendar_feed", args=[token])


def events(client: Client, url: str) -> dict[str, object]:
    response = client.get(url)
    assert response.status_code == 200
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return {str(event["UID"]).partition("@")[0]: event for event in found}


def test_a_meeting_has_time_place_and_link_and_needs_no_session(client, forum, member):
    meeting = planned(forum, place="Room 4, Putrajaya")
    response = client.get(address(member))
    assert response["Content-Type"].startswith("text/calendar")
    assert "private" in response["Cache-Control"]
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["SUMMARY"] == f"Meeting: {forum.name}"
    assert event["DTSTART"].dt == meeting.starts_at
    assert event["DTEND"].dt - event["DTSTART"].dt == datetime.timedelta(minutes=120)
    assert event["LOCATION"] == "Room 4, Putrajaya"
    assert event["URL"].endswith(reverse("forums:meeting", args=[meeting.pk]))
    assert event["STATUS"] == "CONFIRMED"
    assert b"To decide" not in response.content


def test_moving_and_cancelling_keep_the_identifier_and_raise_the_number(client, forum, member):
    meeting = planned(forum)
    url = address(member)
    first = events(client, url)[f"meeting-{meeting.pk}"]
    meetings.move(
        meeting=meeting, starts_at=AT + 9 * DAY, reason="Clash", by=SYSTEM, at=AT + DAY / 24
    )
    moved = events(client, url)[f"meeting-{meeting.pk}"]
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    assert moved["DTSTART"].dt == AT + 9 * DAY
    meetings.cancel(meeting=meeting, reason="Flood", by=SYSTEM, at=AT)
    gone = events(client, url)[f"meeting-{meeting.pk}"]
    assert gone["STATUS"] == "CANCELLED"
    assert gone["SEQUENCE"] > moved["SEQUENCE"]


def test_a_new_address_of_the_installation_keeps_the_identifiers(client, forum, member, settings):
    settings.ALLOWED_HOSTS = ["old.example", "new.example"]
    planned(forum)
    url = address(member)
    before, after = (
        Calendar.from_ical(client.get(url, headers={"host": host}).content).walk("VEVENT")[0]
        for host in settings.ALLOWED_HOSTS
    )
    assert before["UID"] == after["UID"]
    assert str(before["UID"]).endswith(f"@{installation.lasting_name()}")
    assert after["URL"].startswith("http://new.example/")


def test_a_forum_one_leaves_drops_out(client, forum, member):
    planned(forum)
    whole, single = address(member), address(member, forum)
    assert len(events(client, whole)) == len(events(client, single)) == 1
    membership = forum.memberships.get(post=core(forum)[0])
    memberships.end(membership=membership, by=SYSTEM, at=AT - 2 * DAY)
    assert events(client, whole) == events(client, single) == {}


def test_one_forum_alone_where_that_was_asked(client, forum, member):
    other = make_forum("Another", members=[core(forum)[0]])
    here, there = planned(forum), planned(other)
    assert set(events(client, address(member, forum))) == {f"meeting-{here.pk}"}
    assert set(events(client, address(member))) == {f"meeting-{each.pk}" for each in (here, there)}


def test_last_days_of_disputes_come_by_number_and_never_by_name(client):
    dispute = disputes.open_dispute(title="Zirconium for all")
    forum = dispute.tiers.get(number=1).forum
    member = person_in(core(forum)[0])
    url = address(member)
    event = events(client, url)[f"dispute-{dispute.pk}-tier-1-{forum.pk}"]
    assert event["DTSTART"].dt == dispute.deadline
    assert b"Zirconium" not in client.get(url).content
    assert events(client, address(member, forum)) == {}


def test_wrong_and_given_up_addresses_and_closed_accounts_are_not_found(client, forum, member):
    url = address(member)
    assert client.get(reverse("reviews:calendar_feed", args=["nothing"])).status_code == 404
    newer = address(member)
    assert client.get(url).status_code == 404
    assert client.get(newer).status_code == 200
    member.is_active = False
    member.save()
    assert client.get(newer).status_code == 404


def test_the_address_is_shown_once_and_only_its_digest_is_kept(client, forum, member):
    client.force_login(member, BACK)
    made = client.post(reverse("forums:calendar_make_for", args=[forum.pk]))
    feed = CalendarFeed.objects.get()
    token = made.context["address"].split("/")[-2]
    assert token in made.content.decode()
    assert feed.digest != token
    listed = client.get(reverse("forums:calendars"))
    assert token not in listed.content.decode()
    assert Client().get(made.context["address"]).status_code == 200
    feed.refresh_from_db()
    assert feed.last_used_at is not None
    client.post(reverse("forums:calendar_give_up", args=[feed.pk]))
    assert Client().get(made.context["address"]).status_code == 404


def test_logs_do_not_keep_the_address(member):
    event = {"event": "request_started", "request": f"GET {address(member)}"}
    logged = without_secrets(logging.getLogger(), "info", event)["request"]
    assert logged == "GET /calendars/…/makmal.ics"


def test_nobody_gives_up_what_is_another_persons(client, forum, member):
    address(member)
    client.force_login(auditor(), BACK)
    url = reverse("forums:calendar_give_up", args=[CalendarFeed.objects.get().pk])
    assert client.post(url).status_code == 404
    assert client.post(reverse("forums:calendar_make_for", args=[forum.pk])).status_code == 403


def test_as_many_queries_for_many_meetings_as_for_few(client, forum, member):
    url = address(member)
    counts = []
    for days in (3, 10):
        for more in range(days):
            planned(forum, days=days + more)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url)
        counts.append(len(asked))
        CalendarFeed.objects.update(last_used_at=None)
    assert counts[0] == counts[1]


TITLES = st.text(st.characters(codec="utf-8"), max_size=300)


@given(title=TITLES, place=TITLES)
def test_any_title_comes_back_and_every_line_is_folded(title: str, place: str) -> None:
    entry = Entry(uid="meeting-1", summary=title, path="/x/", starts=AT, minutes=5, place=place)
    written = ical.render(
        title, [entry], of="x.example", at=AT, address=lambda path: f"https://x.example{path}"
    )
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]) == ical._text(title)
    assert str(event.get("LOCATION", "")) == ical._text(place)
    assert event["UID"] == "meeting-1@x.example"
