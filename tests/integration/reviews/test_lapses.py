"""Nobody answers, no money, nobody meets: flagged, and no plan goes out of force by it."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.models import Forum, Meeting, Motion
from forums.services import actions, cycles
from labs.models import Allocation, BudgetFigure, FundingSource, Lab, Plan
from labs.services import labs as lab_services
from people.models import Appointment, Organisation, Post
from reviews.selectors import lapses
from tests.factories import forums as make_forums
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.people import (
    OrganisationFactory,
    PostFactory,
    actor,
    auditor,
    ministry_officer,
)

pytestmark = pytest.mark.django_db
AT, ON = make.AT, make.AT.date()
DAY = datetime.timedelta(days=1)


def found(programme, user=None, on: datetime.date = ON):
    return lapses.lapses(user or auditor(), programme, on)


def titles(group) -> list[str]:
    return [lapse.title for lapse in group.lapses]


def vacate(post: Post) -> None:
    Appointment.objects.filter(post=post).update(ends_on=ON - DAY)


def lead_of(draft) -> Post:
    plan = Plan.objects.get(pk=draft.revision.plan_id)
    return plan.initiatives.get(until_revision=None).lead


def test_while_somebody_answers_nothing_is_flagged(in_force) -> None:
    draft = in_force
    make_labs.AreaFactory(programme=draft.place.programme)
    Appointment.objects.create(post=lead_of(draft), user=draft.place.unit, starts_on=ON - DAY)
    assert titles(found(draft.place.programme).owner) == []


def test_a_vacant_post_is_flagged_with_all_it_owns_and_the_plan_stays_in_force(in_force) -> None:
    draft = in_force
    Appointment.objects.create(post=lead_of(draft), user=draft.place.unit, starts_on=ON - DAY)
    vacate(draft.place.owner)
    group = found(draft.place.programme).owner
    assert titles(group) == [draft.kpi.name, "Step 1"]
    assert all("is vacant" in lapse.why for lapse in group.lapses)
    assert Plan.objects.get(pk=draft.revision.plan_id).in_force_id == draft.revision.pk


def test_an_abolished_post_and_an_ended_lead_are_flagged(in_force) -> None:
    draft = in_force
    Post.objects.filter(pk=lead_of(draft).pk).update(abolished_on=ON - DAY)
    new = OrganisationFactory()
    Organisation.objects.filter(pk=draft.place.ministry.pk).update(successor=new, succeeded_on=ON)
    group = found(draft.place.programme).owner
    assert draft.place.area.name in titles(group)
    assert "More patrols" in titles(group)


def test_an_action_of_nobody_is_flagged_unless_it_is_done(opened) -> None:
    review, draft = opened
    decision = make.carry(make.propose(review).motion)
    empty = PostFactory()
    give = {"due_on": ON + 9 * DAY, "decision": decision, "by": actor(), "at": AT}
    actions.open(title="Build", owner=empty, **give)
    assert "Build" in titles(found(draft.place.programme).owner)


def test_planned_and_nothing_allotted_is_flagged_until_money_comes() -> None:
    plan = make_labs.draft_plan()
    draft = make_labs.open_draft(plan)
    initiative = draft.changes.get(part="initiative", field="title").key
    line = make_labs.add(
        draft,
        "budget_line",
        initiative_key=str(initiative),
        title="Cars",
        currency="MYR",
        year="2019",
        planned="1000",
    )
    make_labs.adopt(make_labs.tested(draft))
    programme = plan.lab.area.programme
    group = found(programme).funding
    assert titles(group) == ["More patrols"]
    assert "MYR 1,000 are planned for 2019" in group.lapses[0].why
    BudgetFigure.objects.create(
        plan=plan, line_key=line, kind="allotted", amount=100, on=ON, source="Treasury", at=AT
    )
    assert titles(found(programme).funding) == []


def test_a_decided_allocation_is_money_and_a_proposed_one_is_not() -> None:
    plan = make_labs.draft_plan()
    draft = make_labs.open_draft(plan)
    initiative = draft.changes.get(part="initiative", field="title").key
    make_labs.add(
        draft,
        "budget_line",
        initiative_key=str(initiative),
        title="Cars",
        currency="MYR",
        year="2019",
        planned="1000",
    )
    adopted = make_labs.adopt(make_labs.tested(draft))
    programme = plan.lab.area.programme
    source = FundingSource.objects.create(
        programme=programme, name="Oil", currency="MYR", amount=5000, at=AT
    )
    part = Allocation.objects.create(
        source=source, plan=plan, initiative_key=initiative, purpose="Cars", amount=500, at=AT
    )
    assert titles(found(programme).funding) == ["More patrols"]
    Allocation.objects.filter(pk=part.pk).update(decision=adopted.decision)
    assert titles(found(programme).funding) == []


def test_a_source_whose_funder_has_ended_is_flagged() -> None:
    area = make_labs.AreaFactory()
    donor = OrganisationFactory(successor=OrganisationFactory(), succeeded_on=ON)
    FundingSource.objects.create(
        programme=area.programme, name="Fund", funder=donor, currency="MYR", amount=1, at=AT
    )
    assert titles(found(area.programme).funding) == ["Fund"]


def test_a_forum_silent_for_more_than_twice_its_rhythm_is_flagged(in_force) -> None:
    draft = in_force
    forum = draft.place.steering
    Forum.objects.filter(pk=forum.pk).update(meets_every_days=30)
    last = Motion.objects.filter(forum=forum).latest("at").at.date()
    programme = draft.place.programme
    on_time, late = last + 60 * DAY, last + 61 * DAY
    assert forum.name not in titles(found(programme, on=on_time).cycle)
    assert forum.name in titles(found(programme, on=late).cycle)


def test_a_forum_with_a_rhythm_has_to_meet_and_motions_do_not_stand_for_it(in_force) -> None:
    draft = in_force
    forum, programme = draft.place.home, draft.place.programme
    cycles.begin(forum=forum, rhythm="monthly", first_on=ON, by=actor(), at=AT)
    late = ON + 63 * DAY
    assert forum.name not in titles(found(programme, on=late - DAY).cycle)
    make_forums.put(forum, at=AT + 60 * DAY)
    (lapse,) = [each for each in found(programme, on=late).cycle.lapses if each.title == forum.name]
    assert "it has never met" in lapse.why
    meetings = list(Meeting.objects.filter(forum=forum).order_by("starts_at"))
    assert len(meetings) >= 2
    Meeting.objects.filter(pk=meetings[0].pk).update(state="held", quorum=1, came=2)
    Meeting.objects.filter(pk=meetings[1].pk).update(state="missed", state_reason="Nobody came")
    after = meetings[0].starts_at.date() + 63 * DAY
    assert forum.name not in titles(found(programme, on=after - DAY).cycle)
    (lapse,) = [
        each for each in found(programme, on=after).cycle.lapses if each.title == forum.name
    ]
    assert "it has not met since" in lapse.why
    assert "1 meeting did not take place" in lapse.why


def test_an_extraordinary_meeting_ends_no_gap_and_one_without_a_quorum_says_so(in_force) -> None:
    """As on the page that says how the forum does."""
    programme, forum = in_force.place.programme, in_force.place.steering
    cycles.begin(forum=forum, rhythm="monthly", first_on=ON, by=actor(), at=AT)
    planned = Meeting.objects.filter(forum=forum).order_by("starts_at")[0]
    Meeting.objects.filter(pk=planned.pk).update(state="held", quorum=3, came=2)
    met = planned.starts_at.date()
    later = planned.starts_at + 40 * DAY
    Meeting.objects.create(forum=forum, starts_at=later, call_on=ON, state="held", quorum=1, came=4)
    after = met + 63 * DAY
    (lapse,) = [
        each for each in found(programme, on=after).cycle.lapses if each.title == forum.name
    ]
    assert "it has not met since" in lapse.why
    assert "that meeting had no quorum" in lapse.why
    assert forum.name not in titles(found(programme, on=met + 62 * DAY).cycle)


def test_a_lab_past_its_end_without_a_plan_before_its_forum_is_flagged() -> None:
    lab = make_labs.draft_plan().lab
    programme = lab.area.programme
    assert lab.title in titles(found(programme).cycle)
    make_labs.put(make_labs.tested(make_labs.open_draft(lab.plan)))
    assert lab.title not in titles(found(programme).cycle)


def test_a_restricted_lab_is_counted_and_not_named() -> None:
    plan = make_labs.plan_in_force()
    programme = plan.lab.area.programme
    lab_services.restrict(lab=plan.lab, forums=[plan.lab.steering], by=actor(), at=AT)
    programme.readers.create(user=(reader := ministry_officer()))
    group = found(programme, reader).owner
    assert (titles(group), group.count > 0, group.more) == ([], True, group.count)


def test_a_closed_programme_lapses_in_nothing(in_force) -> None:
    draft = in_force
    vacate(draft.place.owner)
    make.close_programme(draft.place)
    draft.place.programme.refresh_from_db()
    assert found(draft.place.programme).count == 0


def test_the_board_says_it_in_one_line_and_the_page_lists_it(client, today, in_force) -> None:
    draft = in_force
    vacate(draft.place.owner)
    client.force_login(draft.place.unit)
    code = draft.place.programme.code
    assert f"/programmes/{code}/lapses/" in client.get(f"/?programme={code}").content.decode()
    page = client.get(f"/programmes/{code}/lapses/").content.decode()
    assert "is vacant" in page


def test_queries_do_not_grow_with_what_has_lapsed(in_force) -> None:
    draft = in_force
    user = auditor()

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            found(draft.place.programme, user)
        return len(captured)

    vacate(draft.place.owner)
    asked()
    before = asked()
    for _number in range(3):
        make_labs.plan_in_force(draft.place.area, milestones=4)
    assert Lab.objects.count() == 4
    assert asked() == before
