"""What a revision, or all revisions between two versions, changed: side by side."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from labs.models import Change, Plan, Revision
from labs.rules import comparing, revisions, words
from labs.rules.comparing import Beside
from labs.selectors import changes, content

PER_PAGE = 100  # parts shown at once


@dataclass(frozen=True)
class Comparison:
    """Parts that differ, goals first, and what their values are called."""

    goal: list[Beside]
    execution: list[Beside]
    names: changes.InWords

    @property
    def parts(self) -> list[Beside]:
        return [*self.goal, *self.execution]


def of_revision(revision: Revision) -> Comparison:
    """What one revision changes. A fixed number of queries."""
    return _compared(changes.in_words(revision))


def between(plan: Plan, first: int, second: int) -> Comparison:
    """What made version ``second`` out of version ``first`` of a plan, whatever lay between.

    Each difference carries the last reason given for it. A fixed number of queries.
    """
    before, after = content.raw_content(plan, first), content.raw_content(plan, second)
    told = list(
        Change.objects.filter(
            revision__plan=plan, revision__number__gt=first, revision__number__lte=second
        ).order_by("revision__number", "pk")
    )
    reasons = {(row.part, row.key, row.field): row.reason for row in told}
    found = [
        replace(change, reason=reasons.get((change.part, change.key, change.field), ""))
        for change in revisions.diff(before, after)
    ]
    targets, labels = _targets(told)
    lines = [changes.labelled(line, labels) for line in words.lines([*targets, *found], before)]
    return _compared(changes.named(lines, before, after, plan.pk))


def _compared(reading: changes.InWords) -> Comparison:
    return Comparison(
        goal=comparing.beside(reading.goal),
        execution=comparing.beside(reading.execution),
        names=reading,
    )


def _targets(
    told: list[Change],
) -> tuple[list[revisions.Change], dict[tuple[uuid.UUID, str], str]]:
    """Targets and paths from the first value to the last one, and what they are of in words."""
    made: dict[tuple[uuid.UUID, str], revisions.Change] = {}
    labels: dict[tuple[uuid.UUID, str], str] = {}
    for row in told:
        if row.part != revisions.TARGET:
            continue
        place = (row.key, row.field)
        earlier = made.get(place)
        change = content.pure(row)
        made[place] = replace(change, before=earlier.before) if earlier else change
        labels[place] = row.label or labels.get(place, "")
    differing = [change for change in made.values() if change.before != change.after]
    return differing, {place: label for place, label in labels.items() if label}


@dataclass(frozen=True)
class Standing:
    """A target (or, with the field "path", a path) as a version leaves it, in the words of then."""

    key: uuid.UUID
    field: str
    label: str
    value: Any


def targets_of(plan: Plan, number: int | None) -> list[Standing]:
    """Targets and paths that the plan's revisions up to ``number`` left in force.

    What was set outside the plan is not known here. One query.
    """
    if number is None:
        return []
    rows = Change.objects.filter(
        part=Change.Part.TARGET, revision__plan=plan, revision__number__lte=number
    ).order_by("revision__number", "pk")
    left = {(row.key, row.field): row for row in rows}
    standing = [
        Standing(row.key, row.field, row.label, row.after)
        for row in left.values()
        if row.after is not None
    ]
    return sorted(standing, key=lambda each: (each.label, each.field, str(each.key)))
