"""Where an open revision clashes with what came into force since it was written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from labs.models import Change, Revision
from labs.rules import merging, parts, revisions
from labs.rules.merging import Clash
from labs.selectors import changes, content, names


def of(revision: Revision, current: content.Raw | None = None) -> list[Clash]:
    """The clashes of an open revision with what is in force; none while that is its base.

    ``current``: what is in force, where it is at hand already.
    """
    if revision.base_id == revision.plan.in_force_id:
        return []
    current = content.raw_content(revision.plan) if current is None else current
    ours = [content.pure(row) for row in revision.changes.order_by("pk")]
    after = revisions.apply(current, [each for each in ours if each.part != revisions.TARGET])
    found = merging.clashes(ours, current, content.elsewhere(revision.plan, after))
    targets = [each for each in ours if each.part == revisions.TARGET]
    stale = changes.stale_targets(revision, targets)
    return [*(Clash(merging.FIELD, each.change, each.now) for each in stale), *found]


@dataclass(frozen=True)
class Shown:
    """A clash as its page shows it: before, theirs with its reason, ours.

    ``pk`` is our change's; ``theirs`` the adopted change, where one set the field.
    """

    pk: int
    clash: Clash
    title: str
    theirs: Change | None

    @property
    def change(self) -> revisions.Change:
        return self.clash.change

    @property
    def now(self) -> Any:
        return self.clash.now

    @property
    def can_keep(self) -> bool:
        """Whether ours may stand: not where it would leave something hanging."""
        return self.clash.kind != merging.LOOSE

    @property
    def can_be_other(self) -> bool:
        """Whether a third value is possible: of a field, not of a whole part or a path."""
        return self.clash.kind == merging.FIELD and self.change.field != revisions.PATH


@dataclass(frozen=True)
class Reading:
    """All clashes of a revision, and the names they use."""

    clashes: list[Shown]
    names: names.Names
    draft: content.Raw


def reading(revision: Revision) -> Reading:
    """The clashes as a page shows them. A fixed number of queries."""
    current = content.raw_content(revision.plan)
    found = of(revision, current)
    pks = {
        (part, key, field): pk
        for pk, part, key, field in revision.changes.values_list("pk", "part", "key", "field")
    }
    labels = dict(revision.changes.filter(part="target").values_list("pk", "label"))
    base = content.raw_content(revision.plan, revision.base.number) if revision.base else {}
    theirs = _theirs(revision, found)
    draft = revisions.apply(current, content.part_changes(revision))
    known = changes.titles(base) | changes.titles(current) | changes.titles(draft)
    shown = [
        Shown(
            pk=(pk := pks[each.change.part, each.change.key, each.change.field]),
            clash=each,
            title=labels.get(pk) or known.get(str(each.change.key), ""),
            theirs=theirs.get((each.change.key, each.change.field))
            or theirs.get((each.change.key, revisions.REMOVED)),
        )
        for each in found
    ]
    values = [
        (each.change.part, each.change.field, value)
        for each in found
        if each.kind == merging.FIELD and each.change.part in parts.SCHEMA
        for value in (each.change.before, each.change.after, each.now)
    ]
    return Reading(shown, names.of(values, known, revision.plan_id), draft)


def _theirs(revision: Revision, found: Iterable[Clash]) -> dict[tuple[uuid.UUID, str], Change]:
    """The newest adopted change of each field, since the revision was written."""
    rows = Change.objects.filter(
        key__in={each.change.key for each in found},
        revision__plan=revision.plan_id,
        revision__number__gt=(revision.base.number if revision.base else 0) or 0,
    ).select_related("revision")
    return {(row.key, row.field): row for row in rows.order_by("revision__number", "pk")}
