"""The changes of a draft that do not say why yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from labs.models import Change, Revision
from labs.rules import revisions, words
from labs.rules.words import Line
from labs.selectors import changes, content
from labs.selectors.changes import InWords

LISTED = 100  # shown at once; the others after these


@dataclass(frozen=True)
class Waiting:
    """The first of them in words, by the ids of their changes; ``count`` is of all changes.

    A part that is new or leaves is one line, whatever fields it has.
    """

    lines: list[tuple[str, Line]]
    reading: InWords | None
    count: int
    more: int

    @property
    def choices(self) -> list[tuple[str, str]]:
        """As a form takes them."""
        return [(ids, ids) for ids, _line in self.lines]


def rows(revision: Revision) -> QuerySet[Change]:
    """The changes without a reason; none where the first plan is still being made."""
    if revision.plan.in_force_id is None:
        return revision.changes.none()
    return revision.changes.filter(reason="").order_by("pk")


def of(revision: Revision) -> Waiting:
    """What waits for its reason. A fixed number of queries."""
    found = list(rows(revision))
    if not found:
        return Waiting([], None, 0, 0)
    before = content.raw_before(revision)
    pks = {(row.part, row.key, row.field): row.pk for row in found}
    labels = {(row.key, row.field): row.label for row in found if row.label}
    said: list[tuple[str, Line]] = []
    for group in revisions.grouped(content.pure(row) for row in found).values():
        ids = [pks[change.part, change.key, change.field] for change in group]
        lines = words.lines(group, before)
        if len(lines) == 1:
            said.append((",".join(map(str, ids)), lines[0]))
        else:
            said += [(str(pk), line) for pk, line in zip(ids, lines, strict=True)]
    shown = said[:LISTED]
    told = changes.named(
        [changes.labelled(line, labels) for _ids, line in shown],
        before,
        revisions.apply(before, content.part_changes(revision)),
        revision.plan_id,
    )
    named = {(line.part, line.key, line.field): line for line in [*told.goal, *told.execution]}
    lines_by_id = [(ids, named[line.part, line.key, line.field]) for ids, line in shown]
    return Waiting(lines_by_id, told, len(found), len(said) - len(shown))
