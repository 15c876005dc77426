"""What each template is there to show, shown: six to ten."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from kpis.models import Deviation
from labs.models import (
    Allocation,
    Coordination,
    InitiativeLink,
    Obstacle,
    Window,
)
from labs.selectors import commitments as promises
from labs.selectors import coverage
from labs.selectors import funding as money
from labs.selectors import obstacles as in_the_way
from labs.services import commitments, coordination, obstacles, transfers, windows
from ledger.models import Notice
from reviews.models import ObstacleAnswer, Review
from reviews.selectors import portfolio
from reviews.services import allocations
from reviews.services import obstacles as answers
from tests.factories.people import actor
from tests.flows.starters_walk import Walk, begin

pytestmark = pytest.mark.django_db


def titles(walk: Walk) -> list[str]:
    found = in_the_way.readable(walk.unit, walk.day, walk.programme)
    return [each.title for each in in_the_way.ranked(found)]


# 6 Clusters


def test_obstacles_are_ranked_and_a_missing_link_is_answered_by_a_step() -> None:
    walk = begin("clusters")
    walk.approve()
    coating = Obstacle.objects.get(title="No precision coating")
    assert titles(walk)[:2] == ["No sterilisation in the country", "No precision coating"]
    assert (coating.is_gap, coating.state) == (True, Obstacle.State.OPEN), "nothing answers it"
    obstacles.move(obstacle=coating, up=True, by=walk.by_unit, at=walk.at)
    assert titles(walk)[0] == "No precision coating"
    answers.answer(
        obstacle=coating,
        plan=walk.plan(),
        milestone_key=walk.key_of("A firm has decided to come"),
        by=walk.by_unit,
        at=walk.at,
    )
    coating.refresh_from_db()
    assert coating.state == Obstacle.State.ANSWERED
    assert ObstacleAnswer.objects.filter(obstacle=coating).count() == 1


def test_each_chain_says_who_governs_it_and_what_is_aimed_at() -> None:
    walk = begin("clusters")
    for number in (0, 1):
        walk.approve(number)
    said = {
        (answer.question, answer.title.partition(":")[0].rstrip("."))
        for number in (0, 1)
        for answer in walk.plan(number).answers.filter(until_revision=None)
    }
    assert ("governance_known", "Hierarchy") in said
    assert ("governance_known", "Modular") in said
    parts = walk.kpi("upgrading").definitions.get().series.exclude(cell__key="total")
    assert set(parts.values_list("cell__key", flat=True)) == {
        f"Upgrading={kind}"
        for kind in ("product", "process", "channel", "chain-integration", "functional")
    }


# 7 Small and medium firms


def test_two_agencies_that_help_the_same_firms_are_found_once() -> None:
    walk = begin("sme")
    walk.approve()
    first = coordination.find(at=walk.at)
    again = coordination.find(at=walk.at)
    assert (first.opened > 0, again.opened) == (True, 0)
    found = [{part["title"] for part in each.parts} for each in Coordination.objects.all()]
    assert {"Courses in management", "Advisers of the chambers"} in found
    assert not InitiativeLink.objects.exists()


def test_micro_firms_that_no_instrument_reaches_are_listed() -> None:
    walk = begin("sme")
    walk.approve()
    seen = coverage.of(walk.programme, walk.unit, walk.day)
    assert seen.missing == [], "credit, training, export development and innovation are all there"
    gaps = {name: len(kinds) for name, kinds in seen.gaps}
    assert gaps["Micro firms"] == 4


# 8 Dual strategy


def test_the_engines_pay_for_the_base_and_both_stand_in_one_view() -> None:
    walk = begin("dual")
    for number in (0, 1):
        walk.approve(number)
    before = portfolio.of(walk.programme, walk.unit, walk.day)
    assert before.no_transfer
    allocation = Allocation.objects.get(purpose="Local projects of the first year")
    joint = walk.labs[0].steering.parent
    proposal = allocations.put(
        allocation=allocation, forum=joint, reason="As agreed", by=walk.by_unit, at=walk.at
    )
    walk.decide(proposal.motion)
    transfers.record(
        allocation=allocation,
        amount=Decimal(2_000_000),
        on=walk.day,
        reference="Voucher 1",
        by=walk.by_unit,
        at=walk.at,
    )
    assert money.reaches_bottom(walk.programme) is True
    seen = portfolio.of(walk.programme, walk.unit, walk.day)
    assert not seen.no_transfer
    assert [(each.pathway, each.count) for each in seen.pathways[:2]] == [
        ("top_down", 1),
        ("bottom_up", 1),
    ]
    assert [(each.currency, each.amount) for each in seen.moved] == [("USD", Decimal(2_000_000))]


# 9 Trade preference


def test_more_pieces_that_earn_less_are_reviewed() -> None:
    walk = begin("window")
    walk.approve()
    walk.tell("value", 1, "4.5")
    walk.tell("volume", 1, "8.6")
    walk.sweep()
    conflict = Deviation.objects.get(rule__kind="pair_conflict")
    assert conflict.series == walk.series("volume")
    assert Review.objects.filter(kpi=walk.kpi("volume"), state=Review.State.OPEN).count() == 1


def test_the_window_is_told_of_a_year_before_it_closes_once() -> None:
    walk = begin("window")
    walk.approve()
    window = Window.objects.get()
    assert len(window.milestones) == 3
    assert window.pays_off_on > window.closes_on == datetime.date(2029, 1, 1)
    walk.day = window.closes_on - datetime.timedelta(days=400)
    assert windows.alert_due(at=walk.at) == 0
    walk.day = window.closes_on - datetime.timedelta(days=360)
    assert windows.alert_due(at=walk.at) == 1
    assert windows.alert_due(at=walk.at) == 0
    assert Notice.objects.filter(recipient=f"user:{walk.unit.pk}", title__contains=window.title)


# 10 Conditional incentive


def test_a_promise_that_was_not_kept_has_its_sequel() -> None:
    walk = begin("incentive")
    walk.approve()
    key = walk.key_of("Sixty new jobs that last two years")
    promise = promises.in_force(key)
    walk.day = promise.verify_on
    assert key in {each.key for each in promises.due(walk.unit, walk.day)}
    firm = walk.post("Manager", "Cold-storage firm")
    said = {"result": "broken", "basis": "Twenty jobs in the records", "sanction": promise.sanction}
    with pytest.raises(commitments.OwnPromise):
        commitments.check(
            plan=walk.plan(), commitment_key=key, **said, by=walk.acting(firm), at=walk.at
        )
    with pytest.raises(commitments.CheckRefused):
        commitments.check(
            plan=walk.plan(),
            commitment_key=key,
            **{**said, "sanction": ""},
            by=actor(walk.unit),
            at=walk.at,
        )
    check = commitments.check(
        plan=walk.plan(), commitment_key=key, **said, by=actor(walk.unit), at=walk.at
    )
    assert "paid back with interest" in check.sanction
