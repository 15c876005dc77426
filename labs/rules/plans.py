"""A plan as it reads: its goals, initiatives and milestones with typed values."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from labs.rules.revisions import GOAL, INITIATIVE, MILESTONE, Content, Fields


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
    budget: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MilestoneContent:
    key: uuid.UUID
    initiative_key: uuid.UUID
    title: str
    owner_id: int | None = None
    starts_on: date | None = None
    finishes_on: date | None = None
    depends_on: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class PlanContent:
    """The parts of a plan by their permanent keys, each in the order it entered the plan."""

    goals: Mapping[uuid.UUID, GoalContent] = field(default_factory=dict)
    initiatives: Mapping[uuid.UUID, InitiativeContent] = field(default_factory=dict)
    milestones: Mapping[uuid.UUID, MilestoneContent] = field(default_factory=dict)

    def part(self, part: str, key: uuid.UUID) -> Any:
        """The goal, initiative or milestone with that key, or None."""
        kinds = {GOAL: self.goals, INITIATIVE: self.initiatives, MILESTONE: self.milestones}
        return kinds[part].get(key)

    def post_ids(self) -> set[int]:
        """Every post that leads an initiative or owns a milestone."""
        ids = {each.lead_id for each in self.initiatives.values()}
        ids |= {each.owner_id for each in self.milestones.values()}
        return {post_id for post_id in ids if post_id is not None}

    def __iter__(self) -> Iterator[GoalContent | InitiativeContent | MilestoneContent]:
        yield from self.goals.values()
        yield from self.initiatives.values()
        yield from self.milestones.values()


def plan_of(content: Content) -> PlanContent:
    """Typed parts out of the plain content that changes work on."""
    kinds: dict[str, dict[uuid.UUID, Any]] = {GOAL: {}, INITIATIVE: {}, MILESTONE: {}}
    for (part, key), fields in content.items():
        if part in kinds:
            kinds[part][key] = _BUILDERS[part](key, fields)
    return PlanContent(kinds[GOAL], kinds[INITIATIVE], kinds[MILESTONE])


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
    )


_BUILDERS = {GOAL: _goal, INITIATIVE: _initiative, MILESTONE: _milestone}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _id(text: str | None) -> int | None:
    return int(text) if text else None
