"""Pages of meetings: what each reader sees, and the way from a rhythm to signed minutes."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forums.models import Meeting
from forums.selectors import meetings as selectors
from reviews.models import AgendaItem
from reviews.selectors import desk
from reviews.services import agendas
from tests.factories import meetings as make
from tests.factories.forums import AT, SYSTEM, cast, core, make_forum, person_in, put
from tests.factories.meetings import DAY
from tests.factories.people import auditor, delivery_unit, outsider

pytestmark = pytest.mark.django_db


class Clock:
    """The business time of the pages, moved by the test."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime.datetime:
        return self.at


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr("config.clock.now", found)
    return found


@pytest.fixture
def forum():
    return make_forum(quorum=2)


def page(client, meeting: Meeting) -> str:
    return client.get(reverse("forums:meeting", args=[meeting.pk])).content.decode()


def signed_in(client, user):
    client.force_login(user)
    return client


def test_from_a_rhythm_to_signed_minutes(client, clock, forum):
    motion = put(forum)
    signed_in(client, person_in(forum.secretary))
    rhythm = {
        "rhythm": "monthly",
        "first_on": (AT.date() + 14 * DAY).isoformat(),
        "at_time": "09:30",
        "minutes_long": "90",
        "place": "Room 4",
        "agenda_days": "3",
    }
    answer = client.post(reverse("forums:cycle_new", args=[forum.pk]), rhythm)
    assert answer.url == reverse("forums:meetings", args=[forum.pk])
    meeting = selectors.next_meeting(forum, clock.at)
    assert meeting is not None
    assert str(meeting.local.time()) == "09:30:00"
    assert "What waits for the forum as of now" in page(client, meeting)

    clock.at = selectors.bounds(forum, meeting.call_on)[1]
    agendas.call_due(at=clock.at)
    url = reverse("reviews:meeting_business", args=[meeting.pk])
    assert client.post(url, {"title": "The canteen"}).status_code == 302
    shown = page(client, meeting)
    assert motion.title in shown
    assert "The canteen" in shown

    clock.at = meeting.ends_at
    cast(motion, forum.chair, at=meeting.starts_at)
    rows = {f"presence_{forum.chair_id}": "present", "chaired_by": str(forum.chair_id)}
    first, second = core(forum)
    rows |= {f"presence_{first.pk}": "present", f"presence_{second.pk}": "delegate"}
    url = reverse("reviews:meeting_attendance", args=[meeting.pk])
    refused = client.post(url, rows).content.decode()
    assert "Give the name of the delegate." in refused
    rows[f"name_{second.pk}"] = "Ms Lim"
    assert client.post(url, rows).status_code == 302
    shown = page(client, meeting)
    assert "2 core places filled, quorum 2" in shown
    assert "Ms Lim" in shown
    assert "Carried over" in shown  # the canteen

    item = AgendaItem.objects.get(kind="other")
    minutes = {
        "minutes": "They agreed to differ.",
        f"note_{item.pk}": "It is good.",
        f"noted_{item.pk}": "on",
        "document": SimpleUploadedFile("m.pdf", b"%PDF-1.4 m"),
    }
    url = reverse("reviews:meeting_minutes", args=[meeting.pk])
    assert client.post(url, minutes).status_code == 302
    shown = page(client, meeting)
    assert "They agreed to differ." in shown
    assert "Sign the minutes" not in shown  # not the secretary's to sign
    document = client.get(reverse("forums:meeting_document", args=[meeting.pk]))
    assert b"".join(document.streaming_content) == b"%PDF-1.4 m"

    signed_in(client, person_in(forum.chair))
    assert "Sign the minutes" in page(client, meeting)
    client.post(reverse("reviews:meeting_sign", args=[meeting.pk]))
    shown = page(client, meeting)
    assert "signed by" in shown
    assert "Change the minutes" not in shown
    item.refresh_from_db()
    assert (item.outcome, item.note) == ("noted", "It is good.")


def test_minutes_and_who_came_stay_with_the_forum_and_decisions_do_not(client, clock, forum):
    motion = put(forum)
    meeting = make.called(forum)
    clock.at = meeting.ends_at
    cast(motion, forum.chair, at=meeting.starts_at)
    make.write(make.hold(meeting), minutes="Zirconium was mentioned.")
    inside = (person_in(core(forum)[0]), auditor(), delivery_unit())
    for user in inside:
        shown = page(signed_in(client, user), meeting)
        assert "Zirconium" in shown
        assert "Who came" in shown
    shown = page(signed_in(client, outsider()), meeting)
    assert "Zirconium" not in shown
    assert "Who came" not in shown
    assert "The minutes stay with the forum." in shown
    assert motion.title not in shown  # nobody outside reads this motion: it decides about nothing


def test_minutes_of_restricted_business_are_not_for_the_delivery_unit(client, clock, forum):
    put(forum, title="Zirconium", restricted=True)
    meeting = make.called(forum)
    clock.at = meeting.ends_at
    make.write(make.hold(meeting), minutes="Zirconium was mentioned.")
    shown = page(signed_in(client, delivery_unit()), meeting)
    assert "Zirconium" not in shown
    assert "1 restricted item is not shown." in shown
    assert "Zirconium" in page(signed_in(client, person_in(core(forum)[0])), meeting)


def test_a_meeting_is_moved_cancelled_and_called_from_its_pages(client, clock, forum):
    meeting = make.to_come(forum)
    signed_in(client, person_in(forum.chair))
    day = (meeting.local.date() + 2 * DAY).isoformat()
    given = {"day": day, "at_time": "14:00", "place": "Hall", "reason": "Budget day"}
    answer = client.post(reverse("forums:meeting_move", args=[meeting.pk]), given)
    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.local.isoformat(timespec="minutes"), meeting.place) == (f"{day}T14:00", "Hall")
    assert "Budget day" in page(client, meeting)
    client.post(reverse("reviews:meeting_cancel", args=[meeting.pk]), {"reason": "Flood"})
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CANCELLED
    given = {"day": day, "at_time": "10:00", "minutes_long": "60", "reason": "Flood"}
    answer = client.post(reverse("forums:meeting_new", args=[forum.pk]), given)
    assert answer.status_code == 302
    assert forum.meetings.filter(cycle=None).count() == 1
    shown = client.get(reverse("forums:meetings", args=[forum.pk])).content.decode()
    assert "Extraordinary" in shown


def test_a_rhythm_is_changed_and_ended_from_its_pages(client, clock, forum):
    cycle = make.cycle(forum)
    signed_in(client, delivery_unit())
    given = {
        "rhythm": "weekly",
        "first_on": (AT.date() + 2 * DAY).isoformat(),
        "at_time": "09:00",
        "minutes_long": "60",
        "agenda_days": "1",
        "reason": "Busier",
    }
    client.post(reverse("forums:cycle_change", args=[cycle.pk]), given)
    (now,) = selectors.open_cycles(forum)
    assert now.rhythm == "weekly"
    client.post(reverse("forums:cycle_end", args=[now.pk]), {"reason": "Enough"})
    assert not selectors.coming(forum).exists()


def test_the_desk_asks_for_what_is_to_be_done_about_a_meeting(clock, forum):
    secretary, chair = person_in(forum.secretary), person_in(forum.chair)
    meeting = make.to_come(forum)
    assert desk.desk(secretary, meeting.call_on - 9 * DAY).agendas == []
    assert desk.desk(secretary, meeting.call_on - DAY).agendas == [meeting]
    make.call(meeting)
    day = meeting.local.date()
    assert desk.desk(secretary, day).records == [meeting]
    make.hold(meeting)
    assert desk.desk(secretary, day).records == [meeting]
    make.write(meeting)
    found = desk.desk(chair, day)
    assert (found.signatures, desk.desk(secretary, day).records) == ([meeting], [])
    make.sign(meeting, forum.chair)
    assert desk.desk(chair, day).signatures == []


def test_the_agenda_names_the_next_meeting(client, clock, forum):
    meeting = make.to_come(forum)
    signed_in(client, person_in(forum.secretary))
    shown = client.get(reverse("reviews:agenda", args=[forum.pk])).content.decode()
    assert reverse("forums:meeting", args=[meeting.pk]) in shown


def test_the_pages_ask_the_same_number_of_questions_however_long(client, clock, forum):
    signed_in(client, person_in(forum.secretary))
    counted = []
    meeting = make.to_come(forum)
    for more in (2, 10):
        for n in range(more):
            put(forum, title=f"Motion {more} {n}")
        make.call(meeting)
        agendas.refresh(meeting=meeting, at=meeting.starts_at - DAY)
        agendas.add(meeting=meeting, title=f"Business {more}", by=SYSTEM, at=AT)
        with CaptureQueriesContext(connection) as asked:
            page(client, meeting)
        with CaptureQueriesContext(connection) as listed:
            client.get(reverse("forums:meetings", args=[forum.pk]))
        counted.append((len(asked), len(listed)))
        if more == 2:
            make.cycle(forum, "weekly")
    assert counted[0] == counted[1]


def test_the_api_shows_when_and_whether_and_no_minutes(client, clock, forum):
    meeting = make.minuted(forum)
    signed_in(client, outsider())
    answer = client.get(f"/api/v1/meetings/{meeting.pk}/").json()
    assert (answer["state"], answer["came"], answer["rhythm"]) == ("held", 3, "monthly")
    assert "differ" not in str(answer)
    listed = client.get("/api/v1/meetings/", {"forum": forum.pk, "state": "held"}).json()
    assert [row["id"] for row in listed["results"]] == [meeting.pk]


def test_a_meeting_waits_to_be_recorded_from_its_beginning_on(clock, forum):
    meeting = make.called(forum)
    user, start = person_in(forum.secretary), meeting.starts_at
    before = start - datetime.timedelta(minutes=1)
    assert desk.desk(user, start.date(), before).records == []
    assert desk.desk(user, start.date(), start).records == [meeting]


def test_a_meeting_without_decisions_says_so_and_hides_nothing(client, clock, forum):
    meeting = make.called(forum)
    clock.at = meeting.ends_at
    make.hold(meeting)
    shown = page(signed_in(client, outsider()), meeting)
    assert "Nothing was decided." in shown
    assert "None that you may read." not in shown


def test_decisions_that_are_not_open_to_a_reader_are_said_to_be_there(client, clock, forum):
    motion = put(forum, title="Zirconium", restricted=True)
    meeting = make.called(forum)
    clock.at = meeting.ends_at
    for post in (*core(forum), forum.chair):
        cast(motion, post, at=meeting.starts_at)
    make.hold(meeting)
    shown = page(signed_in(client, outsider()), meeting)
    assert "None that you may read." in shown
    assert "Nothing was decided." not in shown


def test_an_error_of_who_came_names_the_post_once(client, clock, forum):
    meeting = make.called(forum)
    clock.at = meeting.ends_at
    signed_in(client, person_in(forum.secretary))
    url = reverse("reviews:meeting_attendance", args=[meeting.pk])
    shown = client.post(url, {"chaired_by": forum.chair_id}).content.decode()
    first = core(forum)[0]
    assert f"Presence of {first}: Say who came.</a>" in shown
    assert f"{first}." not in shown
