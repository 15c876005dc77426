"""Changes: what a revision says in words, why a field is as it is, what is stale."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from labs.models import Change, ReferenceItem, Revision
from labs.rules import paths, revisions, words
from labs.rules.words import Line
from labs.selectors import content, names
from people.models import Organisation, Post
from people.selectors import continuity


def history(key: uuid.UUID, field: str | None = None) -> QuerySet[Change]:
    """Every adopted change of a part's field (or of the whole part), oldest first.

    Each carries the revision and the decision that adopted it.
    """
    found = Change.objects.filter(key=key, revision__state=Revision.State.ADOPTED)
    if field is not None:
        found = found.filter(field=field)
    return found.select_related("revision__decision__motion__forum").order_by(
        "revision__adopted_at", "pk"
    )


def why(part: str, key: uuid.UUID, field: str) -> QuerySet[Change]:
    """The chain of decisions behind one field: from its first value to today's."""
    return history(key, field).filter(part=part)


@dataclass(frozen=True)
class InWords:
    """The lines of a revision, goals apart from execution, and the names they use."""

    goal: list[Line]
    execution: list[Line]
    titles: dict[str, str]
    posts: dict[int, Post]
    organisations: dict[int, Organisation]
    items: dict[int, ReferenceItem]


def in_words(revision: Revision) -> InWords:
    """What ``revision`` changes, line by line, in a fixed number of queries."""
    rows = list(revision.changes.order_by("pk"))
    labels = {(row.key, row.field): row.label for row in rows if row.label}
    before = content.raw_before(revision)
    changes = [content.pure(row) for row in rows]
    ends = _ends(revision, changes)
    lines = [
        replace(
            labelled(line, labels),
            details=ends.get(line.key, {}) if line.field == revisions.PATH else line.details,
        )
        for line in words.lines(changes, before)
    ]
    after = revisions.apply(before, (each for each in changes if each.part != revisions.TARGET))
    told = named(lines, before, after, revision.plan_id)
    if revision.adopted_at is None:
        return told
    return _as_called(told, revision.adopted_at.date())


def _as_called(told: InWords, on: date) -> InWords:
    """An adopted revision reads as it did: posts and organisations under the names of the day."""
    posts: Any = continuity.posts_at(told.posts.values(), on)
    organisations: Any = continuity.names_at(told.organisations.values(), on)
    return replace(told, posts=posts, organisations=organisations)


def labelled(line: Line, labels: Mapping[tuple[uuid.UUID, str], str]) -> Line:
    """The line of a target under the words of then."""
    return replace(line, title=labels.get((line.key, line.field), line.title))


def named(
    lines: list[Line], before: revisions.Content, after: revisions.Content, plan_id: int
) -> InWords:
    """Lines between two versions of a plan, with what their values are called."""
    lines = [_answer_named(line, before, after) for line in lines]
    called = names.of(_values(lines), titles(before) | titles(after), plan_id)
    return InWords(
        goal=[line for line in lines if line.touches == Change.Touches.GOAL],
        execution=[line for line in lines if line.touches == Change.Touches.EXECUTION],
        titles=called.titles,
        posts=called.posts,
        organisations=called.organisations,
        items=called.items,
    )


def _answer_named(line: Line, before: revisions.Content, after: revisions.Content) -> Line:
    """An answer is told by its question; its title is its reason."""
    if line.part != revisions.ANSWER:
        return line
    part_id = (line.part, line.key)
    fields = line.details or after.get(part_id) or before.get(part_id) or {}
    return replace(line, title=names.answered(fields, {**before, **after}))


def _ends(
    revision: Revision, changes: Iterable[revisions.Change]
) -> dict[uuid.UUID, dict[str, Any]]:
    """The last target of each series whose path changes, as the revision leaves it.

    One query, and none where no path changes. Targets that no revision of the plan
    has set are not known here.
    """
    own = list(changes)
    keys = {change.key for change in own if paths.is_path(change)}
    if not keys:
        return {}
    number = revision.number or (revision.base.number if revision.base else 0) or 0
    earlier = Change.objects.filter(
        part=Change.Part.TARGET,
        key__in=keys,
        revision__plan=revision.plan_id,
        revision__number__lt=number if revision.number else number + 1,
    ).order_by("revision__number", "pk")
    every = [*(content.pure(row) for row in earlier), *own]
    return {key: paths.leads_to(each for each in every if each.key == key) for key in keys}


def titles(plan: revisions.Content) -> dict[str, str]:
    """The title of each part by its key as text."""
    return {str(key): str(fields.get("title", "")) for (_, key), fields in plan.items()}


def _values(lines: Iterable[Line]) -> Iterator[names.Value]:
    """Every value that the lines show, with what it is a value of."""
    for line in lines:
        if line.part == revisions.TARGET:
            continue
        for name, value in line.details.items():
            yield line.part, name, value
        if line.field != revisions.REMOVED:
            yield line.part, line.field, line.before
            yield line.part, line.field, line.after


def stale(revision: Revision, current: revisions.Content | None = None) -> list[revisions.Conflict]:
    """The changes of an open revision that rest on what is no longer so.

    Empty while what it was written on is still in force. ``current``: what is in
    force, where it is at hand already.
    """
    if revision.base_id == revision.plan.in_force_id:
        return []
    if current is None:
        current = content.raw_content(revision.plan)
    changes = [content.pure(row) for row in revision.changes.order_by("pk")]
    return [
        *revisions.conflicts(changes, current),
        *stale_targets(revision, [each for each in changes if each.part == revisions.TARGET]),
    ]


def stale_targets(revision: Revision, changes: list[revisions.Change]) -> list[revisions.Conflict]:
    """Targets and paths that another revision has set since ``revision`` was begun."""
    if not changes:
        return []
    newest = targets_set(
        revision.plan_id,
        {change.key for change in changes},
        after=(revision.base.number if revision.base else 0) or 0,
        but=revision,  # numbered already while it is being adopted
    )
    return [
        revisions.Conflict(change, newest[change.key, change.field])
        for change in changes
        if newest.get((change.key, change.field), change.before)
        not in (change.before, change.after)
    ]


def targets_set(
    plan_id: int, keys: set[uuid.UUID], *, after: int = 0, but: Revision | None = None
) -> dict[tuple[uuid.UUID, str], Any]:
    """What revisions of a plan after number ``after`` made of the targets and paths of series.

    By series key and field; one query, none without keys. What was set outside the
    plan is not known here.
    """
    if not keys:
        return {}
    rows = Change.objects.filter(
        part=Change.Part.TARGET,
        key__in=keys,
        revision__plan=plan_id,
        revision__number__gt=after,
    )
    if but is not None:
        rows = rows.exclude(revision=but.pk)
    return {(row.key, row.field): row.after for row in rows.order_by("revision__number", "pk")}
