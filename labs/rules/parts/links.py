"""What does not hold within a part, or between it and the rest of the plan."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Set
from typing import Any

from labs.rules import waits
from labs.rules.parts.schema import SCHEMA, Field, Kind, Problem
from labs.rules.revisions import MILESTONE, Content

# The fields of each kind of part that name other parts.
LINKS = {part: [rule for rule in rules if rule.part] for part, rules in SCHEMA.items()}
# Pairs of dates of which the second must not come before the first.
IN_ORDER = (
    ("starts_on", "finishes_on"),
    ("starts_on", "expires_on"),
    ("finishes_on", "expires_on"),
    ("expires_on", "wind_down_until"),
)


def check(
    part: str,
    key: uuid.UUID,
    fields: Mapping[str, Any],
    content: Content,
    elsewhere: Set[uuid.UUID] = frozenset(),
) -> dict[str, Problem]:
    """What does not hold within one part, or between it and the rest of the plan.

    ``fields`` is the whole part as it would be, ``content`` the plan with it in,
    ``elsewhere`` the keys of other plans' parts that it may name.
    """
    problems = {
        rule.name: Problem("required")
        for rule in SCHEMA[part]
        if rule.required and fields.get(rule.name) is None
    }
    for earlier, later in out_of_order(fields):
        problems.setdefault(later, Problem("before", {"other": earlier, "day": fields[earlier]}))
    for rule in SCHEMA[part]:
        if rule.part and rule.name not in problems:
            wrong = _check_links(rule, key, fields.get(rule.name), content, elsewhere)
            if wrong:
                problems[rule.name] = wrong
    return problems


def out_of_order(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The pairs of a part's dates of which the second comes before the first."""
    return [
        (earlier, later)
        for earlier, later in IN_ORDER
        if fields.get(earlier) and fields.get(later) and fields[later] < fields[earlier]
    ]


def _check_links(
    rule: Field, key: uuid.UUID, value: Any, content: Content, elsewhere: Set[uuid.UUID]
) -> Problem | None:
    if _outside(rule, value, content, elsewhere):
        return Problem("not_in_plan", {"part": rule.part})
    if rule.kind is Kind.KEYS and key in before_it(key, content):
        return Problem("comes_before_itself", {"circle": json.dumps(named_circle(key, content))})
    return None


def _outside(rule: Field, value: Any, content: Content, elsewhere: Set[uuid.UUID]) -> bool:
    """Whether the value names what neither this plan nor, where it may, another one holds."""
    for each in map(uuid.UUID, _keys(value)):
        if (rule.part, each) not in content and not (rule.elsewhere and each in elsewhere):
            return True
    return False


def circle(key: uuid.UUID, content: Content) -> list[uuid.UUID]:
    """The shortest way from milestone ``key`` back to itself: each waits for the next.

    Begins and ends with ``key``; empty when it does not wait for itself.
    """
    came_from: dict[uuid.UUID, uuid.UUID] = {}
    near = [key]
    while near:
        far: list[uuid.UUID] = []
        for each in near:
            fields = content.get((MILESTONE, each), {})
            for first in map(uuid.UUID, fields.get("depends_on") or []):
                if first == key:
                    return [key, *_way(each, key, came_from), key]
                if first not in came_from:
                    came_from[first] = each
                    far.append(first)
        near = far
    return []


def _way(end: uuid.UUID, start: uuid.UUID, came_from: Mapping[uuid.UUID, uuid.UUID]) -> Any:
    way = []
    while end != start:
        way.append(end)
        end = came_from[end]
    return reversed(way)


def named_circle(key: uuid.UUID, content: Content) -> list[tuple[str, str]]:
    """Title and owner (the id of a post, or "") of each milestone in the circle of ``key``."""
    steps = [content.get((MILESTONE, each), {}) for each in circle(key, content)]
    return [(str(step.get("title", "")), str(step.get("owner") or "")) for step in steps]


def before_themselves(content: Content) -> set[uuid.UUID]:
    """All milestones that wait for themselves, near or far; grows linearly with the plan."""
    graph: waits.Graph = {
        key: dict.fromkeys(map(uuid.UUID, fields["depends_on"]))
        for (part, key), fields in content.items()
        if part == MILESTONE and "depends_on" in fields
    }
    return {key for part in waits.components(graph) for key in part if isinstance(key, uuid.UUID)}


def _keys(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def outside(content: Content) -> set[uuid.UUID]:
    """The keys that parts of the plan name and that it does not hold: of other plans, or gone."""
    return {
        uuid.UUID(each)
        for (part, _key), fields in content.items()
        for rule in SCHEMA.get(part, ())
        if rule.elsewhere
        for each in _keys(fields.get(rule.name))
        if (rule.part, uuid.UUID(each)) not in content
    }


def before_it(key: uuid.UUID, content: Content) -> set[uuid.UUID]:
    """All milestones that must be done before milestone ``key``, near and far."""
    found: set[uuid.UUID] = set()
    waiting = [key]
    while waiting:
        fields = content.get((MILESTONE, waiting.pop()), {})
        new = {uuid.UUID(each) for each in fields.get("depends_on") or []} - found
        found |= new
        waiting += new
    return found


def pointing_at(part: str, key: uuid.UUID, content: Content) -> list[tuple[str, uuid.UUID]]:
    """The parts that name ``key`` and would be left hanging without it."""
    return [
        part_id
        for part_id, fields in content.items()
        for rule in SCHEMA.get(part_id[0], ())
        if rule.part == part and _names(fields.get(rule.name), str(key))
    ]


def hanging(
    content: Content, elsewhere: Set[uuid.UUID] = frozenset()
) -> dict[tuple[str, uuid.UUID], Problem]:
    """Parts that name something no plan holds, or that come before themselves.

    ``elsewhere``: what other plans hold of ``outside(content)``.
    """
    found: dict[tuple[str, uuid.UUID], Problem] = {}
    circular = before_themselves(content)
    for part_id, fields in content.items():
        for rule in LINKS.get(part_id[0], ()):
            value = fields.get(rule.name)
            if value and _outside(rule, value, content, elsewhere):
                found.setdefault(part_id, Problem("not_in_plan", {"part": rule.part}))
            elif rule.kind is Kind.KEYS and part_id[1] in circular:
                found.setdefault(part_id, Problem("comes_before_itself"))
    return found


def _names(value: Any, key: str) -> bool:
    return key == value if isinstance(value, str) else key in (value or [])
