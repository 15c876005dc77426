"""Tests and checklists, money, promises, requests: the rules alone."""

from __future__ import annotations

import json
import uuid
from datetime import date
from decimal import Decimal

import pytest

from labs.models import Question
from labs.models.questions import ASKED, FINDINGS
from labs.rules import answers, commitments, dependencies, money, parts
from labs.rules.money import Sums
from labs.rules.plans import (
    AnswerContent,
    BudgetLineContent,
    CommitmentContent,
    InitiativeContent,
    MilestoneContent,
    PlanContent,
)
from labs.rules.quadrants import CHECKLISTS, QUESTIONS, TESTS

A, B, C, D = (uuid.UUID(int=number) for number in range(1, 5))
DAY = date(2019, 3, 31)


def plan(**initiative: object) -> PlanContent:
    return PlanContent(initiatives={A: InitiativeContent(A, D, "Guards", **initiative)})  # type: ignore[arg-type]


def answered(content: PlanContent, **verdicts: str) -> PlanContent:
    rows = {
        uuid.uuid5(A, question): AnswerContent(uuid.uuid5(A, question), A, question, verdict, "why")
        for question, verdict in verdicts.items()
    }
    return PlanContent(initiatives=content.initiatives, answers=rows)


def codes(content: PlanContent) -> list[str]:
    return [each.code for each in answers.findings(content)]


def test_every_question_has_words() -> None:
    assert set(Question.values) == set(QUESTIONS) == set(ASKED)
    assert {*answers.MAY_BLOCK, "build_up", "no_reciprocity", "no_exit"} == set(FINDINGS)


@pytest.mark.parametrize(("place", "questions"), CHECKLISTS.items())
def test_each_quadrant_asks_its_own(place: tuple[bool, bool], questions: tuple[str, ...]) -> None:
    vertical, market = place
    content = plan(
        scope="vertical" if vertical else "horizontal",
        intervention="market" if market else "public_input",
    )
    (initiative,) = content.initiatives.values()
    assert answers.asked(initiative) == (*TESTS, *questions)


def test_an_initiative_without_a_place_is_asked_the_three_tests_alone() -> None:
    (open_tests,) = [each for each in answers.findings(plan()) if each.code == "tests_open"]
    assert open_tests.questions == TESTS
    assert codes(plan()) == ["not_placed", "tests_open"]


def test_no_and_not_known_stand_only_with_a_reason_to_go_ahead() -> None:
    place = {"scope": "horizontal", "intervention": "public_input"}
    yes = dict.fromkeys((*TESTS, "coverage_known", "provider_named"), "yes")
    assert codes(answered(plan(**place), **yes)) == []
    failed = answered(plan(**place), **{**yes, "fit_of_design": "no", "coverage_known": "unknown"})
    (found,) = answers.findings(failed)
    assert (found.code, found.questions) == ("tests_failed", ("fit_of_design", "coverage_known"))
    overridden = {
        key: AnswerContent(key, A, each.question, each.verdict, "why", "It is urgent")
        for key, each in failed.answers.items()
    }
    assert codes(PlanContent(initiatives=failed.initiatives, answers=overridden)) == []


def test_a_failed_capability_asks_for_a_step_that_builds_it_up() -> None:
    place = {"scope": "horizontal", "intervention": "public_input"}
    rows = dict.fromkeys((*TESTS, "coverage_known", "provider_named"), "yes")
    content = answered(plan(**place), **{**rows, "capability": "no"})
    assert "build_up" in codes(content)
    step = MilestoneContent(B, A, "Train them", purpose="build_up")
    built = PlanContent(
        initiatives=content.initiatives, answers=content.answers, milestones={B: step}
    )
    assert "build_up" not in codes(built)
    ordinary = MilestoneContent(B, A, "Go")
    other = PlanContent(
        initiatives=content.initiatives, answers=content.answers, milestones={B: ordinary}
    )
    assert "build_up" in codes(other)


def test_a_market_intervention_without_a_promise_or_an_end_is_flagged() -> None:
    place = {"scope": "vertical", "intervention": "market"}
    assert {"no_reciprocity", "no_exit"} <= set(codes(plan(**place)))
    promised = PlanContent(
        initiatives=plan(**place, expires_on=DAY).initiatives,
        commitments={B: CommitmentContent(B, A, "Hire", DAY, "Pay back")},
    )
    assert not {"no_reciprocity", "no_exit"} & set(codes(promised))
    assert "no_reciprocity" not in codes(plan(scope="vertical", intervention="public_input"))


def test_only_the_setting_blocks_and_only_what_is_not_in_force() -> None:
    finding = answers.findings(plan())[0]
    assert answers.blocks(finding, setting="block", in_force=set())
    assert not answers.blocks(finding, setting="warn", in_force=set())
    assert not answers.blocks(finding, setting="block", in_force={A})
    warned = answers.Finding("no_reciprocity", A, "Guards")
    assert not answers.blocks(warned, setting="block", in_force=set())


def line(
    key: uuid.UUID, planned: str, currency: str = "MYR", year: int = 2019
) -> BudgetLineContent:
    return BudgetLineContent(key, A, "Cars", currency, year, Decimal(planned))


def test_money_is_never_added_across_currencies() -> None:
    content = PlanContent(
        budget_lines={B: line(B, "5"), C: line(C, "7", "USD"), D: line(D, "2", year=2020)}
    )
    assert money.planned_by_year(content) == {
        (2019, "MYR"): 5,
        (2019, "USD"): 7,
        (2020, "MYR"): 2,
    }
    rows = [("USD", Sums(Decimal(1))), ("MYR", Sums(Decimal(2))), ("USD", Sums(Decimal(4)))]
    assert [(currency, sums.planned) for currency, sums in money.totals(rows).items()] == [
        ("MYR", 2),
        ("USD", 5),
    ]
    assert Sums(Decimal(9), Decimal(6), Decimal(4)).left == 2


def test_only_a_plan_that_grows_is_held_to_its_ceiling() -> None:
    place = (2019, "MYR")
    limit, others = {place: Decimal(100)}, {place: Decimal(40)}
    (over,) = money.over_ceiling({place: Decimal(60)}, {place: Decimal(70)}, others, limit)
    assert (over.by, over.planned, over.limit, over.year) == (10, 110, 100, 2019)
    assert money.over_ceiling({place: Decimal(80)}, {place: Decimal(70)}, others, limit) == []
    assert money.over_ceiling({}, {place: Decimal(60)}, others, limit) == []
    assert money.over_ceiling({}, {(2020, "MYR"): Decimal(900)}, others, limit) == []


def test_lines_in_other_currencies_do_not_count_against_a_budget() -> None:
    initiative = InitiativeContent(A, D, "Guards", budget=Decimal(10))
    content = PlanContent(
        initiatives={A: initiative}, budget_lines={B: line(B, "9"), C: line(C, "9", "USD")}
    )
    assert money.over_budget(content, A, "MYR") is None
    more = PlanContent(initiatives={A: initiative}, budget_lines={B: line(B, "9"), C: line(C, "9")})
    over = money.over_budget(more, A, "MYR")
    assert over is not None
    assert over.by == 8


@pytest.mark.parametrize(
    ("checked", "on", "due"),
    [
        (None, date(2019, 3, 30), False),
        (None, DAY, True),
        (date(2019, 2, 1), DAY, True),
        (DAY, date(2019, 6, 1), False),
    ],
)
def test_a_promise_is_due_until_it_was_looked_at_on_its_day(checked, on, due) -> None:
    assert commitments.is_due(DAY, checked, on) is due


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (("kept", "seen", ""), set()),
        (("broken", "seen", ""), {"sanction"}),
        (("partly", "", "half back"), {"basis"}),
        (("kept", "seen", "fine"), {"sanction"}),
        (("maybe", "seen", ""), {"result"}),
    ],
)
def test_what_is_not_kept_has_a_sequel(said: tuple[str, str, str], wrong: set[str]) -> None:
    assert set(commitments.check(*said)) == wrong


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({"answer": None}, "unanswered"),
        ({"answer": "accepted"}, "accepted"),
        ({"answer": "refused"}, "refused"),
        ({"answer": "delivered", "on": date(2020, 1, 1)}, "delivered"),
        ({"answer": "accepted", "on": date(2019, 4, 1)}, "overdue"),
        ({"answer": None, "on": date(2019, 4, 1)}, "overdue"),
        ({"answer": "accepted", "step_state": "blocked"}, "blocked"),
        ({"answer": "accepted", "step_finish": date(2019, 4, 1)}, "late"),
        ({"answer": "accepted", "step_finish": DAY}, "accepted"),
        ({"answer": None, "step_state": "done"}, "delivered"),
        ({"answer": "refused", "step_state": "done"}, "refused"),
    ],
)
def test_how_a_request_stands(known: dict, state: str) -> None:
    found = dependencies.standing(**{"due_on": DAY, "on": date(2019, 3, 1), **known})
    assert found == state
    assert (found in dependencies.IN_THE_WAY) is (found not in ("accepted", "delivered"))


def test_refusing_and_delivering_say_why() -> None:
    assert dependencies.check("refused", "", None)["note"].code == "why_refused"
    assert dependencies.check("delivered", "", "accepted")["note"].code == "delivered_shown_by"
    assert dependencies.check("accepted", "", "delivered")["note"].code == "why_not_delivered"
    assert dependencies.check("accepted", "", None) == {}
    assert "state" in dependencies.check("perhaps", "", None)


def step(initiative: uuid.UUID = D, **fields: object) -> dict[str, object]:
    return {"initiative_key": str(initiative), "title": "Step", **fields}


def test_a_circle_is_named_by_its_steps_the_shortest_way() -> None:
    content = {
        ("milestone", A): step(title="Survey", owner="7", depends_on=[str(B), str(C)]),
        ("milestone", B): step(title="Train", depends_on=[str(C)]),
        ("milestone", C): step(title="Build", depends_on=[str(A)]),
        ("initiative", D): {"title": "Guards"},
    }
    assert parts.circle(A, content) == [A, C, A]
    assert parts.circle(B, content) == [B, C, A, B]
    assert parts.circle(D, content) == []
    wrong = parts.check("milestone", A, content["milestone", A], content)
    named = json.loads(wrong["depends_on"].params["circle"])
    assert named == [["Survey", "7"], ["Build", ""], ["Survey", "7"]]


def test_what_goes_with_a_part() -> None:
    content = {
        ("initiative", A): {"title": "Guards", "goal_key": str(D)},
        ("milestone", B): step(A),
        ("milestone", D): step(D, depends_on=[str(B)]),
        ("dependency", C): {"title": "Road", "milestone_key": str(B)},
    }
    assert parts.belonging("initiative", A, content) == [("milestone", B), ("dependency", C)]
    assert parts.belonging("dependency", C, content) == []
