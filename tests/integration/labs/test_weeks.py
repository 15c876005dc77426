"""A lab's weeks through its services: groups, sessions, attendance, what is kept."""

from __future__ import annotations

import datetime

import pytest

from labs.models import Attendance, Session, SessionRecord
from labs.selectors import sessions as selectors
from labs.services import attendance, groups, sessions
from labs.services import labs as lab_services
from labs.services.lab_events import LabOver
from ledger.models import Event
from people.models import Appointment
from tests.factories import labs as make_labs
from tests.factories import weeks as make
from tests.factories.forums import held_post
from tests.factories.people import holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def seated() -> make.Seated:
    return make.lab()


def test_a_group_has_seats_of_its_lab_alone(seated: make.Seated) -> None:
    group = make.group(seated.lab, seats=[seated.union, seated.firm])
    assert set(group.seats.all()) == {seated.union, seated.firm}
    stranger = make_labs.SeatFactory()
    with pytest.raises(groups.GroupRefused) as refused:
        make.group(seated.lab, name="Other", seats=[stranger])
    assert set(refused.value.fields) == {"seats"}
    with pytest.raises(groups.GroupRefused) as refused:
        make.group(seated.lab)
    assert set(refused.value.fields) == {"name"}, "a name is taken once"


def test_an_ended_group_is_not_changed_and_takes_no_session(seated: make.Seated) -> None:
    group = make.group(seated.lab)
    groups.close(group=group, **make.BY)
    groups.close(group=group, **make.BY)
    assert Event.objects.filter(verb="group.closed").count() == 1
    with pytest.raises(groups.GroupClosed):
        groups.change(group=group, name="Later", task="", seats=[], **make.BY)
    with pytest.raises(sessions.SessionRefused) as refused:
        make.session(seated.lab, group=group)
    assert set(refused.value.fields) == {"group"}


def test_a_session_ends_after_it_starts_and_changes_with_a_reason(seated: make.Seated) -> None:
    with pytest.raises(sessions.SessionRefused) as refused:
        make.session(seated.lab, ends_at=make.AT - 2 * make.DAY)
    assert set(refused.value.fields) == {"ends_at"}
    session = make.session(seated.lab, days=3)
    given = {"title": "Later", "starts_at": session.starts_at + make.DAY}
    given["ends_at"] = session.ends_at + make.DAY
    with pytest.raises(sessions.SessionRefused) as refused:
        sessions.change(session=session, reason=" ", **given, **make.BY)
    assert set(refused.value.fields) == {"reason"}
    moved = sessions.change(session=session, reason="The hall is taken", **given, **make.BY)
    assert (moved.title, moved.changed_because) == ("Later", "The hall is taken")


def test_a_cancelled_session_stays_with_its_reason_and_nothing_more_happens(
    seated: make.Seated,
) -> None:
    session = make.session(seated.lab)
    sessions.cancel(session=session, reason="Floods", **make.BY)
    with pytest.raises(sessions.SessionCancelled):
        sessions.cancel(session=session, reason="Again", **make.BY)
    with pytest.raises(sessions.SessionCancelled):
        make.minutes(session)
    with pytest.raises(sessions.SessionCancelled):
        make.came(session, seated.union.post)
    assert Session.objects.get().cancelled_because == "Floods"


def test_what_took_place_is_not_cancelled(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    make.came(session, seated.union.post)
    with pytest.raises(sessions.SessionTookPlace):
        sessions.cancel(session=session, reason="Never was", **make.BY)


def test_a_post_brings_its_rank_and_its_holder_of_that_day(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    post = seated.union.post
    earlier = make.speaker(seated.union)
    make.came(session, post)
    row = Attendance.objects.get()
    assert (row.rank, row.name, row.delegate) == (post.rank, earlier.name, False)
    yesterday = session.starts_at.date()
    Appointment.objects.filter(post=post).update(ends_on=yesterday)
    holder(post, name="Successor")
    make.came(session, (seated.firm, 60))
    make.came(session, post)
    assert Attendance.objects.get().name == earlier.name, "who held it on the day of the session"


def test_attendance_is_recorded_once_for_each_seat_and_corrected(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    make.came(session, seated.union.post, (seated.firm, 70))
    make.came(session, seated.union.post, (seated.firm, 70))
    assert Attendance.objects.count() == 2
    assert Event.objects.filter(verb__startswith="attendance.").count() == 1, "nothing changed"
    make.came(session, (seated.firm, 40))
    assert [(row.seat, row.rank) for row in Attendance.objects.all()] == [(seated.firm, 40)]
    corrected = Event.objects.get(verb="attendance.corrected")
    assert corrected.data["corrected"] == sorted([seated.union.pk, seated.firm.pk])


def test_attendance_names_the_seats_own_posts_once_it_has_begun(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    stranger = held_post("Somebody else")
    with pytest.raises(attendance.AttendanceRefused) as refused:
        attendance.record(
            session=session, came=[attendance.Came(seated.union, stranger)], **make.BY
        )
    assert set(refused.value.fields) == {f"post_{seated.union.pk}"}
    twice = [attendance.Came(seated.union, name="A"), attendance.Came(seated.union, name="B")]
    with pytest.raises(attendance.AttendanceRefused):
        attendance.record(session=session, came=twice, **make.BY)
    ahead = make.session(seated.lab, days=2)
    with pytest.raises(attendance.NotBegun):
        make.came(ahead, seated.union.post)


def test_minutes_stay_private_in_the_ledger_too(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    make.minutes(session)
    make.output(session)
    told = {event.verb: event.restricted for event in Event.objects.filter(verb__contains="_kept")}
    assert told == {"session.minutes_kept": True, "session.output_kept": False}
    assert SessionRecord.objects.count() == 2


def test_a_closed_lab_plans_nothing_more_and_late_minutes_are_kept(seated: make.Seated) -> None:
    session = make.session(seated.lab)
    lab_services.close(lab=seated.lab, because="Its weeks are over", **make.BY)
    with pytest.raises(LabOver):
        make.session(seated.lab)
    with pytest.raises(LabOver):
        make.option(seated.lab)
    assert make.minutes(session).text


def test_the_table_leaves_out_what_was_cancelled_is_ahead_or_not_recorded(
    seated: make.Seated,
) -> None:
    first, second = make.session(seated.lab, days=-9), make.session(seated.lab, days=-2)
    make.session(seated.lab, days=-5)
    make.session(seated.lab, days=4)
    sessions.cancel(session=make.session(seated.lab, "Off", days=-3), reason="Floods", **make.BY)
    make.came(first, seated.union.post, seated.firm.post)
    make.came(second, (seated.union, 80))
    table = selectors.table(seated.lab, make.AT)
    assert [(session, line.came, line.rank) for session, line in table.sessions] == [
        (first, 2, 50),
        (second, 1, 80),
    ]
    found = {seat.pk: (line.came, line.of, line.delegates) for seat, line in table.seats}
    assert found[seated.union.pk] == (2, 2, 1)
    assert found[seated.ministry.pk] == (0, 2, 0)
    assert table.unrecorded == 1


def test_a_session_of_a_group_counts_for_its_seats_alone(seated: make.Seated) -> None:
    group = make.group(seated.lab, seats=[seated.union])
    make.came(make.session(seated.lab, group=group), seated.union.post)
    table = selectors.table(seated.lab, make.AT)
    found = {seat.pk: line.of for seat, line in table.seats}
    assert found == {seated.union.pk: 1}


def test_weeks_begin_on_monday_where_the_programme_is(seated: make.Seated) -> None:
    """Sunday evening in UTC is Monday morning in Kuala Lumpur."""
    sunday = datetime.datetime(2019, 4, 14, 23, 0, tzinfo=datetime.UTC)
    session = make.session(seated.lab, starts_at=sunday, ends_at=sunday + make.HOUR)
    (week,) = selectors.weeks([session], selectors.zone(seated.lab))
    assert week.monday == datetime.date(2019, 4, 15)
