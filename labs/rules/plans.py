"""A plan as it reads: its goals, initiatives and milestones with typed values."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from labs.rules.revisions import (
    ANSWER,
    BUDGET_LINE,
    COMMITMENT,
    DEPENDENCY,
    GOAL,
    INITIATIVE,
    MILESTONE,
    Content,
    Fields,
)


@dataclass(frozen=True, slots=True)
class GoalContent:
    key: uuid.UUID
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class InitiativeContent:
    key: uuid.UUID
    goal_key: uuid.UUID
    title: str
    description: str = ""
    lead_id: int | None = None
    starts_on: date | None = None
    finishes_on: date | None = None
    expires_on: date | None = None
    wind_down_until: date | None = None
    budget: Decimal | None = None
    scope: str = ""
    intervention: str = ""
    pathway: str = ""
    instrument_id: int | None = None
    target_group_id: int | None = None


@dataclass(frozen=True, slots=True)
class MilestoneContent:
    key: uuid.UUID
    initiative_key: uuid.UUID
    title: str
    owner_id: int | None = None
    starts_on: date | None = None
    finishes_on: date | None = None
    depends_on: tuple[uuid.UUID, ...] = ()
    budget_line_key: uuid.UUID | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class BudgetLineContent:
    """``planned`` in ``currency``, in prices of ``price_base`` (None: current prices)."""

    key: uuid.UUID
    initiative_key: uuid.UUID
    title: str
    currency: str
    year: int
    planned: Decimal
    price_base: int | None = None


@dataclass(frozen=True, slots=True)
class CommitmentContent:
    key: uuid.UUID
    initiative_key: uuid.UUID
    title: str
    verify_on: date
    sanction: str
    beneficiary_id: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerContent:
    """An answer of labs.rules.quadrants; ``title`` is its reason."""

    key: uuid.UUID
    initiative_key: uuid.UUID
    question: str
    verdict: str
    title: str
    override: str = ""


@dataclass(frozen=True, slots=True)
class DependencyContent:
    key: uuid.UUID
    milestone_key: uuid.UUID
    title: str
    provider_id: int
    due_on: date
    step_key: uuid.UUID | None = None


@dataclass(frozen=True)
class PlanContent:
    """The parts of a plan by their permanent keys, each in the order it entered the plan."""

    goals: Mapping[uuid.UUID, GoalContent] = field(default_factory=dict)
    initiatives: Mapping[uuid.UUID, InitiativeContent] = field(default_factory=dict)
    milestones: Mapping[uuid.UUID, MilestoneContent] = field(default_factory=dict)
    budget_lines: Mapping[uuid.UUID, BudgetLineContent] = field(default_factory=dict)
    commitments: Mapping[uuid.UUID, CommitmentContent] = field(default_factory=dict)
    answers: Mapping[uuid.UUID, AnswerContent] = field(default_factory=dict)
    dependencies: Mapping[uuid.UUID, DependencyContent] = field(default_factory=dict)

    def part(self, part: str, key: uuid.UUID) -> Any:
        """The part with that key, or None."""
        kinds: dict[str, Mapping[uuid.UUID, Any]] = {
            GOAL: self.goals,
            INITIATIVE: self.initiatives,
            MILESTONE: self.milestones,
            BUDGET_LINE: self.budget_lines,
            COMMITMENT: self.commitments,
            ANSWER: self.answers,
            DEPENDENCY: self.dependencies,
        }
        return kinds[part].get(key)

    def post_ids(self) -> set[int]:
        """Every post that leads an initiative or owns a milestone."""
        ids = {each.lead_id for each in self.initiatives.values()}
        ids |= {each.owner_id for each in self.milestones.values()}
        return {post_id for post_id in ids if post_id is not None}

    def within(self, initiative: uuid.UUID) -> PlanContent:
        """What belongs to one initiative alone: itself and all that hangs on it."""

        def own(parts: Mapping[uuid.UUID, Any]) -> dict[uuid.UUID, Any]:
            return {key: part for key, part in parts.items() if part.initiative_key == initiative}

        milestones = own(self.milestones)
        return PlanContent(
            initiatives={k: v for k, v in self.initiatives.items() if k == initiative},
            milestones=milestones,
            budget_lines=own(self.budget_lines),
            commitments=own(self.commitments),
            answers=own(self.answers),
            dependencies={
                key: part
                for key, part in self.dependencies.items()
                if part.milestone_key in milestones
            },
        )

    def __iter__(self) -> Iterator[Any]:
        """Every part that is known by its title; an answer's title is its reason."""
        yield from self.goals.values()
        yield from self.initiatives.values()
        yield from self.milestones.values()
        yield from self.budget_lines.values()
        yield from self.commitments.values()
        yield from self.dependencies.values()


def plan_of(content: Content) -> PlanContent:
    """Typed parts out of the plain content that changes work on."""
    kinds: dict[str, dict[uuid.UUID, Any]] = {part: {} for part in _BUILDERS}
    for (part, key), fields in content.items():
        if part in kinds:
            kinds[part][key] = _BUILDERS[part](key, fields)
    return PlanContent(
        goals=kinds[GOAL],
        initiatives=kinds[INITIATIVE],
        milestones=kinds[MILESTONE],
        budget_lines=kinds[BUDGET_LINE],
        commitments=kinds[COMMITMENT],
        answers=kinds[ANSWER],
        dependencies=kinds[DEPENDENCY],
    )


def _goal(key: uuid.UUID, fields: Fields) -> GoalContent:
    return GoalContent(key, fields["title"], fields.get("description") or "")


def _initiative(key: uuid.UUID, fields: Fields) -> InitiativeContent:
    budget = fields.get("budget")
    return InitiativeContent(
        key=key,
        goal_key=uuid.UUID(fields["goal_key"]),
        title=fields["title"],
        description=fields.get("description") or "",
        lead_id=_id(fields.get("lead")),
        starts_on=_day(fields.get("starts_on")),
        finishes_on=_day(fields.get("finishes_on")),
        expires_on=_day(fields.get("expires_on")),
        wind_down_until=_day(fields.get("wind_down_until")),
        scope=fields.get("scope") or "",
        intervention=fields.get("intervention") or "",
        pathway=fields.get("pathway") or "",
        instrument_id=_id(fields.get("instrument")),
        target_group_id=_id(fields.get("target_group")),
        budget=Decimal(budget) if budget is not None else None,
    )


def _milestone(key: uuid.UUID, fields: Fields) -> MilestoneContent:
    return MilestoneContent(
        key=key,
        initiative_key=uuid.UUID(fields["initiative_key"]),
        title=fields["title"],
        owner_id=_id(fields.get("owner")),
        starts_on=_day(fields.get("starts_on")),
        finishes_on=_day(fields.get("finishes_on")),
        depends_on=tuple(uuid.UUID(each) for each in fields.get("depends_on") or ()),
        budget_line_key=_key(fields.get("budget_line_key")),
        purpose=fields.get("purpose") or "",
    )


def _budget_line(key: uuid.UUID, fields: Fields) -> BudgetLineContent:
    return BudgetLineContent(
        key=key,
        initiative_key=uuid.UUID(fields["initiative_key"]),
        title=fields["title"],
        currency=fields["currency"],
        year=int(fields["year"]),
        planned=Decimal(fields["planned"]),
        price_base=_id(fields.get("price_base")),
    )


def _commitment(key: uuid.UUID, fields: Fields) -> CommitmentContent:
    return CommitmentContent(
        key=key,
        initiative_key=uuid.UUID(fields["initiative_key"]),
        title=fields["title"],
        verify_on=date.fromisoformat(fields["verify_on"]),
        sanction=fields["sanction"],
        beneficiary_id=_id(fields.get("beneficiary")),
    )


def _answer(key: uuid.UUID, fields: Fields) -> AnswerContent:
    return AnswerContent(
        key=key,
        initiative_key=uuid.UUID(fields["initiative_key"]),
        question=fields["question"],
        verdict=fields["verdict"],
        title=fields["title"],
        override=fields.get("override") or "",
    )


def _dependency(key: uuid.UUID, fields: Fields) -> DependencyContent:
    return DependencyContent(
        key=key,
        milestone_key=uuid.UUID(fields["milestone_key"]),
        title=fields["title"],
        provider_id=int(fields["provider"]),
        due_on=date.fromisoformat(fields["due_on"]),
        step_key=_key(fields.get("step_key")),
    )


_BUILDERS: dict[str, Callable[[uuid.UUID, Fields], Any]] = {
    GOAL: _goal,
    INITIATIVE: _initiative,
    MILESTONE: _milestone,
    BUDGET_LINE: _budget_line,
    COMMITMENT: _commitment,
    ANSWER: _answer,
    DEPENDENCY: _dependency,
}


def _key(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _id(text: str | None) -> int | None:
    return int(text) if text else None
