"""Beginning, claiming, refreshing and withdrawing a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Change, Plan, Revision
from labs.rules import revisions as rules
from labs.selectors import changes as stored
from labs.selectors import conflicts, content
from labs.services.programmes import ProgrammeClosed
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class Refusal(Refused):
    message = _("The revision cannot be begun like this. Mend what is marked.")
    code = "revision"


class NotADraft(Refused):
    message = _("This revision is no longer a draft and cannot be changed. Start a new one.")
    code = "not_a_draft"


class DraftOpen(Refused):
    message = _("The first plan is still being made. Change its draft instead.")
    code = "draft_open"


def claim(revision: Revision) -> None:
    """Hold the draft until the end of the transaction; two edits of it follow each other.

    Raises NotADraft, ProgrammeClosed.
    """
    draft = Revision.State.DRAFT
    if Revision.objects.filter(pk=revision.pk, state=draft).update(state=draft) != 1:
        raise NotADraft
    # What is in force may have changed since the caller read the plan.
    revision.plan = Plan.objects.select_related("lab__area__programme", "in_force").get(
        pk=revision.plan_id
    )
    if revision.plan.lab.area.programme.is_closed:
        raise ProgrammeClosed


def needs_reasons(revision: Revision) -> bool:
    """Whether each change must say why: always, except while the first plan is made."""
    return revision.plan.in_force_id is not None


def record(
    verb: str,
    revision: Revision,
    *,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Event:
    """One event about a revision."""
    lab = revision.plan.lab
    return events.record(
        verb=verb,
        subject=revision,
        by=by,
        at=at,
        data={"plan": revision.plan_id, **(data or {})},
        texts=dict(texts or {}),
        programme_id=lab.area.programme_id,
        restricted=lab.restricted_to.exists(),
    )


@transaction.atomic
def start(
    *,
    plan: Plan,
    title: str,
    reason: str,
    copy_of: Revision | None = None,
    by: Actor,
    at: datetime,
) -> Revision:
    """Begin a draft on top of what is in force.

    ``copy_of``: begin with the changes of a revision that was not adopted, as far as
    they still fit. Several drafts may be open at once, except for the first plan.
    Raises Refusal, DraftOpen, ProgrammeClosed.
    """
    plan = Plan.objects.select_related("lab__area__programme", "in_force").get(pk=plan.pk)
    if plan.lab.area.programme.is_closed:
        raise ProgrammeClosed
    title, reason = title.strip(), reason.strip()
    if not title or len(title) > 200:
        raise Refusal(fields={"title": str(_("Write a title of at most 200 characters."))})
    if plan.in_force_id is None:
        if plan.revisions.filter(state__in=content.OPEN).exists():
            raise DraftOpen
    elif not reason:
        raise Refusal(fields={"reason": str(_("Say why the plan is to change."))})
    revision = Revision.objects.create(
        plan=plan,
        base=plan.in_force,
        title=title,
        reason=reason,
        at=at,
        **Revision.fields_of(by),
    )
    copied = _copy(copy_of, revision) if copy_of is not None else 0
    record(
        "revision.started",
        revision,
        by=by,
        at=at,
        data={
            "base": revision.base_id,
            "copy_of": copy_of.pk if copy_of else None,
            "changes": copied,
        },
        texts={"title": title, "reason": reason},
    )
    return revision


def _copy(source: Revision, revision: Revision) -> int:
    """Take over the changes of ``source``; how many there are."""
    if source.plan_id != revision.plan_id or source.state == Revision.State.ADOPTED:
        raise Refusal(_("Only a revision of this plan that was not adopted can be copied."))
    rows = source.changes.order_by("pk")
    made = [
        Change(
            revision=revision,
            part=row.part,
            key=row.key,
            field=row.field,
            before=row.before,
            after=row.after,
            reason=row.reason or revision.reason,
            touches=row.touches,
            label=row.label,
            by_user_id=row.by_user_id,
        )
        for row in rows
    ]
    Change.objects.bulk_create(made)
    revision.base = source.base
    if conflicts.of(revision):  # rests on what the source rested on until each is decided
        Revision.objects.filter(pk=revision.pk).update(base=source.base)
    else:
        revision.base = revision.plan.in_force
        rebase(revision)
    return len(made)


def rebase(revision: Revision) -> None:
    """Give each change the ``before`` of what is in force; drop those that change nothing."""
    current = content.raw_content(revision.plan)
    rows = list(revision.changes.order_by("pk"))
    targets = stored.targets_set(
        revision.plan_id, {row.key for row in rows if row.part == rules.TARGET}
    )
    made = {
        (row.part, row.key)
        for row in rows
        if row.field == rules.TITLE and row.before is None and row.after is not None
    }
    gone, moved = [], []
    for row in rows:
        now = _now(row, current, targets)
        there = (row.part, row.key) in current or (row.part, row.key) in made
        if now == row.after or not (there or row.part == rules.TARGET):
            gone.append(row.pk)
        elif now != row.before:
            row.before = now
            moved.append(row)
    Change.objects.filter(pk__in=gone).delete()
    Change.objects.bulk_update(moved, ["before"])


def _now(row: Change, current: rules.Content, targets: Mapping[Any, Any]) -> Any:
    if row.part == rules.TARGET:
        return targets.get((row.key, row.field), row.before)
    fields = current.get((row.part, row.key))
    if row.field == rules.REMOVED:
        return None if fields is None else rules.described(fields)
    return (fields or {}).get(row.field)


@transaction.atomic
def withdraw(*, revision: Revision, reason: str = "", by: Actor, at: datetime) -> Revision:
    """Give a draft up. It stays readable. Raises NotADraft."""
    changed = Revision.objects.filter(pk=revision.pk, state=Revision.State.DRAFT).update(
        state=Revision.State.WITHDRAWN
    )
    if changed != 1:
        raise NotADraft
    revision.refresh_from_db()
    record("revision.withdrawn", revision, by=by, at=at, texts={"reason": reason.strip()})
    return revision
