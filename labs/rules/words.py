"""What a change says, as a key and what to fill in; the sentence itself is made where it is shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labs.rules.revisions import (
    ANSWER,
    PATH,
    REMOVED,
    TARGET,
    TITLE,
    Change,
    Content,
    PartId,
    creates,
    grouped,
    undescribed,
)

ADDED, GONE, CHANGED, SET, CLEARED = "added", "removed", "changed", "set", "cleared"
RENAMED, TARGET_CHANGED, TARGET_SET, TARGET_CLEARED = (
    "renamed",
    "target_changed",
    "target_set",
    "target_cleared",
)
PATH_CHANGED, PATH_SET, PATH_CLEARED = "path_changed", "path_set", "path_cleared"


@dataclass(frozen=True)
class Line:
    """One line of a revision: which sentence, about which part, with which values.

    ``details`` of a part that is new or leaves are its fields (of a new one the title
    apart, unless that is an answer's reason); of a path, the last target it leads to; of
    anything else, empty.
    """

    sentence: str
    part: str
    key: uuid.UUID
    title: str
    field: str
    before: Any
    after: Any
    reason: str
    touches: str
    details: Mapping[str, Any]


def lines(changes: Iterable[Change], before: Content) -> list[Line]:
    """Say ``changes`` of a plan that was ``before``, one line per change.

    A part that is new or leaves the plan is one line, whatever fields it has.
    """
    said: list[Line] = []
    for part_id, group in grouped(changes).items():
        if any(change.field == REMOVED for change in group):
            removal = next(change for change in group if change.field == REMOVED)
            said.append(_removed(removal))
        elif part_id[0] != TARGET and creates(group):
            said.append(_added(group))
        else:
            title = _title(part_id, group, before)
            said += [_field(change, title) for change in group]
    return said


def _removed(change: Change) -> Line:
    fields = undescribed(change.before or [])
    return _line(GONE, change, title=str(fields.get(TITLE, "")), details=fields)


def _added(group: list[Change]) -> Line:
    titled = next(change for change in group if change.field == TITLE)
    details = {
        change.field: change.after
        for change in group
        if (change.field != TITLE or change.part == ANSWER) and change.after is not None
    }
    return _line(ADDED, titled, title=str(titled.after), details=details)


def _field(change: Change, title: str) -> Line:
    return _line(sentence(change), change, title=title, details={})


def sentence(change: Change) -> str:
    """The key of the sentence that says one changed field."""
    if change.part == TARGET:
        is_path = change.field == PATH
        if change.before is None:
            return PATH_SET if is_path else TARGET_SET
        if change.after is None:
            return PATH_CLEARED if is_path else TARGET_CLEARED
        return PATH_CHANGED if is_path else TARGET_CHANGED
    if change.field == TITLE and change.part != ANSWER:
        return RENAMED
    if change.before is None:
        return SET
    return CLEARED if change.after is None else CHANGED


def _title(part_id: PartId, group: list[Change], before: Content) -> str:
    """The part's name as readers of the old plan know it."""
    renamed = next((change for change in group if change.field == TITLE), None)
    if renamed is not None and renamed.before is not None:
        return str(renamed.before)
    return str(before.get(part_id, {}).get(TITLE, ""))


def _line(sentence: str, change: Change, *, title: str, details: Mapping[str, Any]) -> Line:
    return Line(
        sentence=sentence,
        part=change.part,
        key=change.key,
        title=title,
        field=change.field,
        before=change.before,
        after=change.after,
        reason=change.reason,
        touches=change.touches,
        details=details,
    )
