"""Two versions of a plan beside each other: lines of changes gathered by part, as rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from labs.rules import parts, words
from labs.rules.revisions import REMOVED, TARGET, TITLE
from labs.rules.words import Line

NEW, GONE, CHANGED = "new", "gone", "changed"


@dataclass(frozen=True)
class Row:
    """One field of a part: what it said, what it says, and why."""

    part: str
    field: str
    before: Any
    after: Any
    reason: str


@dataclass(frozen=True)
class Beside:
    """A part with all its rows. ``what`` happens to it; ``lines`` say the same in sentences."""

    part: str
    key: uuid.UUID
    title: str
    what: str
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]

    @property
    def reasons(self) -> list[str]:
        """Each reason once, in the order of the rows."""
        return list(dict.fromkeys(row.reason for row in self.rows if row.reason))

    @property
    def one_reason(self) -> bool:
        """Whether one reason serves every row."""
        return len({row.reason for row in self.rows}) == 1


def beside(lines: Iterable[Line]) -> list[Beside]:
    """Lines of one kind (goal or execution) by part, in the order in which parts appear.

    Targets of one series are one part: its rows are their periods.
    """
    groups: dict[tuple[str, uuid.UUID], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.part, line.key), []).append(line)
    return [
        Beside(
            part=part,
            key=key,
            title=group[0].title,
            what=_what(group),
            lines=tuple(group),
            rows=tuple(row for line in group for row in _rows(line)),
        )
        for (part, key), group in groups.items()
    ]


def _what(group: list[Line]) -> str:
    sentences = {line.sentence for line in group}
    if words.ADDED in sentences:
        return NEW
    return GONE if words.GONE in sentences else CHANGED


def _rows(line: Line) -> Iterator[Row]:
    if line.part == TARGET or line.sentence not in (words.ADDED, words.GONE):
        yield Row(line.part, line.field, line.before, line.after, line.reason)
        return
    new = line.sentence == words.ADDED
    fields = dict(line.details)
    if new and line.field != REMOVED:
        fields = {TITLE: line.after} | fields
    for name, value in sorted(fields.items(), key=lambda each: _place(line.part, each[0])):
        before, after = (None, value) if new else (value, None)
        yield Row(line.part, name, before, after, line.reason)


def _place(part: str, name: str) -> int:
    """Where people read the field of a part."""
    names = list(parts.names_of(part))
    return names.index(name) if name in names else len(names)
