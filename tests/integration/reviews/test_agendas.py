"""Agendas are written from what waits, kept up, dealt with; the rest is carried over."""

from __future__ import annotations

import datetime

import pytest

from forums.models import Meeting
from forums.selectors import meetings as meeting_selectors
from forums.services import actions, cycles, meetings
from ledger.models import Event, Notice
from reviews.models import AgendaItem, Dispute
from reviews.selectors import agenda_items, agenda_waiting
from reviews.services import agendas, sittings
from tests.factories import disputes as make_disputes
from tests.factories import meetings as make
from tests.factories import reviews as make_reviews
from tests.factories.forums import AT, SYSTEM, cast, make_forum, person_in, put
from tests.factories.meetings import DAY

pytestmark = pytest.mark.django_db
Kind, Outcome = AgendaItem.Kind, AgendaItem.Outcome


@pytest.fixture
def forum():
    return make_forum()


def kinds(meeting: Meeting) -> list[str]:
    return [item.kind for item in agenda_items.of_meeting(meeting)]


def outcomes(meeting: Meeting) -> dict[str, str]:
    return {item.key: item.outcome for item in agenda_items.of_meeting(meeting)}


def open_dispute(forum) -> Dispute:
    """A dispute before this forum."""
    dispute = make_disputes.open_dispute(area=make_disputes.make_area(2))
    dispute.tiers.filter(number=1).update(forum=forum)
    return dispute


def overdue_at_top(forum) -> Dispute:
    """As if this forum were the top, and its last day had passed."""
    dispute = open_dispute(forum)
    Dispute.objects.filter(pk=dispute.pk).update(overdue_at_top_since=AT.date())
    return dispute


def test_what_waits_is_in_the_order_of_an_agenda(forum):
    action_due(forum)
    put(forum)
    open_dispute(forum)
    overdue_at_top(forum)
    found = [row.kind for row in agenda_waiting.waiting(forum, AT + 9 * DAY)]
    assert found == [Kind.OVERDUE_AT_TOP, Kind.DISPUTE, Kind.MOTION, Kind.ACTION]


def action_due(forum):
    decision = cast(put(forum, title="Earlier"), forum.chair)
    return actions.open(
        title="Mend the road",
        owner=forum.secretary,
        due_on=AT.date() + DAY,
        decision=decision,
        by=SYSTEM,
        at=AT,
    )


def test_an_open_review_and_a_missing_value_wait_for_the_home_forum(opened):
    review, draft = opened
    waiting = agenda_waiting.waiting(review.forum, AT)
    assert [row.key for row in waiting if row.kind == Kind.REVIEW] == [f"review:{review.pk}"]
    status = draft.series.status
    status.missing_period_start = status.missing_period_end = AT.date()
    status.save()
    again = agenda_waiting.waiting(review.forum, AT)
    assert [row.key for row in again if row.kind == Kind.GAP] == [f"gap:{draft.kpi.pk}"]


def test_the_agenda_goes_out_on_its_day_once(forum):
    meeting = make.to_come(forum)
    motion = put(forum)
    day_before, _end = meeting_selectors.bounds(forum, meeting.call_on)
    assert agendas.call_due(at=day_before - datetime.timedelta(minutes=1)) == 0
    assert agendas.call_due(at=day_before) == 1
    assert agendas.call_due(at=day_before) == 0
    assert outcomes(meeting) == {f"motion:{motion.pk}": ""}
    event = Event.objects.get(verb="meeting.called")
    assert event.data["items"] == 1
    assert Notice.objects.filter(event=event).count() == 4


def test_what_comes_after_the_agenda_went_out_is_added_until_the_meeting_ends(forum):
    meeting = make.called(forum)
    put(forum)
    agendas.call_due(at=meeting.starts_at - DAY)
    agendas.call_due(at=meeting.starts_at - DAY)
    assert kinds(meeting) == [Kind.MOTION]
    assert Event.objects.filter(verb="agenda.extended").count() == 1
    put(forum, title="Too late")
    agendas.call_due(at=meeting.ends_at)
    assert kinds(meeting) == [Kind.MOTION]


def test_a_dispute_that_becomes_overdue_moves_to_the_head(forum):
    put(forum)
    dispute = open_dispute(forum)
    meeting = make.called(forum)
    Dispute.objects.filter(pk=dispute.pk).update(overdue_at_top_since=AT.date())
    put(forum, title="Another")
    agendas.refresh(meeting=meeting, at=meeting.starts_at - DAY)
    assert kinds(meeting) == [Kind.OVERDUE_AT_TOP, Kind.MOTION, Kind.MOTION]


def test_every_item_gets_an_outcome_when_the_meeting_is_held(forum):
    decided, lost = put(forum), put(forum, title="A bridge")
    open_dispute(forum)
    action = action_due(forum)
    meeting = make.called(forum)
    cast(decided, forum.chair, at=meeting.starts_at)
    cast(lost, forum.chair, "against", "Too dear", at=meeting.starts_at)
    actions.done(
        action=action,
        note="Mended",
        by=make.by(forum.secretary),
        at=meeting.starts_at,
    )
    make.hold(meeting)
    found = outcomes(meeting)
    assert found[f"motion:{decided.pk}"] == Outcome.DECIDED
    assert found[f"motion:{lost.pk}"] == Outcome.DECIDED
    assert found[f"action:{action.pk}"] == Outcome.DONE
    assert sorted(found.values()).count(Outcome.CARRIED_OVER) == 1
    item = AgendaItem.objects.get(key=f"motion:{decided.pk}")
    assert item.decision == decided.decision


def test_what_is_not_dealt_with_comes_again_and_says_how_often(forum):
    overdue_at_top(forum)
    first = make.called(forum)
    counted = []
    for meeting in list(meeting_selectors.coming(forum))[:2]:
        make.call(meeting)
        counted.append(AgendaItem.objects.get(meeting=meeting).carried)
        make.hold(meeting)
    meetings.make_due(at=first.starts_at + 31 * DAY)
    third = meeting_selectors.coming(forum)[0]
    counted.append(AgendaItem.objects.get(meeting=make.call(third)).carried)
    assert counted == [0, 1, 2]


def test_an_agenda_already_out_counts_what_is_carried_over_since(forum):
    put(forum)
    first, second = list(meeting_selectors.coming(forum_with_cycle(forum)))[:2]
    make.call(first)
    make.call(second, first.starts_at - DAY)
    make.hold(first)
    agendas.refresh(meeting=second, at=first.ends_at)
    assert AgendaItem.objects.get(meeting=second).carried == 1


def forum_with_cycle(forum):
    make.cycle(forum, "weekly")
    return forum


def test_other_business_is_carried_over_until_note_is_taken(forum):
    first = make.called(forum)
    item = agendas.add(meeting=first, title="The canteen", by=SYSTEM, at=AT)
    make.hold(first)
    second = make.call(meeting_selectors.coming(forum)[0])
    again = AgendaItem.objects.get(meeting=second)
    assert (again.title, again.key, again.carried) == ("The canteen", item.key, 1)
    make.write(make.hold(second), noted={again.pk: True}, notes={again.pk: "It is good."})
    again.refresh_from_db()
    assert (again.outcome, again.note) == (Outcome.NOTED, "It is good.")
    meetings.make_due(at=second.starts_at)
    third = make.call(meeting_selectors.coming(forum)[0])
    assert not AgendaItem.objects.filter(meeting=third).exists()


def test_other_business_carried_over_is_on_one_agenda_only(forum):
    forum_with_cycle(forum)
    first, second, third = list(meeting_selectors.coming(forum))[:3]
    make.call(first)
    agendas.add(meeting=first, title="The canteen", by=SYSTEM, at=AT)
    make.hold(first)
    make.call(second, first.ends_at)
    make.call(third, first.ends_at)
    assert AgendaItem.objects.filter(outcome="").values_list("meeting", flat=True).get() == (
        second.pk
    )


def test_business_is_not_added_to_what_is_over(forum):
    meeting = make.held(forum)
    with pytest.raises(agendas.NotPlanned):
        agendas.add(meeting=meeting, title="Late", by=SYSTEM, at=AT)
    with pytest.raises(agendas.NeedsTitle):
        agendas.add(meeting=meeting, title=" ", by=SYSTEM, at=AT)


def test_a_decision_entered_after_the_meeting_was_recorded_is_found_until_the_next(forum):
    motion = put(forum)
    meeting = make.held(forum)
    assert outcomes(meeting) == {f"motion:{motion.pk}": Outcome.CARRIED_OVER}
    cast(motion, forum.chair, at=meeting.ends_at + DAY)
    make.write(meeting)
    assert outcomes(meeting) == {f"motion:{motion.pk}": Outcome.DECIDED}


def test_a_decision_of_the_next_meeting_is_not_of_this_one(forum):
    motion = put(forum)
    meeting = make.held(forum)
    later = meeting_selectors.following(meeting)
    cast(motion, forum.chair, at=later.starts_at)
    make.write(meeting)
    assert outcomes(meeting) == {f"motion:{motion.pk}": Outcome.CARRIED_OVER}


def test_a_signed_agenda_stays_as_it_was(forum):
    motion = put(forum)
    meeting = make.sign(make.minuted(forum), forum.chair)
    cast(motion, forum.chair, at=meeting.ends_at)
    with pytest.raises(sittings.sittings.Signed):
        make.write(meeting)
    assert outcomes(meeting) == {f"motion:{motion.pk}": Outcome.CARRIED_OVER}


def test_a_cancelled_meeting_carries_its_items_over(forum):
    put(forum)
    meeting = make.called(forum)
    sittings.cancel(meeting=meeting, reason="Flood", by=SYSTEM, at=AT)
    assert set(outcomes(meeting).values()) == {Outcome.CARRIED_OVER}
    again = make.call(meeting_selectors.coming(forum)[0])
    assert AgendaItem.objects.get(meeting=again).carried == 1


def test_items_of_meetings_dropped_with_their_rhythm_are_carried_over(forum):
    meeting = make.to_come(forum)
    agendas.add(meeting=meeting, title="The canteen", by=SYSTEM, at=AT)
    cycles.end(cycle=meeting.cycle, reason="Too often", by=SYSTEM, at=AT)
    sittings.close_missed(at=AT)
    assert set(outcomes(meeting).values()) == {Outcome.CARRIED_OVER}


def test_a_meeting_nobody_recorded_is_missed_after_three_working_days(forum):
    motion = put(forum)
    meeting = make.called(forum)
    day = meeting_selectors.day_of(meeting)
    last = meeting_selectors.working_day(forum, day, 3)
    _start, end = meeting_selectors.bounds(forum, last)
    assert sittings.close_missed(at=end - datetime.timedelta(minutes=1)) == 0
    assert sittings.close_missed(at=end) == 1
    assert sittings.close_missed(at=end) == 0
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.MISSED
    assert meeting.state_reason
    assert outcomes(meeting) == {f"motion:{motion.pk}": Outcome.CARRIED_OVER}
    cast(motion, forum.chair, at=meeting.starts_at)
    make.hold(meeting)
    assert meeting.state == Meeting.State.HELD
    assert outcomes(meeting) == {f"motion:{motion.pk}": Outcome.DECIDED}


def test_a_forum_takes_up_what_came_to_those_whose_place_it_took(forum):
    old = make_forum("Old committee")
    motion = put(old)
    old.closed_on, old.successor = AT.date(), forum
    old.save()
    assert [row.key for row in agenda_waiting.waiting(forum, AT)] == [f"motion:{motion.pk}"]


def test_restricted_items_are_counted_for_who_may_not_read_them(forum):
    put(forum, restricted=True)
    meeting = make.called(forum)
    items = agenda_items.of_meeting(meeting)
    stranger = make_reviews.with_role("delivery_unit")
    found = agenda_items.named(items, stranger, AT.date())
    assert (found.lines, found.hidden, found.total) == ([], 1, 1)
    own = agenda_items.named(items, person_in(forum.chair), AT.date())
    assert (len(own.lines), own.hidden) == (1, 0)
