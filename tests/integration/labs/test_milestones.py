"""Reports of milestones: what is due, what is kept, what they say of the finish."""

from __future__ import annotations

import datetime

import pytest

from labs.models import MilestoneReport
from labs.rules import milestones as rules
from labs.selectors import milestones as selectors
from labs.selectors import plans
from labs.services import labs as lab_services
from labs.services import milestones, programmes, revisions
from ledger.models import Event
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}
MARCH = datetime.datetime(2019, 3, 4, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def post():
    return people.PostFactory()


@pytest.fixture
def plan(post):
    return make.plan_in_force(owner=post)


@pytest.fixture
def key(plan):
    return make.key_of(plan, "Step 1")


def due(post, on: datetime.date) -> list[tuple[str, datetime.date]]:
    return [(each.title, each.due_on) for each in selectors.milestones_due([post.pk], on)]


def test_a_report_is_due_from_the_start_on(plan, post) -> None:
    assert due(post, datetime.date(2019, 1, 31)) == []
    start = datetime.date(2019, 2, 1)
    assert due(post, start) == [("Step 1", start), ("Step 2", start)]


def test_a_report_is_due_again_after_a_cycle_until_it_is_done(plan, post, key) -> None:
    milestones.report(plan=plan, milestone_key=key, state="on_course", by=make.SYSTEM, at=MARCH)
    on = datetime.date(2019, 3, 20)
    assert [title for title, _day in due(post, on)] == ["Step 2"]
    assert ("Step 1", datetime.date(2019, 4, 3)) in due(post, datetime.date(2019, 4, 3))
    later = MARCH + datetime.timedelta(days=40)
    milestones.report(
        plan=plan,
        milestone_key=key,
        state="done",
        done_evidence="Gazette",
        by=make.SYSTEM,
        at=later,
    )
    assert [title for title, _day in due(post, datetime.date(2020, 1, 1))] == ["Step 2"]


def test_nothing_is_due_from_other_posts_closed_labs_or_programmes(plan, post) -> None:
    on = datetime.date(2019, 4, 1)
    assert due(people.PostFactory(), on) == []
    lab_services.close(lab=plan.lab, because="Finished", **BY)
    assert due(post, on) == []
    other = make.plan_in_force(owner=post)
    assert len(due(post, on)) == 2
    programmes.close(programme=other.lab.area.programme, because="Over", **BY)
    assert due(post, on) == []


def test_the_same_report_twice_is_kept_once(plan, key) -> None:
    given = {"plan": plan, "milestone_key": key, "state": "on_course", **BY}
    first = milestones.report(**given)
    assert milestones.report(**given) == first
    assert MilestoneReport.objects.count() == 1
    assert Event.objects.filter(verb="milestone.reported").count() == 1


def test_only_milestones_in_force_are_reported(key) -> None:
    other = make.draft_plan()
    drafted = next(iter(plans.draft(make.open_draft(other)).milestones))
    for wrong in (key, drafted):
        with pytest.raises(milestones.NotInForce):
            milestones.report(plan=other, milestone_key=wrong, state="on_course", **BY)


def test_bad_reports_name_their_field(plan, key) -> None:
    with pytest.raises(milestones.ReportRefused) as refused:
        milestones.report(plan=plan, milestone_key=key, state="done", **BY)
    assert set(refused.value.fields) == {"done_evidence"}


def test_moves_of_the_finish_come_from_reports_and_revisions(plan, key) -> None:
    milestones.report(
        plan=plan,
        milestone_key=key,
        state="late",
        expected_finish=datetime.date(2019, 6, 1),
        by=make.SYSTEM,
        at=MARCH,
    )
    draft = make.revision_of(plan)
    revisions.edit(
        revision=draft,
        part="milestone",
        key=key,
        fields={"finishes_on": "2019-07-01"},
        reason="Later still",
        **BY,
    )
    make.adopt(draft, MARCH + datetime.timedelta(days=7))
    moves = rules.moves(selectors.said(key))
    assert [(move.source, move.after.month) for move in moves] == [("expected", 6), ("planned", 7)]
    assert selectors.said(make.key_of(plan, "Step 2"))[0].finish == datetime.date(2019, 5, 1)
