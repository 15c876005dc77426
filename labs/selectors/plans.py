"""Reading plans: what is in force, what was, what a draft would make of it.

Each of these costs a fixed number of queries, whatever the size of the plan.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from labs.models import Change, MilestoneReport, Plan, Revision, StressTest
from labs.rules import plans
from labs.rules.plans import GoalContent, InitiativeContent, MilestoneContent, PlanContent
from labs.selectors.changes import history, why
from labs.selectors.content import COLUMNS, MODELS, OPEN, named_posts, raw_content, raw_draft
from labs.selectors.milestones import latest_reports, milestones_due
from people.models import Post

__all__ = [
    "OPEN",
    "content",
    "draft",
    "history",
    "latest_reports",
    "milestones_due",
    "posts",
    "why",
]


def content(plan: Plan, number: int | None = None) -> PlanContent:
    """The plan as revision ``number`` made it; without a number, what is in force.

    Empty when nothing is in force yet. Three queries.
    """
    return plans.plan_of(raw_content(plan, number))


def draft(revision: Revision) -> PlanContent:
    """The plan as ``revision`` makes it, or made it.

    A revision that is still open is read on top of what is in force today, for that
    is what adopting it would give.
    """
    return plans.plan_of(raw_draft(revision))


def posts(content: PlanContent) -> dict[int, Post]:
    """Every post that a plan names, by id, in one query."""
    return named_posts(content.post_ids())


@dataclass(frozen=True)
class Names:
    """What ids and keys in a plan are called."""

    titles: dict[str, str]
    posts: dict[int, Post]


def names(content: PlanContent, told: Iterable[Change] = ()) -> Names:
    """The titles of a plan's parts and the posts that it or the changes ``told`` name."""
    ids = content.post_ids()
    for change in told:
        if change.field in COLUMNS:
            ids |= {int(post) for post in (change.before, change.after) if post}
    return Names({str(each.key): each.title for each in content}, named_posts(ids))


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone as a page shows it: with its owner, newest report and what comes first."""

    content: MilestoneContent
    owner: Post | None
    report: MilestoneReport | None
    depends_on: list[MilestoneContent]


@dataclass(frozen=True)
class InitiativeLine:
    content: InitiativeContent
    lead: Post | None
    milestones: list[MilestoneLine]


@dataclass(frozen=True)
class GoalLine:
    content: GoalContent
    initiatives: list[InitiativeLine]


def tree(content: PlanContent) -> list[GoalLine]:
    """The plan as nested sections, ready to show. Two queries: posts and newest reports."""
    named = posts(content)
    reports = latest_reports(content.milestones)
    steps: dict[uuid.UUID, list[MilestoneLine]] = {}
    for each in content.milestones.values():
        steps.setdefault(each.initiative_key, []).append(
            _milestone_line(each, content.milestones, named, reports)
        )
    means: dict[uuid.UUID, list[InitiativeLine]] = {}
    for initiative in content.initiatives.values():
        line = InitiativeLine(
            initiative, named.get(initiative.lead_id or 0), steps.get(initiative.key, [])
        )
        means.setdefault(initiative.goal_key, []).append(line)
    return [GoalLine(goal, means.get(goal.key, [])) for goal in content.goals.values()]


def _milestone_line(
    milestone: MilestoneContent,
    milestones: Mapping[uuid.UUID, MilestoneContent],
    named: Mapping[int, Post],
    reports: Mapping[uuid.UUID, MilestoneReport],
) -> MilestoneLine:
    return MilestoneLine(
        content=milestone,
        owner=named.get(milestone.owner_id or 0),
        report=reports.get(milestone.key),
        depends_on=[milestones[key] for key in milestone.depends_on if key in milestones],
    )


def stress_test(revision: Revision) -> StressTest | None:
    """The newest stress test of a revision."""
    return revision.stress_tests.select_related("by_user", "by_post__organisation").first()


def open_drafts(plan: Plan) -> QuerySet[Revision]:
    """Revisions that are being written or stand before their forum."""
    return plan.revisions.filter(state__in=OPEN).order_by("pk")


def adopted(plan: Plan) -> QuerySet[Revision]:
    """The plan's adopted revisions, newest first."""
    return plan.revisions.filter(state=Revision.State.ADOPTED).order_by("-number")


def plan_holding(part: str, key: uuid.UUID) -> Plan | None:
    """The plan that holds, or ever held, the part with this key; None if none did."""
    row: Any = (
        MODELS[part]
        .objects.filter(key=key)
        .select_related("plan__lab__area__programme", "plan__in_force")
        .order_by(F("until_revision").asc(nulls_first=True))
        .first()
    )
    return row.plan if row else None
