"""What goes with a part when it leaves the plan."""

from __future__ import annotations

import uuid

from labs.rules.parts.schema import SCHEMA, Kind
from labs.rules.revisions import Content


def belonging(part: str, key: uuid.UUID, content: Content) -> list[tuple[str, uuid.UUID]]:
    """The parts that belong to part ``key`` and go with it, whatever is nearest first.

    An initiative's milestones, budget lines, promises and answers; a milestone's requests.
    A step that merely waits for another does not belong to it.
    """
    children: dict[str, list[tuple[str, uuid.UUID]]] = {}
    for (kind, child), fields in content.items():
        for rule in SCHEMA.get(kind, ()):
            if rule.required and rule.kind is Kind.KEY and fields.get(rule.name):
                children.setdefault(fields[rule.name], []).append((kind, child))
    found: list[tuple[str, uuid.UUID]] = []
    near = [key]
    while near:
        below = [each for parent in near for each in children.get(str(parent), [])]
        found += below
        near = [child for _kind, child in below]
    return found
