"""Pages of a lab's weeks: who reads minutes, what is typed stays, queries stay the same."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import Attendance, ProgrammeReader, Session, WorkingGroup
from labs.services import labs as lab_services
from tests.factories import people
from tests.factories import weeks as make
from tests.factories.forums import core, make_forum, person_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
MINUTES = "They quarrelled about money"
OUTPUT = "Three options were drawn"


@pytest.fixture
def today():
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def seated() -> make.Seated:
    return make.lab(steering=make_forum("Steering committee"))


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reader_of(seated: make.Seated) -> Any:
    user = people.ministry_officer()
    ProgrammeReader.objects.create(programme=seated.lab.area.programme, user=user)
    return user


def insiders(seated: make.Seated) -> dict[str, Any]:
    return {
        "seat": make.speaker(seated.union),
        "colleague of a seat": people.in_organisation(seated.union.organisation, "Clerk"),
        "member of the steering committee": person_in(core(seated.lab.steering)[0]),
        "secretary of the steering committee": person_in(seated.lab.steering.secretary),
        "delivery unit": people.delivery_unit(),
        "auditor": people.auditor(),
    }


def pages(session: Session) -> list[str]:
    """Where anything of a session is told."""
    lab = session.lab_id
    return [
        reverse("labs:session", args=[session.pk]),
        reverse("labs:sessions", args=[lab]),
        reverse("labs:records", args=[lab]),
        reverse("labs:attendance", args=[lab]),
        reverse("labs:lab", args=[lab]),
    ]


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_minutes_are_read_inside_the_lab(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    make.minutes(session, MINUTES)
    for persona, user in insiders(seated).items():
        told = [MINUTES in text_of(client_of(user), url) for url in pages(session)]
        assert told == [True, False, True, False, False], persona


def test_a_reader_sees_outputs_and_never_minutes(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    make.minutes(session, MINUTES)
    make.output(session, OUTPUT)
    administrator = people.administrator()
    for user in (reader_of(seated), administrator):
        client = client_of(user)
        told = [text_of(client, url) for url in pages(session)]
        assert not any("quarrelled" in text for text in told)
        assert [OUTPUT in text for text in told] == [True, False, True, False, False]
    ledger = text_of(client_of(administrator), "/ledger/?verb=session.")
    assert "quarrelled" not in ledger


def test_an_outsider_and_a_restricted_lab(seated: make.Seated) -> None:
    """A restricted lab is not there for readers; its named forum reads outputs, not minutes."""
    session = make.session(seated.lab)
    make.minutes(session, MINUTES)
    make.output(session, OUTPUT)
    reader = reader_of(seated)
    named = make_forum("Named committee")
    lab_services.restrict(lab=seated.lab, forums=[named], **make.BY)
    for user in (people.outsider(), reader):
        client = client_of(user)
        assert [client.get(url).status_code for url in pages(session)] == [404] * 5
    member = person_in(core(named)[0])
    ProgrammeReader.objects.create(programme=seated.lab.area.programme, user=member)
    text = text_of(client_of(member), pages(session)[2])
    assert (OUTPUT in text, MINUTES in text) == (True, False)
    assert MINUTES in text_of(client_of(make.speaker(seated.union)), pages(session)[2])


def test_a_session_is_planned_in_the_time_of_the_programme(seated: make.Seated) -> None:
    client = client_of(people.delivery_unit())
    url = reverse("labs:session_new", args=[seated.lab.pk])
    given = {"title": "Start", "starts_at": "2019-04-18T09:00", "ends_at": "2019-04-18T08:00"}
    wrong = client.post(url, given)
    assert wrong.status_code == 200
    assert "The end must come after the start" in wrong.content.decode()
    assert 'value="2019-04-18T09:00"' in wrong.content.decode(), "what was typed stays"
    assert client.post(url, given | {"ends_at": "2019-04-18T12:00"}).status_code == 302
    session = Session.objects.get()
    assert session.starts_at == datetime.datetime(2019, 4, 18, 1, 0, tzinfo=datetime.UTC)
    shown = text_of(client, reverse("labs:sessions", args=[seated.lab.pk]))
    assert "18 April 2019, 09:00" in shown
    assert "Week of 15 April 2019" in shown
    change = reverse("labs:session_change", args=[session.pk])
    assert 'value="2019-04-18T09:00"' in text_of(client, change)
    given |= {"ends_at": "2019-04-18T13:00", "reason": "More to say"}
    assert client.post(change, given).status_code == 302
    cancel = reverse("labs:session_cancel", args=[session.pk])
    assert client.post(cancel, {"reason": "Floods"}).status_code == 302
    page = text_of(client, reverse("labs:session", args=[session.pk]))
    assert "Floods" in page
    assert "More to say" in page


def test_a_session_outside_the_weeks_of_the_lab_is_said(seated: make.Seated) -> None:
    client = client_of(people.delivery_unit())
    url = reverse("labs:session_new", args=[seated.lab.pk])
    warning = "outside the period of the lab"
    for day, is_said in ((seated.lab.ends_on, False), (seated.lab.ends_on + make.DAY, True)):
        given = {"title": f"On {day}", "starts_at": f"{day}T09:00", "ends_at": f"{day}T12:00"}
        page = client.post(url, given, follow=True)
        assert (warning in page.content.decode()) is is_said
    assert Session.objects.count() == 2


def test_a_group_through_its_pages(seated: make.Seated) -> None:
    client = client_of(people.delivery_unit())
    new = reverse("labs:group_new", args=[seated.lab.pk])
    given = {"name": "Money", "task": "Count", "seats": [seated.union.pk]}
    assert client.post(new, given).status_code == 302
    again = client.post(new, given)
    assert "Another group of this lab has this name" in again.content.decode()
    group = WorkingGroup.objects.get()
    given |= {"seats": [seated.firm.pk]}
    assert client.post(reverse("labs:group_edit", args=[group.pk]), given).status_code == 302
    shown = text_of(client, reverse("labs:groups", args=[seated.lab.pk]))
    assert str(seated.firm.organisation) in shown
    assert str(seated.union.organisation) not in shown
    close = reverse("labs:group_close", args=[group.pk])
    assert client.post(close, {"confirm": "True"}).status_code == 302
    group.refresh_from_db()
    assert group.closed_at is not None


def test_who_came_through_its_page(seated: make.Seated) -> None:
    client = client_of(people.delivery_unit())
    session = make.session(seated.lab)
    url = reverse("labs:session_attendance", args=[session.pk])
    union, firm = seated.union.pk, seated.firm.pk
    rank_alone = client.post(url, {f"rank_{firm}": "30", f"name_{union}": "A clerk"})
    said = rank_alone.content.decode()
    assert rank_alone.status_code == 200
    assert "Say who came" in said
    assert "A clerk" in said, "what was typed stays"
    given = {f"post_{union}": seated.union.post_id, f"name_{firm}": "Ms Lim", f"rank_{firm}": "30"}
    assert client.post(url, given | {f"delegate_{firm}": "on"}).status_code == 302
    rows = {row.seat_id: row for row in Attendance.objects.all()}
    assert (rows[union].name, rows[union].rank) == (make.speaker(seated.union).name, 50)
    assert (rows[firm].name, rows[firm].rank, rows[firm].delegate) == ("Ms Lim", 30, True)
    filled = text_of(client, url)
    assert "Ms Lim" in filled
    shown = text_of(client, reverse("labs:attendance", args=[seated.lab.pk]))
    assert "1 of 1" in shown


def test_records_are_kept_by_the_delivery_unit_alone(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    url = reverse("labs:record_new", args=[session.pk])
    assert client_of(make.speaker(seated.union)).get(url).status_code == 403
    client = client_of(people.delivery_unit())
    empty = client.post(url, {"kind": "minutes", "text": " "})
    assert empty.status_code == 200
    assert client.post(url, {"kind": "minutes", "text": MINUTES}).status_code == 302
    assert session.records.get().text == MINUTES


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def grow(seated: make.Seated, times: int) -> None:
    for number in range(times):
        group = make.group(seated.lab, f"Group {number} of {times}", seats=[seated.union])
        session = make.session(seated.lab, f"Session {number}", group=group)
        make.came(session, seated.union.post)
        make.minutes(session)
        make.output(session)
        option = make.option(seated.lab, f"Option {number} of {times}")
        if seated.lab.criteria_fixed_at is None:
            make.criterion(seated.lab, f"Criterion {number} of {times}")
        make.comment(make.open_day(seated.draft, title=f"Day {number}"))
        assert option.pk


def test_queries_do_not_grow_with_the_weeks(seated: make.Seated) -> None:
    """Two of each, then eight."""
    client = client_of(people.delivery_unit())
    grow(seated, 2)
    session = seated.lab.sessions.first()
    names = ["groups", "sessions", "attendance", "records", "options", "open_days"]
    urls = [reverse(f"labs:{name}", args=[seated.lab.pk]) for name in names]
    urls += [
        reverse("labs:session", args=[session.pk]),
        reverse("labs:session_attendance", args=[session.pk]),
    ]
    before = [queries(client, url) for url in urls]
    grow(seated, 6)
    make.came(session, seated.union.post, seated.firm.post, seated.ministry.post)
    assert dict(zip(urls, [queries(client, url) for url in urls], strict=True)) == dict(
        zip(urls, before, strict=True)
    )
