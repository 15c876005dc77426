"""What follows when a revision comes into force, all of it or nothing."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from forums.models import Action, Motion
from kpis.models import Deviation, Target
from kpis.services import detection, holds
from labs.models import Goal, Milestone, Plan, Revision
from labs.services import revisions
from ledger.models import Event, Notice
from reviews.models import Review
from reviews.services import approvals
from tests.factories import kpis as make_kpis
from tests.factories import reviews as make
from tests.factories.forums import person_in
from tests.factories.people import actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def second(draft: make.Draft) -> Revision:
    plan = Plan.objects.get(pk=draft.revision.plan_id)
    return revisions.start(
        plan=plan, title="Second thoughts", reason="Learned", by=actor(), at=make.AT
    )


def submit(revision: Revision, draft: make.Draft) -> Motion:
    return approvals.submit(revision=revision, by=actor(draft.place.unit), at=make.AT)


def aim_2018(revision: Revision, draft: make.Draft, value: str) -> None:
    make.set_target(revision, draft.series, make.YEAR_2018, value, before=make.numbers("50"))


def test_an_open_deviation_on_a_changed_target_is_judged_afresh() -> None:
    review, draft = make.open_review(value="90")
    deviation = Deviation.objects.get(closed_at=None, series=draft.series)
    revision = second(draft)
    aim_2018(revision, draft, "90")
    make.carry(submit(revision, draft))
    make.sweep()
    deviation.refresh_from_db()
    assert deviation.closed_at is not None
    review.refresh_from_db()
    assert review.state == Review.State.OPEN, "who asked still hears how it ends"


def test_an_open_deviation_that_still_holds_stays_with_its_review() -> None:
    review, draft = make.open_review(value="90")
    revision = second(draft)
    aim_2018(revision, draft, "55")
    make.carry(submit(revision, draft))
    make.sweep()
    assert Deviation.objects.filter(closed_at=None, series=draft.series).exists()
    assert Review.objects.get(kpi=draft.kpi) == review


def test_a_late_milestone_is_judged_by_its_new_finish(in_force) -> None:
    draft = in_force
    late = datetime.datetime(2019, 6, 20, 2, 0, tzinfo=datetime.UTC)
    detection.detect_due(at=late)
    open_ones = Deviation.objects.filter(milestone_key=draft.milestone, closed_at=None)
    open_ones = open_ones.exclude(rule__kind="milestone_unreported")
    assert open_ones.exists()
    revision = second(draft)
    revisions.edit(
        revision=revision,
        part="milestone",
        key=draft.milestone,
        fields={"finishes_on": "2019-07-15"},
        reason="The rains",
        by=actor(),
        at=make.AT,
    )
    make.carry(submit(revision, draft), late)
    detection.detect_due(at=late + datetime.timedelta(days=1))
    assert not open_ones.exists()


def test_the_review_that_asked_for_it_closes_with_it(opened) -> None:
    review, draft = opened
    revision = second(draft)
    aim_2018(revision, draft, "60")
    motion = make.propose(review, outcome="change_goal", cause="goal", revision=revision).motion
    make.carry(motion)
    review.refresh_from_db()
    revision.refresh_from_db()
    assert (review.state, review.decision, revision.decision) == (
        Review.State.CLOSED,
        motion.decision,
        motion.decision,
    )
    assert not Deviation.objects.filter(closed_at=None, series=draft.series).exists()


def test_the_agenda_of_the_home_forum_says_what_came_into_force(in_force) -> None:
    draft = in_force
    revision = second(draft)
    make.set_target(revision, draft.series, make.YEAR_2019, "40")
    make.carry(submit(revision, draft))
    client = Client()
    client.force_login(person_in(draft.place.home.secretary))
    page = client.get(reverse("reviews:agenda", args=[draft.place.home.pk])).content.decode()
    assert "Second thoughts" in page


def everything() -> list[int]:
    """How much there is of all that an adoption writes."""
    return [model.objects.count() for model in (Goal, Milestone, Target, Event, Notice, Action)]


@pytest.mark.parametrize("step", ["targets", "paths", "plan", "hold"])
def test_a_failure_in_any_step_rolls_all_back(step: str, in_force) -> None:
    """Each refusal is a real one: another target in force, another path, plan, dispute."""
    draft = in_force
    revision = second(draft)
    make.set_target(revision, draft.series, make.YEAR_2019, "40")
    revisions.edit(
        revision=revision,
        part="goal",
        key=draft.goal,
        fields={"title": "Safer"},
        reason="Clearer",
        by=actor(),
        at=make.AT,
    )
    if step == "paths":
        revisions.set_path(
            revision=revision,
            series_key=draft.series.key,
            before={"method": "steps", "baseline": None, "baseline_on": None},
            after={"method": "linear", "baseline": None, "baseline_on": None},
            reason="Evenly",
            by=actor(),
            at=make.AT,
        )
    motion = submit(revision, draft)
    if step == "targets":
        make_kpis.target(draft.series, "2019", "45", source="A decree")
    if step == "plan":
        Goal.objects.filter(key=draft.goal).update(title="Changed by hand")
        Plan.objects.filter(pk=revision.plan_id).update(in_force=None)
    if step == "hold":
        holds.open(kpi=draft.kpi, ref="dispute:1", reason="Who?", by=actor(), at=make.AT)
    before = everything()
    with pytest.raises(Exception) as refused:
        make.carry(motion)
    assert refused.value.code in {"stale", "kpi_held", "trajectory_stale", "plan_incomplete"}
    assert everything() == before
    revision.refresh_from_db()
    motion.refresh_from_db()
    assert (revision.state, revision.number, motion.state) == ("submitted", None, "open")
    assert not motion.votes.exists()
