"""Rhythms make meetings ahead, once; meetings are moved, cancelled, held, minuted, signed."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forums.models import Attendance, Forum, Meeting
from forums.rules import cycles as rules
from forums.selectors import meetings as selectors
from forums.services import calendar_changes, cycles, forums, meetings, sittings
from forums.services.sittings import Presence
from ledger.models import Event, Notice
from people.models import LocalHoliday
from tests.factories import meetings as make
from tests.factories.forums import AT, SYSTEM, core, held_post, make_forum
from tests.factories.meetings import DAY
from tests.factories.people import AppointmentFactory

pytestmark = pytest.mark.django_db
ON = AT.date()


@pytest.fixture
def forum():
    return make_forum(quorum=2, country="MY", time_zone="Asia/Kuala_Lumpur")


def days(forum: Forum) -> list[datetime.date]:
    return [row.local.date() for row in selectors.coming(forum)]


@pytest.mark.parametrize("rhythm", sorted(rules.PERIODS))
def test_a_rhythm_has_two_meetings_and_sixty_days_ahead(forum, rhythm):
    make.cycle(forum, rhythm)
    found = days(forum)
    assert len(found) >= 2
    gap = selectors.planned_gap_days(forum)
    assert found[-1] > ON + 60 * DAY - gap * DAY


def test_meetings_are_made_once(forum):
    make.cycle(forum)
    before = selectors.coming(forum).count()
    assert meetings.make_due(at=AT) == 0
    assert meetings.make_due(at=AT + 31 * DAY) == 1
    assert meetings.make_due(at=AT + 31 * DAY) == 0
    assert selectors.coming(forum).count() == before + 1


def test_a_meeting_is_on_a_working_day_by_the_clock_there(forum):
    LocalHoliday.objects.create(country="MY", day=ON + 14 * DAY, name="Flood")
    make.cycle(forum, at_time=datetime.time(9, 30))
    first = selectors.next_meeting(forum, AT)
    assert first is not None
    assert first.slot == ON + 14 * DAY
    assert first.local == datetime.datetime.combine(ON + 15 * DAY, datetime.time(9, 30))
    assert first.starts_at.utcoffset() == datetime.timedelta(0) or first.starts_at.tzinfo
    assert first.call_on == selectors.working_day(forum, first.local.date(), -5)


def test_an_anchor_in_the_past_makes_no_meeting_in_the_past(forum):
    make.cycle(forum, first_on=ON - 100 * DAY)
    assert days(forum)
    assert min(days(forum)) > ON


def test_one_rhythm_of_a_kind_at_a_time(forum):
    make.cycle(forum)
    with pytest.raises(cycles.RhythmTaken):
        make.cycle(forum)
    make.cycle(forum, "yearly")
    assert selectors.planned_gap_days(forum) == 31


def test_an_ended_rhythm_cancels_what_was_not_called(forum):
    first = make.to_come(forum)
    make.call(first, AT + 8 * DAY)
    cycles.end(cycle=first.cycle, reason="Too often", by=SYSTEM, at=AT + 9 * DAY)
    states = list(forum.meetings.order_by("starts_at").values_list("state", flat=True))
    assert states == ["planned", *["cancelled"] * (len(states) - 1)]
    assert meetings.make_due(at=AT + 90 * DAY) == 0
    with pytest.raises(cycles.CycleEnded):
        cycles.end(cycle=first.cycle, reason="Again", by=SYSTEM, at=AT + 9 * DAY)


def test_a_changed_rhythm_is_an_ended_and_a_new_one(forum):
    old = make.cycle(forum)
    new = cycles.change(
        cycle=old, reason="Busier", rhythm="weekly", first_on=ON + 2 * DAY, by=SYSTEM, at=AT
    )
    old.refresh_from_db()
    assert old.ends_on == ON
    assert set(selectors.coming(forum).values_list("cycle", flat=True)) == {new.pk}
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)).count("cycle.set") == 2


def test_a_forum_that_closes_meets_no_longer(forum):
    top = make_forum("Council")
    first = make.called(forum)
    forums.close(forum=forum, successor=top, by=SYSTEM, at=AT)
    first.refresh_from_db()
    assert first.state == Meeting.State.CANCELLED
    assert not selectors.open_cycles(forum).exists()
    with pytest.raises(meetings.ForumClosed):
        meetings.convene(forum=forum, starts_at=AT + DAY, reason="x", by=SYSTEM, at=AT)


def test_an_extraordinary_meeting_is_told_and_is_called_at_once(forum):
    found = meetings.convene(
        forum=forum, starts_at=AT + 2 * DAY, reason="Flood", by=make.by(forum.chair), at=AT
    )
    assert found.cycle is None
    assert selectors.to_call(AT) == [found]
    told = Notice.objects.filter(event__verb="meeting.convened")
    assert told.count() == len(core(forum)) + 1  # members and secretary, not who called it


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"reason": " "}, meetings.NeedsReason),
        ({"starts_at": AT - DAY}, meetings.InThePast),
    ],
)
def test_a_meeting_needs_a_reason_and_a_time_to_come(forum, fields, refusal):
    given = {"starts_at": AT + DAY, "reason": "Flood"}
    with pytest.raises(refusal):
        meetings.convene(forum=forum, by=SYSTEM, at=AT, **{**given, **fields})


def test_a_moved_meeting_keeps_its_slot(forum):
    first = make.to_come(forum)
    slot, made = first.slot, forum.meetings.count()
    meetings.move(
        meeting=first, starts_at=first.starts_at + 3 * DAY, reason="Budget day", by=SYSTEM, at=AT
    )
    assert first.slot == slot
    assert first.call_on == selectors.working_day(forum, selectors.day_of(first), -5)
    assert meetings.make_due(at=AT) == 0
    assert forum.meetings.count() == made


def test_two_who_move_it_at_once_do_not_overrule_each_other(forum):
    first = make.to_come(forum)
    other = Meeting.objects.select_related("forum").get(pk=first.pk)
    meetings.move(meeting=first, starts_at=first.starts_at + DAY, reason="Budget", by=SYSTEM, at=AT)
    with pytest.raises(meetings.NotPlanned):
        meetings.move(meeting=other, starts_at=AT + 40 * DAY, reason="Feast", by=SYSTEM, at=AT)


def test_a_cancelled_meeting_is_not_moved_nor_held(forum):
    first = make.to_come(forum)
    meetings.cancel(meeting=first, reason="Nobody is here", by=SYSTEM, at=AT)
    with pytest.raises(meetings.NotPlanned):
        meetings.move(meeting=first, starts_at=AT + 40 * DAY, reason="x", by=SYSTEM, at=AT)
    with pytest.raises(meetings.NotPlanned):
        make.hold(first)


def test_a_planned_meeting_follows_a_new_day_off(forum):
    first = make.to_come(forum)
    day = first.local.date()
    assert calendar_changes.follow(at=AT) == 0
    LocalHoliday.objects.create(country="MY", day=day, name="Election")
    assert calendar_changes.follow(at=AT) == 1
    assert calendar_changes.follow(at=AT) == 0
    first.refresh_from_db()
    assert (first.slot, first.local.date()) == (ON + 14 * DAY, day + DAY)
    assert first.state_reason


def test_what_is_called_or_was_moved_by_hand_follows_no_calendar(forum):
    make.cycle(forum)
    first, second = list(selectors.coming(forum))[:2]
    make.call(first, AT)
    meetings.move(
        meeting=second, starts_at=second.starts_at + DAY, reason="Budget", by=SYSTEM, at=AT
    )
    for row in (first, second):
        LocalHoliday.objects.create(country="MY", day=row.local.date(), name="Election")
    assert calendar_changes.follow(at=AT) == 0


# Who came


def test_attendance_freezes_quorum_and_rank(forum):
    meeting = make.called(forum)
    member, other = core(forum)
    member.rank = 7
    member.save()
    sittings.hold(
        meeting=meeting,
        attendance=[
            Presence(forum.chair_id, "present"),
            Presence(member.pk, "present"),
            Presence(other.pk, "delegate", "Ms Lim", "Deputy", 40),
        ],
        chaired_by=forum.chair,
        by=SYSTEM,
        at=meeting.ends_at,
    )
    assert (meeting.state, meeting.quorum, meeting.came) == ("held", 2, 2)
    rows = {row.post_id: row for row in selectors.attendance(meeting)}
    assert rows[member.pk].rank == 7
    assert (rows[other.pk].delegate_name, rows[other.pk].rank) == ("Ms Lim", 40)
    Forum.objects.filter(pk=forum.pk).update(quorum=9)
    meeting.refresh_from_db()
    assert meeting.is_quorate


@pytest.mark.parametrize(("counts", "came"), [(False, 1), (True, 2)])
def test_a_delegate_counts_where_the_forum_says_so(forum, counts, came):
    forums.change(forum=forum, delegates_count=counts, by=SYSTEM, at=AT)
    meeting = make.called(forum)
    sent = Presence(core(forum)[0].pk, "delegate", "Ms Lim")
    make.hold(meeting, attendance=[Presence(forum.chair_id, "present"), sent])
    assert meeting.came == came


def test_one_person_in_two_posts_fills_one_place(forum):
    meeting = make.called(forum)
    first, second = core(forum)
    holder = make.person_in(first)
    vacant = held_post("Vacant soon")
    AppointmentFactory(post=second, user=holder, acting=True)
    second_holder = make.person_in(second)
    if second_holder != holder:
        second_holder.is_active = False
        second_holder.save()
    make.hold(meeting)
    assert meeting.came == 2
    assert vacant.pk not in {row.post_id for row in selectors.attendance(meeting)}


def test_the_alternate_presides_where_the_chair_is_away():
    forum = make_forum(alternate=True)
    meeting = make.called(forum)
    attendance = make.everybody(meeting, **{str(forum.chair_id): "apologies"})
    with pytest.raises(sittings.MayNotPreside):
        make.hold(meeting, attendance=attendance, chaired_by=core(forum)[0])
    make.hold(meeting, attendance=attendance, chaired_by=forum.alternate)
    assert Attendance.objects.get(meeting=meeting, post=forum.alternate).core
    assert meeting.came == 3


def test_a_core_member_presides_where_chair_and_alternate_are_vacant(forum):
    meeting = make.called(forum)
    forum.chair.appointments.all().delete()
    attendance = make.everybody(meeting, **{str(forum.chair_id): "absent"})
    make.hold(meeting, attendance=attendance, chaired_by=core(forum)[0])
    assert meeting.chaired_by == core(forum)[0]


def test_nothing_is_recorded_before_it_begins_or_when_nobody_came(forum):
    meeting = make.called(forum)
    with pytest.raises(sittings.NotBegun):
        sittings.hold(
            meeting=meeting,
            attendance=make.everybody(meeting),
            chaired_by=forum.chair,
            by=SYSTEM,
            at=meeting.starts_at - DAY,
        )
    with pytest.raises(sittings.NobodyCame):
        make.hold(meeting, attendance=[Presence(forum.chair_id, "apologies")])
    with pytest.raises(sittings.NeedsDelegate):
        make.hold(meeting, attendance=[Presence(core(forum)[0].pk, "delegate")])


def test_a_meeting_is_held_once(forum):
    meeting = make.held(forum)
    with pytest.raises(meetings.NotPlanned):
        make.hold(meeting)
    assert Event.objects.filter(verb="meeting.held").count() == 1


# Minutes


def test_whoever_chaired_signs_and_then_nothing_changes(forum):
    meeting = make.sign(make.minuted(forum), forum.chair)
    assert meeting.signed_in == forum.chair
    for act in (
        lambda: make.write(meeting),
        lambda: make.sign(meeting, forum.chair),
        lambda: sittings.correct(
            meeting=meeting,
            attendance=make.everybody(meeting),
            chaired_by=forum.chair,
            by=SYSTEM,
            at=meeting.ends_at,
        ),
    ):
        with pytest.raises(sittings.Signed):
            act()


def test_whoever_chaired_signs_also_what_they_wrote(forum):
    meeting = make.write(make.held(forum), forum.chair)
    assert make.sign(meeting, forum.chair).signed_by == make.person_in(forum.chair)


def test_who_did_not_chair_does_not_sign_what_they_wrote():
    forum = make_forum(alternate=True)
    meeting = make.write(make.held(forum), forum.alternate)
    with pytest.raises(sittings.NotYours):
        make.sign(meeting, forum.alternate)
    make.write(meeting)
    assert make.sign(meeting, forum.alternate).signed_in == forum.alternate


def test_the_secretary_does_not_sign(forum):
    meeting = make.minuted(forum)
    with pytest.raises(sittings.NotYours):
        make.sign(meeting, forum.secretary)


def test_an_acting_chair_signs(forum):
    meeting = make.minuted(forum)
    make.person_in(forum.chair).appointments.all().delete()
    AppointmentFactory(post=forum.chair, acting=True)
    assert make.sign(meeting, forum.chair).signed_at


def test_minutes_come_after_the_meeting_and_say_something(forum):
    meeting = make.called(forum)
    with pytest.raises(sittings.NotHeld):
        make.write(meeting)
    make.hold(meeting)
    with pytest.raises(sittings.NoMinutes):
        make.write(meeting, minutes=" ")
    make.write(meeting, minutes="", file=SimpleUploadedFile("m.pdf", b"%PDF-1.4 m"))
    assert meeting.document is not None


def test_the_text_of_minutes_is_not_in_the_event(forum):
    make.minuted(forum)
    event = Event.objects.get(verb="meeting.minuted")
    assert "differ" not in str(event.data)
    assert event.restricted
    told = Notice.objects.get(event=event)
    assert told.decide
