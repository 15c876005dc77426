"""A plan as one of its revisions made it: all its parts, under the names of that day.

What is shown never depends on what came later: contents by revision, targets by the
changes that set them, posts and organisations as they were called when it was adopted.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from labs.models import Milestone, Plan, Revision
from labs.rules import parts, revisions
from labs.rules.comparing import Row
from labs.rules.parts import Kind
from labs.selectors import changes, comparing, content, names
from people.selectors import continuity

# Which field of a part names the part it stands under.
ABOVE = {
    revisions.INITIATIVE: "goal_key",
    revisions.MILESTONE: "initiative_key",
    revisions.BUDGET_LINE: "initiative_key",
    revisions.COMMITMENT: "initiative_key",
    revisions.ANSWER: "initiative_key",
    revisions.DEPENDENCY: "milestone_key",
}


@dataclass
class Node:
    """A part with its fields in the order people read them, and what stands under it."""

    part: str
    key: uuid.UUID
    title: str
    rows: list[Row]
    below: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Version:
    """The goals with all below them, what ids are called, and the targets with what they are of."""

    goals: list[Node]
    names: names.Names
    targets: list[tuple[str, Row]]
    number: int


def version(plan: Plan, revision: Revision) -> Version:
    """The plan as an adopted ``revision`` made it. A fixed number of queries."""
    assert revision.number is not None
    assert revision.adopted_at is not None
    raw = content.raw_content(plan, revision.number)
    return Version(
        goals=_tree(raw),
        names=_names(raw, plan, revision.adopted_at),
        targets=[
            (each.label, Row(revisions.TARGET, each.field, None, each.value, ""))
            for each in comparing.targets_of(plan, revision.number)
        ],
        number=revision.number,
    )


def _tree(raw: content.Raw) -> list[Node]:
    nodes = {part_id: _node(part_id, fields, raw) for part_id, fields in raw.items()}
    goals: list[Node] = []
    for (part, key), node in nodes.items():
        above = _above(part, raw[part, key])
        if above in nodes:
            nodes[above].below.append(node)
        elif part == revisions.GOAL:
            goals.append(node)
    return goals


def _above(part: str, fields: dict[str, Any]) -> revisions.PartId | None:
    name = ABOVE.get(part)
    if name is None:
        return None
    rule = next(rule for rule in parts.SCHEMA[part] if rule.name == name)
    return rule.part, uuid.UUID(fields[name])


def _node(part_id: revisions.PartId, fields: dict[str, Any], raw: content.Raw) -> Node:
    part, key = part_id
    title = names.answered(fields, raw) if part == revisions.ANSWER else fields["title"]
    hidden = {ABOVE.get(part), None if part == revisions.ANSWER else "title"}
    shown = [rule.name for rule in parts.SCHEMA[part] if rule.name not in hidden]
    rows = [Row(part, name, None, fields[name], "") for name in shown if name in fields]
    return Node(part, key, str(title), rows)


def _values(raw: content.Raw) -> Iterator[names.Value]:
    for (part, _key), fields in raw.items():
        for name, value in fields.items():
            yield part, name, value


def _names(raw: content.Raw, plan: Plan, at: datetime) -> names.Names:
    """Posts and organisations as they were called that day, other plans' steps as they were."""
    day = at.date()
    titles = changes.titles(raw) | _steps(raw, plan, at)
    found = names.of(_values(raw), titles, plan)
    then: Any = continuity.posts_at(found.posts.values(), day)
    called: Any = continuity.names_at(found.organisations.values(), day)
    return replace(found, posts=then, organisations=called)


def _steps(raw: content.Raw, plan: Plan, at: datetime) -> dict[str, str]:
    """The steps of other plans that are named, as they were in force at the time."""
    keys = {
        uuid.UUID(each)
        for part, name, value in _values(raw)
        if names.kind_of(part, name) in (Kind.KEY, Kind.KEYS)
        for each in (value if isinstance(value, list) else [value])
    } - {key for _part, key in raw}
    if not keys:
        return {}
    rows = Milestone.objects.filter(
        Q(until_revision=None) | Q(until_revision__adopted_at__gt=at),
        key__in=keys,
        from_revision__adopted_at__lte=at,
    ).exclude(plan=plan)
    found = rows.annotate(kept=names.restricted()).values_list(
        "key", "title", "plan__lab__title", "kept"
    )
    return {
        str(key): _("a step of a restricted lab") if kept else f"{title} ({lab})"
        for key, title, lab, kept in found
    }
