"""Writing in a draft: adding, changing and removing goals, initiatives and milestones."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from labs.models import Change, Plan, ReferenceItem, Revision
from labs.rules import parts
from labs.rules import revisions as rules
from labs.selectors import content
from labs.services import problems
from labs.services.revisions import ceilings
from labs.services.revisions.drafts import claim, record
from ledger import entropy
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Organisation, Post


class PartRefused(Refused):
    message = _("This cannot be saved yet. Mend what is marked.")
    code = "part"


class EditedMeanwhile(Refused):
    message = _("Somebody else changed this while you were writing. Look at what is marked.")
    code = "edited_meanwhile"


class StillNeeded(Refused):
    message = _("Other parts of the plan rest on this. Move or remove them first.")
    code = "still_needed"


class PartGone(Refused):
    message = _("This part is not in the plan (any more).")
    code = "part_gone"


@transaction.atomic
def edit(
    *,
    revision: Revision,
    part: str,
    key: uuid.UUID | None,
    fields: Mapping[str, Any],
    reason: str = "",
    started_from: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> uuid.UUID:
    """Add a part (``key`` None) or change fields of one; the part's key.

    ``fields`` maps names to text, None or, for keys, a list. ``started_from``: the
    values an editor began with; fields left as they were do not undo what others
    wrote meanwhile, and a field that both changed is refused. Back at the value in
    force, a change disappears. Without a reason the change waits for one
    (``reasons.give``). Raises NotADraft, PartRefused, EditedMeanwhile, PartGone,
    ceilings.OverCeiling.
    """
    claim(revision)
    values, wrong = parts.parse(part, fields)
    if wrong:
        raise PartRefused(fields=problems.by_field(wrong))
    before = content.raw_content(revision.plan)
    draft = rules.apply(before, content.part_changes(revision))
    new = key is None
    key = key or entropy.uuid4()
    if not new and (part, key) not in draft:
        raise PartGone
    drafted = draft.get((part, key), {})
    values = _merged(part, values, started_from, drafted)
    draft[part, key] = _updated(drafted, values)
    _check(revision.plan, part, key, draft, values, on=at.date())
    ceilings.hold(revision.plan, part, key, old=drafted, draft=draft)
    reason = reason.strip()
    # What the draft says already keeps the reason it has.
    new_values = {n: v for n, v in values.items() if reason or v != drafted.get(n)}
    _write(revision, part, key, new_values, before.get((part, key), {}), reason, by)
    record(
        f"{part}.added" if new else f"{part}.edited",
        revision,
        by=by,
        at=at,
        data={"part": part, "key": key, **_facts(part, values)},
        texts={**_texts(part, values), "reason": reason},
    )
    return key


def _updated(old: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A part's fields with new values in; empty ones leave."""
    return {name: value for name, value in {**old, **values}.items() if value is not None}


def _merged(
    part: str,
    values: Mapping[str, Any],
    started_from: Mapping[str, Any] | None,
    current: Mapping[str, Any],
) -> dict[str, Any]:
    """What the editor means to change, seen against what others wrote since."""
    if started_from is None:
        return dict(values)
    began, _unreadable = parts.parse(part, started_from)
    meant = {
        name: value for name, value in values.items() if name not in began or value != began[name]
    }
    clashes = {
        name: format_lazy(
            _("It says “{now}” by now. Save again to put yours in its place."),
            now=_shown(current.get(name)),
        )
        for name, value in meant.items()
        if name in began and current.get(name) not in (began[name], value)
    }
    if clashes:
        raise EditedMeanwhile(fields={name: str(text) for name, text in clashes.items()})
    return meant


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "–")


def _check(
    plan: Plan,
    part: str,
    key: uuid.UUID,
    draft: rules.Content,
    values: Mapping[str, Any],
    on: date,
) -> None:
    """Raise PartRefused for what does not hold in the part as it would be."""
    wrong = parts.check(part, key, draft[part, key], draft, content.elsewhere(plan, draft))
    for kind, alive in _alive(on).items():
        named = {
            rule.name: int(values[rule.name])
            for rule in parts.SCHEMA[part]
            if rule.kind is kind and values.get(rule.name)
        }
        known = set(alive.filter(pk__in=named.values()).values_list("pk", flat=True))
        for name, pk in named.items():
            if pk not in known:
                code = "no_such_post" if kind is parts.Kind.POST else "not_in_list"
                wrong[name] = parts.Problem(code)
    if wrong:
        raise PartRefused(fields=problems.by_field(wrong))


def _alive(on: date) -> dict[parts.Kind, QuerySet[Any]]:
    """What a part may newly name, by kind of field: nothing abolished or retired."""
    return {
        parts.Kind.POST: Post.objects.filter(Q(abolished_on=None) | Q(abolished_on__gt=on)),
        parts.Kind.ORGANISATION: Organisation.objects.filter(
            Q(succeeded_on=None) | Q(succeeded_on__gt=on)
        ),
        parts.Kind.ITEM: ReferenceItem.objects.filter(retired_at=None),
    }


def _write(
    revision: Revision,
    part: str,
    key: uuid.UUID,
    values: Mapping[str, Any],
    old: Mapping[str, Any],
    reason: str,
    by: Actor,
) -> None:
    """Keep one row per field that differs from the plan in force, and no other."""
    same = [name for name, value in values.items() if value == old.get(name)]
    revision.changes.filter(part=part, key=key, field__in=same).delete()
    rows = [
        Change(
            revision=revision,
            part=part,
            key=key,
            field=name,
            before=old.get(name),
            after=value,
            reason=reason,
            touches=rules.touches(part, name),
            by_user_id=by.user_id,
        )
        for name, value in values.items()
        if value != old.get(name)
    ]
    Change.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["revision", "part", "key", "field"],
        update_fields=["after", "reason", "by_user"],
    )


def _facts(part: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Ids, dates and numbers among the values: what an event may hold in the open."""
    open_kinds = {rule.name for rule in parts.SCHEMA[part] if rule.kind is not parts.Kind.TEXT}
    return {"fields": sorted(values), **{n: v for n, v in values.items() if n in open_kinds}}


def _texts(part: str, values: Mapping[str, Any]) -> dict[str, str]:
    texts = {rule.name for rule in parts.SCHEMA[part] if rule.kind is parts.Kind.TEXT}
    return {name: value for name, value in values.items() if name in texts and value}


@transaction.atomic
def remove(
    *,
    revision: Revision,
    part: str,
    key: uuid.UUID,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> uuid.UUID:
    """Take a part out of the draft; the part's key.

    A part that the draft itself added disappears without trace in the plan.
    Raises NotADraft, PartGone, StillNeeded.
    """
    claim(revision)
    before = content.raw_content(revision.plan)
    draft = rules.apply(before, content.part_changes(revision))
    if (part, key) not in draft:
        raise PartGone
    if parts.pointing_at(part, key, draft):
        raise StillNeeded
    reason = reason.strip()
    old = before.get((part, key))
    revision.changes.filter(part=part, key=key).delete()
    if old is not None:
        Change.objects.create(
            revision=revision,
            part=part,
            key=key,
            field=rules.REMOVED,
            before=rules.described(old),
            after=None,
            reason=reason,
            touches=rules.touches(part, rules.REMOVED),
            by_user_id=by.user_id,
        )
    record(
        f"{part}.removed",
        revision,
        by=by,
        at=at,
        data={"part": part, "key": key},
        texts={"title": draft[part, key][rules.TITLE], "reason": reason},
    )
    return key


@transaction.atomic
def take_back(
    *, revision: Revision, part: str, key: uuid.UUID, by: Actor, at: datetime
) -> uuid.UUID:
    """Undo what the draft does to one part: it is again as in force. Raises as ``remove``."""
    claim(revision)
    changes = content.part_changes(revision)
    others = [change for change in changes if change.part_id != (part, key)]
    if len(others) == len(changes):
        raise PartGone
    left = rules.apply(content.raw_content(revision.plan), others)
    if parts.hanging(left, content.elsewhere(revision.plan, left)):
        raise StillNeeded
    revision.changes.filter(part=part, key=key).delete()
    record(f"{part}.taken_back", revision, by=by, at=at, data={"part": part, "key": key})
    return key
