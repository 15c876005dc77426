"""The loop, once through, by the product's services: and once more, which adds nothing."""

from __future__ import annotations

import datetime

import pytest
from django.apps import apps

from kpis.models import Deviation, Signal, Target
from kpis.selectors import targets as target_selectors
from kpis.services import detection, readings
from labs.models import Revision
from labs.selectors import plans
from labs.services import revisions
from ledger.models import Event, Notice
from reviews.models import Review, ReviewDeviation
from reviews.services import explanations, proposals, routing, voting
from tests.factories import kpis as make_kpis
from tests.factories import reviews as make
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
OURS = ("ledger", "people", "forums", "labs", "kpis", "reviews")


def rows() -> dict[str, int]:
    """How many rows each table of the product has."""
    return {
        model._meta.label: model._default_manager.count()
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }


def sweeps(at: datetime.datetime = make.AT) -> None:
    """Everything that beat runs in this loop."""
    detection.detect(at=at)
    routing.route(at=at)
    voting.close_due(at=at)


def test_a_plan_comes_into_force_with_its_targets() -> None:
    draft = make.in_force()
    assert (draft.revision.state, draft.revision.number) == (Revision.State.ADOPTED, 1)
    target = Target.objects.get(series=draft.series)
    assert target.change.revision.decision.outcome == "carried"
    assert plans.content(draft.revision.plan).goals[draft.goal].title == "Streets are safe"


def test_a_bad_value_opens_one_review_with_its_dates_and_notices() -> None:
    review, draft = make.open_review()
    deviation = Deviation.objects.get()
    assert deviation.routed_at == make.AT
    assert list(review.deviations.values_list("deviation", flat=True)) == [deviation.pk]
    assert review.forum == draft.place.home
    # Five and ten working days after Wednesday 17 April, without a calendar of holidays.
    assert review.explain_by == datetime.date(2019, 4, 24)
    assert review.due_on == datetime.date(2019, 5, 1)
    told = set(
        Notice.objects.filter(url=f"/reviews/{review.pk}/").values_list("recipient", flat=True)
    )
    assert f"user:{draft.place.owner_user.pk}" in told
    assert len(told) == 3, "owner, chair and secretary of the home forum"


def test_posting_again_and_sweeping_again_adds_nothing() -> None:
    _review, draft = make.open_review()
    before = rows()
    recorded = readings.record(
        series=draft.series,
        period=make_kpis.period(draft.series, "2018"),
        observation=make_kpis.number("90"),
        source=make_kpis.SOURCE,
        by=actor(),
        at=make.AT,
    )
    assert recorded.created is False
    sweeps()
    assert rows() == before


def test_the_whole_loop_and_then_again() -> None:
    review, draft = make.open_review()
    place = draft.place
    explanations.explain(
        review=review,
        cause="goal",
        text="Half was never within reach in one year.",
        by=actor(place.owner_user, place.owner),
        at=make.AT,
    )
    second = revisions.start(
        plan=draft.revision.plan,
        title="A goal within reach",
        reason="The first year showed it",
        by=actor(place.unit),
        at=make.AT,
    )
    make.set_target(second, draft.series, make.YEAR_2019, "70")
    proposal = proposals.put(
        review=review,
        cause="goal",
        outcome="change_goal",
        reason="The goal was out of reach.",
        revision=second,
        by=actor(place.unit),
        at=make.AT,
    )
    decision = make.carry(proposal.motion)

    review.refresh_from_db()
    assert (review.state, review.cause, review.outcome) == ("closed", "goal", "change_goal")
    assert review.decision == decision
    second.refresh_from_db()
    assert (second.state, second.number, second.decision) == ("adopted", 2, decision)
    deviation = Deviation.objects.get()
    assert deviation.closed_as == Deviation.Closing.DECIDED
    assert_targets_by_decision(draft, second)
    assert_old_plan_reads_as_it_was(draft)

    sweeps()  # new targets mean new statuses: let them settle
    before = rows()
    sweeps()
    sweeps(make.AT + datetime.timedelta(minutes=5))
    assert rows() == before
    assert Review.objects.count() == 1
    assert ReviewDeviation.objects.count() == 1


def assert_targets_by_decision(draft: make.Draft, second: Revision) -> None:
    """The next period's target comes from the new revision; the old one stays."""
    in_force = {
        (row.period_start.year, str(row.value.normalize()), row.change.revision.number)
        for row in target_selectors.in_force(draft.series)
    }
    assert in_force == {(2018, "5E+1", 1), (2019, "7E+1", 2)}
    assert Signal.objects.count() == 1, "past signals stay as they were"


def assert_old_plan_reads_as_it_was(draft: make.Draft) -> None:
    plan = draft.revision.plan
    plan.refresh_from_db()
    assert plan.in_force.number == 2
    assert plans.content(plan, 1) == plans.content(plan)
    assert Event.objects.filter(verb="plan.in_force").count() == 2


def test_each_step_wrote_its_event() -> None:
    test_the_whole_loop_and_then_again()
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {
        "revision.adopted",
        "plan.in_force",
        "reading.recorded",
        "deviation.opened",
        "review.opened",
        "review.explained",
        "review.proposed",
        "vote.cast",
        "decision.taken",
        "review.closed",
        "deviation.closed",
    } <= verbs
