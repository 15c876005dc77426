"""A plan as nested lines, ready to show: goals, initiatives, milestones and what hangs on them.

A fixed number of queries, whatever the size of the plan.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from labs.models import (
    CommitmentCheck,
    DependencyAnswer,
    MilestoneReport,
    Plan,
    Question,
    ReferenceItem,
)
from labs.rules import answers as answer_rules
from labs.rules import commitments as commitment_rules
from labs.rules.answers import Finding
from labs.rules.plans import (
    AnswerContent,
    BudgetLineContent,
    CommitmentContent,
    DependencyContent,
    GoalContent,
    InitiativeContent,
    MilestoneContent,
    PlanContent,
)
from labs.rules.revisions import COMMITMENT, DEPENDENCY, INITIATIVE, MILESTONE
from labs.selectors import commitments, dependencies, names
from labs.selectors.milestones import latest_reports
from people.models import Organisation, Post

Each = TypeVar("Each")


@dataclass(frozen=True)
class DependencyLine:
    """What a step needs of another organisation, and what that organisation says of it."""

    content: DependencyContent
    provider: Organisation | None
    answer: DependencyAnswer | None
    state: str
    step: str


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone as a page shows it.

    ``depends_on``: the milestones of this plan that come first; ``elsewhere``: what those
    of other plans are called.
    """

    content: MilestoneContent
    owner: Post | None
    report: MilestoneReport | None
    depends_on: list[MilestoneContent]
    elsewhere: list[str] = field(default_factory=list)
    budget_line: BudgetLineContent | None = None
    dependencies: list[DependencyLine] = field(default_factory=list)


@dataclass(frozen=True)
class CommitmentLine:
    """A promise, the newest look at it, and whether its verification is due."""

    content: CommitmentContent
    beneficiary: Organisation | None
    check: CommitmentCheck | None
    is_due: bool


@dataclass(frozen=True)
class AnswerLine:
    """One question asked of an initiative and how it stands."""

    question: str
    label: Any
    standing: str
    content: AnswerContent | None


FIRST = 25  # milestones of one initiative that a plan shows before "all of them"


@dataclass(frozen=True)
class InitiativeLine:
    content: InitiativeContent
    lead: Post | None
    milestones: list[MilestoneLine]
    budget_lines: list[BudgetLineContent] = field(default_factory=list)
    commitments: list[CommitmentLine] = field(default_factory=list)
    answers: list[AnswerLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    instrument: ReferenceItem | None = None
    target_group: ReferenceItem | None = None

    @property
    def answered(self) -> int:
        return sum(line.content is not None for line in self.answers)

    @property
    def first(self) -> list[MilestoneLine]:
        """The milestones that stand in the tree; a page of their own has all of them."""
        return self.milestones[:FIRST]

    @property
    def more(self) -> int:
        """How many milestones the tree leaves out."""
        return max(0, len(self.milestones) - FIRST)


@dataclass(frozen=True)
class GoalLine:
    content: GoalContent
    initiatives: list[InitiativeLine]


def tree(
    content: PlanContent,
    plan: Plan | int | None = None,
    *,
    on: date | None = None,
    recorded: bool = True,
) -> list[GoalLine]:
    """The plan as nested sections.

    ``recorded``: with what was reported, checked and answered since; without, the plan
    alone, as it was. ``on``: the day on which promises and requests are due.
    """
    means = by(
        _Reading(content, plan, on, recorded).initiatives(), lambda row: row.content.goal_key
    )
    return [GoalLine(goal, means.get(goal.key, [])) for goal in content.goals.values()]


def initiative(
    content: PlanContent, key: uuid.UUID, plan: Plan, *, on: date, recorded: bool = True
) -> InitiativeLine | None:
    """One initiative with everything of it; None if the plan does not hold it."""
    lines = _Reading(content.within(key), plan, on, recorded).initiatives()
    return next((line for line in lines if line.content.key == key), None)


class _Reading:
    """One reading of a plan: everything its parts name is looked up once."""

    def __init__(
        self, content: PlanContent, plan: Plan | int | None, on: date | None, recorded: bool
    ) -> None:
        self.content = content
        self.on = on
        titles = {str(each.key): each.title for each in content}
        self.names = names.of(_named(content), titles, plan)
        self.reports = latest_reports(content.milestones) if recorded else {}
        self.checks = commitments.newest(content.commitments) if recorded else {}
        self.requests: dict[uuid.UUID, dependencies.Standing] = (
            dependencies.standings(content.dependencies.values(), on) if recorded else {}
        )
        self.findings = by(answer_rules.findings(content), lambda each: each.key)
        self.answers = answer_rules.answers_of(content)
        self.needs = by(content.dependencies.values(), lambda each: each.milestone_key)
        self.steps = by(content.milestones.values(), lambda each: each.initiative_key)
        self.lines = by(content.budget_lines.values(), lambda each: each.initiative_key)
        self.promises = by(content.commitments.values(), lambda each: each.initiative_key)

    def initiatives(self) -> list[InitiativeLine]:
        return [self._initiative(each) for each in self.content.initiatives.values()]

    def _initiative(self, each: InitiativeContent) -> InitiativeLine:
        answered = self.answers.get(each.key, {})
        return InitiativeLine(
            content=each,
            lead=self.names.posts.get(each.lead_id or 0),
            milestones=[self._milestone(step) for step in self.steps.get(each.key, [])],
            budget_lines=self.lines.get(each.key, []),
            commitments=[self._commitment(row) for row in self.promises.get(each.key, [])],
            answers=[_answer(question, answered) for question in answer_rules.asked(each)],
            findings=self.findings.get(each.key, []),
            instrument=self.names.items.get(each.instrument_id or 0),
            target_group=self.names.items.get(each.target_group_id or 0),
        )

    def _milestone(self, step: MilestoneContent) -> MilestoneLine:
        own = self.content.milestones
        return MilestoneLine(
            content=step,
            owner=self.names.posts.get(step.owner_id or 0),
            report=self.reports.get(step.key),
            depends_on=[own[key] for key in step.depends_on if key in own],
            elsewhere=[
                self.names.titles[str(key)]
                for key in step.depends_on
                if key not in own and str(key) in self.names.titles
            ],
            budget_line=self.content.budget_lines.get(step.budget_line_key)
            if step.budget_line_key
            else None,
            dependencies=[self._dependency(row) for row in self.needs.get(step.key, [])],
        )

    def _dependency(self, row: DependencyContent) -> DependencyLine:
        request = self.requests.get(row.key)
        return DependencyLine(
            content=row,
            provider=self.names.organisations.get(row.provider_id),
            answer=request.answer if request else None,
            state=request.state if request else "",
            step=(request.step if request else "") or self.names.titles.get(str(row.step_key), ""),
        )

    def _commitment(self, row: CommitmentContent) -> CommitmentLine:
        check = self.checks.get(row.key)
        last = check.at.date() if check else None
        return CommitmentLine(
            content=row,
            beneficiary=self.names.organisations.get(row.beneficiary_id or 0),
            check=check,
            is_due=self.on is not None and commitment_rules.is_due(row.verify_on, last, self.on),
        )


def _answer(question: str, answered: dict[str, AnswerContent]) -> AnswerLine:
    content = answered.get(question)
    return AnswerLine(question, Question(question).label, answer_rules.standing(content), content)


def _named(content: PlanContent) -> Iterable[names.Value]:
    """Everything that the parts of a plan name by id, or by the key of another plan's step."""
    for each in content.initiatives.values():
        yield INITIATIVE, "lead", each.lead_id
        yield INITIATIVE, "instrument", each.instrument_id
        yield INITIATIVE, "target_group", each.target_group_id
    for step in content.milestones.values():
        yield MILESTONE, "owner", step.owner_id
        yield MILESTONE, "depends_on", step.depends_on
    for promise in content.commitments.values():
        yield COMMITMENT, "beneficiary", promise.beneficiary_id
    for need in content.dependencies.values():
        yield DEPENDENCY, "provider", need.provider_id
        yield DEPENDENCY, "step_key", need.step_key


def by(rows: Iterable[Each], key: Callable[[Each], uuid.UUID]) -> dict[uuid.UUID, list[Each]]:
    """Rows by what they belong to, in their order."""
    found: dict[uuid.UUID, list[Each]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
