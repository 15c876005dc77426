"""Plans as data: what a set of changes makes of a plan, and whether it still fits.

A plan's content maps each part, by kind and permanent key, to its fields. Values
are strings, lists of strings or, for a target, a mapping of strings; a field
without a value is absent, and a part without fields does not exist.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GOAL, INITIATIVE, MILESTONE, TARGET = "goal", "initiative", "milestone", "target"
BUDGET_LINE, COMMITMENT = "budget_line", "commitment"
ANSWER, DEPENDENCY = "answer", "dependency"
PARTS = (GOAL, INITIATIVE, MILESTONE, BUDGET_LINE, COMMITMENT, ANSWER, DEPENDENCY)
REMOVED = "removed"
TITLE = "title"
PATH = "path"  # the field of a target change that says how the way to the targets runs

Value = Any  # str | list[str] | dict[str, str | None] | None, as JSON holds it
PartId = tuple[str, uuid.UUID]
Fields = Mapping[str, Value]
Content = Mapping[PartId, Fields]


@dataclass(frozen=True)
class Change:
    """One field of one part: before and after. ``before`` None: it was not there."""

    part: str
    key: uuid.UUID
    field: str
    before: Value
    after: Value
    reason: str = ""

    @property
    def part_id(self) -> PartId:
        return self.part, self.key

    @property
    def touches(self) -> str:
        return touches(self.part, self.field)


@dataclass(frozen=True)
class Conflict:
    """A change that rests on a value which is no longer there."""

    change: Change
    now: Value


def touches(part: str, field: str) -> str:
    """Whether a change of ``field`` of ``part`` concerns the goal or its execution.

    What is to be reached (goals and target values) is "goal"; by which means and in
    which steps (initiatives, milestones and what hangs on them) is "execution".
    """
    return "goal" if part in {GOAL, TARGET} else "execution"


def described(fields: Fields) -> list[str]:
    """All fields of a part as sorted lines: what a removal takes away, kept in its ``before``."""
    return [f"{name}={json.dumps(fields[name], sort_keys=True)}" for name in sorted(fields)]


def undescribed(lines: Iterable[str]) -> dict[str, Value]:
    """The fields that ``described`` wrote down."""
    pairs = (line.split("=", 1) for line in lines)
    return {name: json.loads(text) for name, text in pairs}


def apply(content: Content, changes: Iterable[Change]) -> dict[PartId, dict[str, Value]]:
    """``content`` after ``changes``. Neither argument is altered.

    Changes of a part that is not there (any more) and is not made by them fall
    away: half a part never comes into being. ``conflicts`` names such changes.
    """
    after = {part_id: dict(fields) for part_id, fields in content.items()}
    for part_id, group in grouped(changes).items():
        if any(change.field == REMOVED for change in group):
            after.pop(part_id, None)
            continue
        if part_id not in after and part_id[0] != TARGET and not creates(group):
            continue
        fields = after.setdefault(part_id, {})
        for change in group:
            if change.after is None:
                fields.pop(change.field, None)
            else:
                fields[change.field] = change.after
        if not fields:
            del after[part_id]
    return after


def diff(before: Content, after: Content) -> list[Change]:
    """The changes that make ``after`` out of ``before``: only what differs.

    Order: parts that leave, then parts in the order of ``after``, fields by name.
    """
    changes: list[Change] = []
    for (part, key), fields in before.items():
        if (part, key) in after:
            continue
        if part == TARGET:
            changes += [Change(part, key, name, fields[name], None) for name in sorted(fields)]
        else:
            changes.append(Change(part, key, REMOVED, described(fields), None))
    for (part, key), fields in after.items():
        old = before.get((part, key), {})
        if old == fields:
            continue
        changes += [
            Change(part, key, name, old.get(name), fields.get(name))
            for name in sorted({*old, *fields})
            if old.get(name) != fields.get(name)
        ]
    return changes


def conflicts(changes: Iterable[Change], current: Content) -> list[Conflict]:
    """The changes whose ``before`` is no longer what ``current`` says.

    A change that asks for what is already so is no conflict. Targets are not part
    of a plan's content here; whoever holds them compares them.
    """
    found: list[Conflict] = []
    for part_id, group in grouped(changes).items():
        if part_id[0] == TARGET:
            continue
        fields = current.get(part_id)
        new = creates(group)
        for change in group:
            if change.field == REMOVED:
                now: Value = described(fields) if fields is not None else None
                stale = now not in (change.before, None)
            else:
                now = (fields or {}).get(change.field)
                gone = fields is None and not new
                stale = gone or now not in (change.before, change.after)
            if stale:
                found.append(Conflict(change, now))
    return found


def grouped(changes: Iterable[Change]) -> dict[PartId, list[Change]]:
    """Changes by part, in the order in which parts first appear."""
    groups: dict[PartId, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.part_id, []).append(change)
    return groups


def creates(group: Iterable[Change]) -> bool:
    """Whether the changes of one part bring it into being (every part has a title)."""
    return any(
        change.field == TITLE and change.before is None and change.after is not None
        for change in group
    )
