"""How the tests and checklists of a plan's initiatives stand.

Each initiative answers the three tests and the checklist of its quadrant. A "no" (or
"not known") stands only with a reason why the initiative goes ahead all the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from labs.rules.plans import AnswerContent, InitiativeContent, PlanContent
from labs.rules.quadrants import TESTS, checklist

YES, NO, UNKNOWN, OPEN, OVERRIDDEN = "yes", "no", "unknown", "open", "overridden"
BUILD_UP = "build_up"
BLOCK = "block"
# What may keep a plan back, where the programme's settings say so; the rest only warns.
MAY_BLOCK = ("not_placed", "tests_open", "tests_failed")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend in one initiative: a code, and the questions concerned."""

    code: str
    key: uuid.UUID
    title: str
    questions: tuple[str, ...] = ()


def asked(initiative: InitiativeContent) -> tuple[str, ...]:
    """The three tests, then the checklist of the initiative's quadrant."""
    return (*TESTS, *checklist(initiative.scope, initiative.intervention))


def answers_of(content: PlanContent) -> dict[uuid.UUID, dict[str, AnswerContent]]:
    """The answers of each initiative by their question."""
    found: dict[uuid.UUID, dict[str, AnswerContent]] = {}
    for answer in content.answers.values():
        found.setdefault(answer.initiative_key, {})[answer.question] = answer
    return found


def standing(answer: AnswerContent | None) -> str:
    """How one question stands: open, yes, no, unknown, or overridden with a reason."""
    if answer is None:
        return OPEN
    if answer.verdict != YES and answer.override:
        return OVERRIDDEN
    return answer.verdict


def findings(content: PlanContent) -> list[Finding]:
    """What the tests and checklists of a plan still ask for, initiative by initiative. Linear."""
    answered = answers_of(content)
    promised = {each.initiative_key for each in content.commitments.values()}
    building = {
        each.initiative_key for each in content.milestones.values() if each.purpose == BUILD_UP
    }
    return [
        finding
        for each in content.initiatives.values()
        for finding in _of(each, answered.get(each.key, {}), promised, building)
    ]


def blocks(finding: Finding, *, setting: str, in_force: Container[uuid.UUID]) -> bool:
    """Whether a finding keeps the plan back: only where the programme says "block".

    It is the *coming into* force that is tested: an initiative that is in force already
    is only warned of.
    """
    return setting == BLOCK and finding.code in MAY_BLOCK and finding.key not in in_force


def _of(
    initiative: InitiativeContent,
    answered: Mapping[str, AnswerContent],
    promised: Iterable[uuid.UUID],
    building: Iterable[uuid.UUID],
) -> list[Finding]:
    stand = {question: standing(answered.get(question)) for question in asked(initiative)}
    unanswered = tuple(question for question, each in stand.items() if each == OPEN)
    failed = tuple(question for question, each in stand.items() if each in (NO, UNKNOWN))
    found: list[tuple[str, tuple[str, ...]]] = []
    if not initiative.scope or not initiative.intervention:
        found.append(("not_placed", ()))
    if unanswered:
        found.append(("tests_open", unanswered))
    if failed:
        found.append(("tests_failed", failed))
    capability = answered.get("capability")
    if capability and capability.verdict == NO and initiative.key not in building:
        found.append(("build_up", ()))
    if initiative.intervention == "market":
        if initiative.key not in promised:
            found.append(("no_reciprocity", ()))
        if not initiative.expires_on:
            found.append(("no_exit", ()))
    return [Finding(code, initiative.key, initiative.title, which) for code, which in found]
