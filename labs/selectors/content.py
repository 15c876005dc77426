"""What a plan holds as plain values, from rows and from changes; the ground of all readings."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from labs.models import (
    Answer,
    BudgetLine,
    Change,
    Commitment,
    Dependency,
    Goal,
    Initiative,
    Milestone,
    Plan,
    Revision,
)
from labs.rules import parts, revisions
from ledger import once
from people.models import Post

Raw = dict[revisions.PartId, dict[str, Any]]
MODELS: dict[str, Any] = {
    revisions.GOAL: Goal,
    revisions.INITIATIVE: Initiative,
    revisions.MILESTONE: Milestone,
    revisions.BUDGET_LINE: BudgetLine,
    revisions.COMMITMENT: Commitment,
    revisions.ANSWER: Answer,
    revisions.DEPENDENCY: Dependency,
}
# Columns whose names differ from the fields of changes.
COLUMNS = {
    "lead": "lead_id",
    "owner": "owner_id",
    "instrument": "instrument_id",
    "target_group": "target_group_id",
    "beneficiary": "beneficiary_id",
    "provider": "provider_id",
}
OPEN = (Revision.State.DRAFT, Revision.State.SUBMITTED)


def raw_content(plan: Plan, number: int | None = None) -> Raw:
    """The plan as revision ``number`` made it; None: as it is in force.

    One query per kind of part."""
    if plan.in_force_id is None or number == 0:
        return {}
    return {part_id: {**fields} for part_id, fields in _stored(plan, number).items()}


@once.once
def _stored(plan: Plan, number: int | None) -> Raw:
    found: Raw = {}
    for part, model in MODELS.items():
        rows: Any = model._default_manager.filter(plan=plan)
        if number is None:
            rows = rows.filter(until_revision=None)
        else:
            rows = rows.filter(
                Q(until_revision=None) | Q(until_revision__number__gt=number),
                from_revision__number__lte=number,
            )
        for row in rows.order_by("position", "pk").values():
            found[part, row["key"]] = plain(part, row)
    return found


def raw_before(revision: Revision) -> Raw:
    """What ``revision`` is laid on.

    An open one: what is in force today, for that is what adopting it would change.
    An adopted one: the revision before it. Any other: what it was written on.
    """
    if revision.state in OPEN:
        return raw_content(revision.plan)
    if revision.number is not None:
        return raw_content(revision.plan, revision.number - 1)
    return raw_content(revision.plan, revision.base.number) if revision.base else {}


def raw_draft(revision: Revision) -> Raw:
    """The plan as ``revision`` makes it, or made it."""
    if revision.number is not None:
        return raw_content(revision.plan, revision.number)
    return revisions.apply(raw_before(revision), part_changes(revision))


def part_changes(revision: Revision) -> list[revisions.Change]:
    """The revision's changes of goals, initiatives and milestones."""
    rows = revision.changes.exclude(part=Change.Part.TARGET).order_by("pk")
    return [pure(row) for row in rows]


def pure(change: Change) -> revisions.Change:
    """A stored change as the rules know it."""
    return revisions.Change(
        part=change.part,
        key=change.key,
        field=change.field,
        before=change.before,
        after=change.after,
        reason=change.reason,
    )


def elsewhere(plan: Plan, raw: revisions.Content) -> set[uuid.UUID]:
    """The milestones of other plans that ``raw`` names; no query when it names none."""
    named = parts.outside(raw)
    if not named:
        return set()
    rows = Milestone.objects.filter(key__in=named).exclude(plan=plan)
    return set(rows.values_list("key", flat=True))


def plain(part: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored row in the one spelling that changes use; empty fields left out."""
    fields = {}
    for rule in parts.SCHEMA[part]:
        value = row[COLUMNS.get(rule.name, rule.name)]
        if value not in (None, "", []):
            fields[rule.name] = _spelled(rule.kind, value)
    return fields


def _spelled(kind: parts.Kind, value: Any) -> Any:
    if kind is parts.Kind.DATE:
        return value.isoformat()
    if kind is parts.Kind.DECIMAL:
        return parts.read_decimal(format(value, "f"))
    if kind is parts.Kind.KEYS:
        return sorted(str(key) for key in value)
    return str(value)


def named_posts(ids: Iterable[int]) -> dict[int, Post]:
    """Posts by id with their organisations, in one query."""
    return Post.objects.select_related("organisation").in_bulk(set(ids))
