"""Reading plans: what is in force, what was, what a draft would make of it.

Each of these costs a fixed number of queries, whatever the size of the plan.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet

from labs.models import Change, Plan, Revision, StressTest
from labs.rules import plans
from labs.rules.plans import PlanContent
from labs.rules.revisions import INITIATIVE, REMOVED
from labs.selectors import names
from labs.selectors.changes import history, why
from labs.selectors.content import MODELS, OPEN, named_posts, raw_content, raw_draft
from labs.selectors.milestones import latest_reports, milestones_due
from labs.selectors.names import Names
from labs.selectors.tree import GoalLine, InitiativeLine, MilestoneLine, initiative, tree
from people.models import Post

__all__ = [
    "OPEN",
    "GoalLine",
    "InitiativeLine",
    "MilestoneLine",
    "Names",
    "content",
    "draft",
    "history",
    "initiative",
    "latest_reports",
    "milestones_due",
    "named",
    "posts",
    "tree",
    "why",
]


def content(plan: Plan, number: int | None = None) -> PlanContent:
    """The plan as revision ``number`` made it; without a number, what is in force.

    Empty when nothing is in force yet. One query per kind of part.
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


def named(plan: Plan, content: PlanContent, told: Iterable[Change] = ()) -> Names:
    """The titles of a plan's parts, and what it and the changes ``told`` name."""
    titles = {str(each.key): each.title for each in content}
    values = [
        (change.part, change.field, value)
        for change in told
        if change.field != REMOVED
        for value in (change.before, change.after)
    ]
    values += [(INITIATIVE, "lead", post) for post in content.post_ids()]
    return names.of(values, titles, plan)


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


def last_number(part: str, key: uuid.UUID) -> int | None:
    """The number of the last revision whose plan held the part; None if none did."""
    row: Any = (
        MODELS[part]
        .objects.filter(key=key)
        .select_related("until_revision", "plan__in_force")
        .order_by(F("until_revision__number").desc(nulls_first=True))
        .first()
    )
    if row is None:
        return None
    until = row.until_revision
    return int(until.number - 1 if until else row.plan.in_force.number)
