"""Two sets of changes to the same plan: what both together make of it, and where they clash.

They clash where both set the same field to different values, where one takes out a part
that the other changes, where one takes out what the other comes to rest on, and where
dates would be out of order that each of them left in order.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Set
from dataclasses import dataclass

from labs.rules import parts
from labs.rules.revisions import (
    REMOVED,
    TARGET,
    Change,
    Conflict,
    Content,
    Fields,
    PartId,
    Value,
    apply,
    conflicts,
    creates,
    grouped,
)

FIELD, TAKEN_OUT, GONE, LOOSE = "field", "taken_out", "gone", "loose"


@dataclass(frozen=True)
class Clash:
    """A change of ours that does not go with theirs.

    ``kind``: FIELD, both set it; TAKEN_OUT, ours takes out what theirs changed; GONE,
    theirs took out what ours changes; LOOSE, ours would leave something hanging.
    ``now`` is what theirs made of it.
    """

    kind: str
    change: Change
    now: Value


def clashes(
    ours: Iterable[Change], current: Content, elsewhere: Set[uuid.UUID] = frozenset()
) -> list[Clash]:
    """Where ``ours``, written earlier, clashes with what is in force now.

    Of a part that is gone, or new and hanging, the first change stands for all. Targets
    are no part of the content; whoever holds them compares them. ``elsewhere``: keys of
    other plans' steps that may be named.
    """
    own = [change for change in ours if change.part != TARGET]
    found: dict[PartId, list[Clash]] = {}
    for conflict in conflicts(own, current):
        change = conflict.change
        clash = Clash(_kind(change, current), change, conflict.now)
        if clash.kind == GONE and change.part_id in found:
            continue
        found.setdefault(change.part_id, []).append(clash)
    for change in _loose(own, current, elsewhere):
        found.setdefault(change.part_id, [Clash(LOOSE, change, None)])
    for clash in _disordered(own, current):
        found.setdefault(clash.change.part_id, [clash])
    return [clash for group in found.values() for clash in group]


def _kind(change: Change, current: Content) -> str:
    if change.field == REMOVED:
        return TAKEN_OUT
    return FIELD if change.part_id in current else GONE


def _loose(own: list[Change], current: Content, elsewhere: Set[uuid.UUID]) -> list[Change]:
    """The changes that would leave a part hanging: one for each part they touch."""
    after = apply(current, own)
    hanging = parts.hanging(after, elsewhere)
    if not hanging:
        return []
    groups = grouped(own)
    found = [groups[part_id][0] for part_id in hanging if part_id in groups]
    removed = [change for change in own if change.field == REMOVED]
    found += [change for change in removed if parts.pointing_at(*change.part_id, after)]
    if found:
        return found
    return [change for change in own if change.field == "depends_on"]


def _disordered(own: list[Change], current: Content) -> list[Clash]:
    """Changes of dates that were in order when written, and with theirs no longer are."""
    found = []
    after = apply(current, own)
    for part_id, group in grouped(own).items():
        if part_id not in current or part_id not in after:
            continue
        was = parts.out_of_order(current[part_id])
        wrong = {
            name for pair in parts.out_of_order(after[part_id]) if pair not in was for name in pair
        }
        change = next((each for each in group if each.field in wrong), None)
        if change is not None:
            found.append(Clash(FIELD, change, current[part_id].get(change.field)))
    return found


def conflict_of(clash: Clash) -> Conflict:
    """The same in the words in which a refusal lists it."""
    return Conflict(clash.change, clash.now)


def merge(
    base: Content, ours: Iterable[Change], theirs: Iterable[Change]
) -> tuple[dict[PartId, dict[str, Value]], list[Clash]]:
    """``base`` after both, theirs first, and the clashes; with clashes nothing of ours is in."""
    own = list(ours)
    current = apply(base, theirs)
    found = clashes(own, current)
    return (current, found) if found else (apply(current, own), [])


def without(changes: Iterable[Change], dropped: Clash) -> list[Change]:
    """``changes`` after giving up the one that clashes: what theirs says stays.

    Of a part that is gone, or that is new and hangs, all changes go.
    """
    own = list(changes)
    group = [change for change in own if change.part_id == dropped.change.part_id]
    whole = dropped.kind == GONE or (dropped.kind == LOOSE and creates(group))
    gone = group if whole else [dropped.change]
    return [change for change in own if change not in gone]


def put_back(fields: Fields, group: Iterable[Change], reason: str) -> list[Change]:
    """The changes that bring a part back that theirs took out, with ours made to it.

    ``fields``: what the part was when it was taken out.
    """
    own = list(group)
    part, key = own[0].part, own[0].key
    wanted = dict(fields) | {change.field: change.after for change in own}
    reasons = {change.field: change.reason for change in own}
    return [
        Change(part, key, name, None, value, reasons.get(name) or reason)
        for name, value in wanted.items()
        if value is not None
    ]
