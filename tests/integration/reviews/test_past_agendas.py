"""The agenda of a past meeting shows its items as they stood, and says what came since."""

from __future__ import annotations

import datetime

import pytest

from forums.services import actions
from reviews.models import AgendaItem, Dispute, Tier
from reviews.permissions import meetings as permissions
from reviews.selectors import agenda_items, agenda_then
from reviews.services import extensions
from tests.factories import disputes as make_disputes
from tests.factories import meetings as make
from tests.factories.forums import AT, SYSTEM, cast, make_forum, person_in, put
from tests.factories.meetings import DAY
from tests.factories.people import auditor

pytestmark = pytest.mark.django_db
Kind = AgendaItem.Kind


@pytest.fixture
def forum():
    return make_forum()


def read(meeting, at=None):
    """What whoever chairs reads of the meeting's agenda, long after it."""
    at = at or meeting.ends_at + 90 * DAY
    agenda, _live = permissions.agenda_of(meeting, person_in(meeting.forum.chair), at)
    return agenda.lines


def before(forum) -> Dispute:
    """A dispute before this forum, in which it takes part."""
    dispute = make_disputes.open_dispute(area=make_disputes.make_area(2))
    dispute.tiers.filter(number=1).update(forum=forum)
    return dispute


def test_a_motion_carried_over_is_open_there_and_its_fate_is_told_apart(forum):
    motion = put(forum)
    meeting = make.held(forum)
    [line] = read(meeting)
    assert (line.detail, line.since) == ("open", "")
    cast(motion, forum.chair, at=meeting.ends_at + 40 * DAY)
    [line] = read(meeting)
    day = (meeting.ends_at + 40 * DAY).date()
    assert (line.detail, line.is_over) == ("open", False)
    assert line.since == f"carried, {day.day} {day:%B %Y}"


def test_an_action_done_since_was_overdue_then(forum):
    decision = cast(put(forum, title="Earlier"), forum.chair)
    action = actions.open(
        title="Mend the road",
        owner=forum.secretary,
        due_on=AT.date() + DAY,
        decision=decision,
        by=SYSTEM,
        at=AT,
    )
    meeting = make.held(forum)
    later = meeting.ends_at + 3 * DAY
    actions.done(action=action, note="Mended", by=make.by(forum.secretary), at=later)
    [line] = read(meeting)
    assert (line.day, line.is_over) == (action.due_on, False)
    assert line.since == f"done, {later.day} {later:%B %Y}"


def test_what_was_over_at_the_meeting_says_how_it_ended_and_nothing_since(forum):
    decision = cast(put(forum, title="Earlier"), forum.chair)
    action = actions.open(
        title="Mend the road",
        owner=forum.secretary,
        due_on=AT.date() + DAY,
        decision=decision,
        by=SYSTEM,
        at=AT,
    )
    meeting = make.called(forum)
    actions.done(action=action, note="x", by=make.by(forum.secretary), at=meeting.starts_at)
    make.hold(meeting)
    [line] = read(meeting)
    assert line.item.outcome == AgendaItem.Outcome.DONE
    assert line.detail.startswith("done, ")
    assert (line.day, line.since) == (None, "")


def test_a_dispute_shows_the_last_day_of_then_and_where_it_is_since(forum):
    dispute = before(forum)
    day = AT.date() + 60 * DAY
    dispute.tiers.filter(number=1).update(deadline=day, entered_at=AT)
    meeting = make.held(forum)
    later = meeting.ends_at + 10 * DAY
    upper = Tier.objects.get(dispute=dispute, number=2)
    Tier.objects.filter(pk=upper.pk).update(entered_at=later, deadline=later.date())
    Dispute.objects.filter(pk=dispute.pk).update(tier=2, deadline=later.date())
    agenda, _live = permissions.agenda_of(meeting, auditor(), later + DAY)
    [line] = agenda.lines
    assert (line.detail, line.day) == ("open", day)
    assert line.since == f"before {upper.forum}, {later.day} {later:%B %Y}"


def test_more_time_given_after_the_meeting_does_not_change_its_last_day(forum):
    dispute = before(forum)
    day = AT.date() + 60 * DAY
    dispute.tiers.filter(number=1).update(deadline=day)
    Dispute.objects.filter(pk=dispute.pk).update(deadline=day)
    meeting = make.held(forum)
    dispute.refresh_from_db()
    given = meeting.ends_at + DAY
    extensions.grant(dispute=dispute, days=3, reason="A survey", by=SYSTEM, at=given)
    assert dispute.tiers.get(number=1).deadline > day
    agenda, _live = permissions.agenda_of(meeting, auditor(), meeting.ends_at + 2 * DAY)
    assert [line.day for line in agenda.lines] == [day]


def test_an_end_keeps_the_day_that_it_had(forum):
    moment = datetime.datetime(2019, 5, 1, tzinfo=datetime.UTC)
    item = AgendaItem(kind=Kind.END, key="window:1:20190503", outcome="carried_over")
    line = agenda_items.Line(item, "Elections", "", day=datetime.date(2019, 8, 1))
    told = agenda_then.Then([item], moment).told(line, None)
    assert told.day == datetime.date(2019, 5, 3)
    assert told.since == "ends on 1 August 2019"
