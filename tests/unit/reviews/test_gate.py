"""Fact 5: each condition alone keeps a plan from coming into force."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from reviews.rules.gate import GoalFacts, KpiFacts, PlanFacts, StepFacts, missing

KPI = KpiFacts("wait", "Waiting time", "decrease", True, True, True)
GOAL = GoalFacts("g1", "Shorter waits", (KPI,))
STEP = StepFacts("m1", "Open a ward", "7", datetime.date(2019, 1, 1), datetime.date(2019, 6, 1))
COMPLETE = PlanFacts(
    goals=(GOAL,), initiatives=(STEP,), milestones=(STEP,), stress_test="holds", approved=True
)


def with_kpi(**change: object) -> PlanFacts:
    return replace(COMPLETE, goals=(replace(GOAL, kpis=(replace(KPI, **change),)),))


def with_milestone(**change: object) -> PlanFacts:
    return replace(COMPLETE, milestones=(replace(STEP, **change),))


def test_a_complete_plan_misses_nothing() -> None:
    assert missing(COMPLETE) == []


BEFORE = datetime.date(2018, 12, 31)
ALONE = [
    (replace(COMPLETE, goals=()), "goal", ""),
    (replace(COMPLETE, goals=(replace(GOAL, kpis=()),)), "goal_kpi", "g1"),
    (with_kpi(direction="context"), "goal_kpi", "g1"),
    (with_kpi(direction=""), "kpi_direction", "wait"),
    (with_kpi(has_owner=False), "kpi_owner", "wait"),
    (with_kpi(has_verifier=False), "kpi_verifier", "wait"),
    (with_kpi(has_target=False), "kpi_target", "wait"),
    (with_milestone(owner=None), "milestone_owner", "m1"),
    (with_milestone(finishes_on=BEFORE), "milestone_dates", "m1"),
    (
        replace(COMPLETE, initiatives=(replace(STEP, finishes_on=BEFORE),)),
        "initiative_dates",
        "m1",
    ),
    (replace(COMPLETE, initiatives=(replace(STEP, owner=None),)), "initiative_lead", "m1"),
    (replace(COMPLETE, stress_test=None), "stress_test", ""),
    (replace(COMPLETE, stress_test="fails"), "stress_test_fails", ""),
    (replace(COMPLETE, approved=False), "approval", ""),
]


@pytest.mark.parametrize(("plan", "code", "key"), ALONE, ids=[code for _, code, _ in ALONE])
def test_each_condition_alone_is_named(plan: PlanFacts, code: str, key: str) -> None:
    assert [(gap.code, gap.key) for gap in missing(plan)] == [(code, key)]


def test_a_strained_plan_may_come_into_force() -> None:
    assert missing(replace(COMPLETE, stress_test="strained")) == []


def test_a_plan_in_force_needs_no_further_stress_test() -> None:
    assert missing(replace(COMPLETE, stress_test=None, was_in_force=True)) == []


def test_a_context_kpi_beside_a_steering_one_needs_nothing() -> None:
    context = KpiFacts("rain", "Rainfall", "context", False, False, False)
    goals = (replace(GOAL, kpis=(KPI, context)),)
    assert missing(replace(COMPLETE, goals=goals)) == []


def test_every_gap_is_named_at_once() -> None:
    codes = [gap.code for gap in missing(PlanFacts())]
    assert codes == ["goal", "stress_test", "approval"]


def test_days_and_money_not_written_yet_are_told_in_one_line_each_and_keep_nothing_out() -> None:
    loose = replace(STEP, finishes_on=None, funded=False)
    astray = replace(STEP, astray=True)
    plan = replace(COMPLETE, initiatives=(loose, STEP), milestones=(loose, loose, astray))
    found = missing(plan)
    assert [(gap.code, gap.params["count"], gap.blocks) for gap in found] == [
        ("undated", "3", False),
        ("astray", "1", False),
        ("unfunded", "1", False),
    ]
