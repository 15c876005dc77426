"""What the two answers of an intake suggest, and what may be recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labs.rules import intake

SUITED = intake.Judged(
    title="Street crime",
    question="How can it fall by half?",
    shared_problem=True,
    shared_problem_why="Everybody is robbed",
    uncertainty=True,
    uncertainty_why="Nobody knows what works",
    outcome="suited",
    method="lab",
    reason="They need one another",
    instead="",
)
NOT_SUITED = replace(
    SUITED, shared_problem=False, outcome="not_suited", method="", instead="Bargain"
)


@pytest.mark.parametrize(
    ("shared", "uncertain", "outcome", "methods", "instead"),
    [
        (True, True, "suited", ("lab", "pdia", "efa"), ""),
        (True, False, "suited", ("fixed",), ""),
        (False, True, "not_suited", (), "bargain"),
        (False, False, "not_suited", (), "order"),
    ],
)
def test_the_answers_suggest_outcome_and_method(
    shared: bool, uncertain: bool, outcome: str, methods: tuple[str, ...], instead: str
) -> None:
    found = intake.suggest(shared_problem=shared, uncertainty=uncertain)
    assert (found.outcome, found.methods, found.instead) == (outcome, methods, instead)


def test_both_outcomes_can_be_recorded() -> None:
    assert intake.problems(SUITED) == {}
    assert intake.problems(NOT_SUITED) == {}
    assert intake.problems(replace(NOT_SUITED, shared_problem=True)) == {}, "of any answers"


@pytest.mark.parametrize(
    "name", ["title", "question", "shared_problem_why", "uncertainty_why", "reason"]
)
def test_every_text_is_needed(name: str) -> None:
    assert intake.problems(replace(SUITED, **{name: "  "})) == {name: "required"}


@pytest.mark.parametrize(
    ("judged", "problems"),
    [
        (replace(SUITED, outcome=""), {"outcome": "required"}),
        (replace(SUITED, shared_problem=False), {"outcome": "no_shared_problem"}),
        (replace(SUITED, method=""), {"method": "required"}),
        (replace(SUITED, method="fixed"), {"method": "uncertain"}),
        (replace(SUITED, uncertainty=False), {"method": "not_uncertain"}),
        (replace(NOT_SUITED, instead=" "), {"instead": "required"}),
        (replace(NOT_SUITED, method="lab"), {"method": "out_of_place"}),
    ],
)
def test_an_outcome_follows_from_its_answers(
    judged: intake.Judged, problems: dict[str, str]
) -> None:
    assert intake.problems(judged) == problems
