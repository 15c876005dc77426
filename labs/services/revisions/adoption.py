"""From draft to plan in force: putting a revision to its forum, and applying what it decides."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from forums.models import Decision, Motion
from labs.models import Plan, Revision
from labs.rules import merging, parts
from labs.rules import revisions as rules
from labs.selectors import conflicts, content
from labs.services.revisions import ceilings, reasons
from labs.services.revisions import conflicts as merging_service
from labs.services.revisions.drafts import NotADraft, claim, record
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class NotDecided(Refused):
    message = _("This revision does not stand before the forum that took this decision.")
    code = "not_decided"


class Stale(Refused):
    """``conflicts`` lists the changes that rest on what is no longer so."""

    message = _(
        "The plan has changed since this revision was written, in the same places. "
        "Withdraw its motion, decide each conflict in the draft, and put it to the forum again."
    )
    code = "stale"

    def __init__(self, conflicts: list[rules.Conflict]) -> None:
        super().__init__()
        self.conflicts = conflicts


class Incomplete(Refused):
    message = _("This revision changes nothing yet. Write what is to change first.")
    code = "incomplete"


@transaction.atomic
def submit(*, revision: Revision, motion: Motion, by: Actor, at: datetime) -> Revision:
    """Fix a draft as what ``motion`` asks its forum to adopt.

    Raises NotADraft, Stale, Incomplete, ReasonMissing.
    """
    claim(revision)
    lay(revision)
    changed = Revision.objects.filter(pk=revision.pk, state=Revision.State.DRAFT).update(
        state=Revision.State.SUBMITTED, motion=motion
    )
    if changed != 1:
        raise NotADraft
    revision.refresh_from_db()
    record(
        "revision.submitted",
        revision,
        by=by,
        at=at,
        data={"motion": motion.pk, "changes": revision.changes.count()},
    )
    return revision


@dataclass(frozen=True)
class Laid:
    """A revision laid on what is in force: nothing stale, nothing left hanging."""

    changes: list[rules.Change]
    after: content.Raw


def lay(revision: Revision) -> Laid:
    """Lay a revision on what is in force.

    Raises Incomplete, ReasonMissing, Stale, ceilings.OverCeiling.
    """
    rows = list(revision.changes.order_by("pk"))
    if not rows:
        raise Incomplete
    if revision.plan.in_force_id is not None:
        reasons.require(rows)
    current = content.raw_content(revision.plan)
    changes = [content.pure(row) for row in rows if row.part != rules.TARGET]
    after = rules.apply(current, changes)
    clashes = conflicts.of(revision, current)
    if clashes:
        raise Stale([merging.conflict_of(clash) for clash in clashes])
    hanging = parts.hanging(after, content.elsewhere(revision.plan, after))
    if hanging:
        raise Stale([rules.Conflict(each, None) for each in changes if each.part_id in hanging])
    if revision.base_id is not None:
        ceilings.hold_budgets(revision.plan, changes, after)
    return Laid(changes, after)


@transaction.atomic
def adopt(*, revision: Revision, decision: Decision, by: Actor, at: datetime) -> Revision:
    """Bring a revision into force that its forum decided.

    Only what changed is written; all else stays the same row. Called where the
    decision of the forum is applied. Raises NotDecided, NotADraft, Stale, Incomplete.
    """
    if decision.outcome != Decision.Outcome.CARRIED or revision.motion_id != decision.motion_id:
        raise NotDecided
    return bring_into_force(
        revision=revision,
        state=Revision.State.SUBMITTED,
        route=Revision.Route.FORUM,
        decision=decision,
        by=by,
        at=at,
    )


def bring_into_force(
    *,
    revision: Revision,
    state: str,
    route: str,
    decision: Decision | None,
    by: Actor,
    at: datetime,
) -> Revision:
    """Number a revision that is in ``state``, close and insert the rows that it changes.

    The plan's row is held from here on: of two at the same moment the second is laid on
    what the first made of the plan. Raises NotADraft, Stale, Incomplete, ReasonMissing.
    """
    Plan.objects.filter(pk=revision.plan_id).update(in_force=F("in_force"))
    plan = Plan.objects.select_related("lab__area__programme", "in_force").get(pk=revision.plan_id)
    if Revision.objects.filter(pk=revision.pk, state=state).update(state=state) != 1:
        raise NotADraft
    revision.plan = plan
    laid = lay(revision)
    if revision.base_id != plan.in_force_id:  # nothing clashes: what is so already goes
        merging_service.merge(revision)
        laid = lay(revision)
    number = plan.in_force.number + 1 if plan.in_force else 1  # type: ignore[operator]
    Revision.objects.filter(pk=revision.pk).update(
        state=Revision.State.ADOPTED,
        number=number,
        adopted_at=at,
        decision=decision,
        route=route,
    )
    moved = Plan.objects.filter(pk=plan.pk, in_force=plan.in_force_id).update(in_force=revision)
    if moved != 1:
        raise Stale([])
    _write_rows(revision, laid)
    revision.refresh_from_db()
    record(
        "revision.adopted",
        revision,
        by=by,
        at=at,
        data={
            "number": number,
            "route": str(route),
            "decision": decision.pk if decision else None,
            "changes": revision.changes.count(),
            "base": revision.base_id,
        },
    )
    return revision


def _write_rows(revision: Revision, laid: Laid) -> None:
    """Close the row of each part the revision changes; insert what the part becomes."""
    for part, model in content.MODELS.items():
        keys = [key for kind, key in rules.grouped(laid.changes) if kind == part]
        rows = model.objects.filter(plan=revision.plan_id)
        in_force = rows.filter(key__in=keys, until_revision=None)
        places: dict[uuid.UUID, int] = dict(in_force.values_list("key", "position"))
        free = itertools.count((rows.aggregate(last=Max("position"))["last"] or 0) + 1)
        in_force.update(until_revision=revision)
        new: list[Any] = [
            model(
                plan_id=revision.plan_id,
                key=key,
                from_revision=revision,
                position=places[key] if key in places else next(free),
                **_columns(part, laid.after[part, key]),
            )
            for key in keys
            if (part, key) in laid.after
        ]
        model._default_manager.bulk_create(new)


def _columns(part: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A part's fields as the columns of its row."""
    columns: dict[str, Any] = {}
    for rule in parts.SCHEMA[part]:
        value = fields.get(rule.name)
        name = content.COLUMNS.get(rule.name, rule.name)
        if value is None:
            columns[name] = _EMPTY.get(rule.kind)
        else:
            columns[name] = _READ.get(rule.kind, lambda each: each)(value)
    if part == rules.MILESTONE:
        columns["depends_on"] = columns["depends_on"] or []
    return columns


_EMPTY: dict[parts.Kind, Any] = {parts.Kind.TEXT: "", parts.Kind.CHOICE: ""}
_READ: dict[parts.Kind, Any] = {
    parts.Kind.DATE: date.fromisoformat,
    parts.Kind.DECIMAL: Decimal,
    parts.Kind.POST: int,
    parts.Kind.ORGANISATION: int,
    parts.Kind.ITEM: int,
    parts.Kind.YEAR: int,
    parts.Kind.KEY: uuid.UUID,
}


@transaction.atomic
def reject(*, revision: Revision, decision: Decision, by: Actor, at: datetime) -> Revision:
    """Record that the forum did not adopt a revision; it stays readable.

    A new draft can begin with its changes. Raises NotDecided, NotADraft.
    """
    if decision.outcome == Decision.Outcome.CARRIED or revision.motion_id != decision.motion_id:
        raise NotDecided
    changed = Revision.objects.filter(pk=revision.pk, state=Revision.State.SUBMITTED).update(
        state=Revision.State.REJECTED, decision=decision
    )
    if changed != 1:
        raise NotADraft
    revision.refresh_from_db()
    record(
        "revision.rejected",
        revision,
        by=by,
        at=at,
        data={"decision": decision.pk, "outcome": decision.outcome},
    )
    return revision


@transaction.atomic
def release(*, revision: Revision, by: Actor, at: datetime) -> Revision:
    """Make a submitted revision a draft again, when its motion was withdrawn undecided.

    Raises NotDecided while the motion still stands, NotADraft.
    """
    if revision.motion is None or revision.motion.state != Motion.State.WITHDRAWN:
        raise NotDecided
    motion = revision.motion_id
    changed = Revision.objects.filter(
        pk=revision.pk, motion=motion, state=Revision.State.SUBMITTED
    ).update(state=Revision.State.DRAFT, motion=None)
    if changed != 1:
        raise NotADraft
    revision.refresh_from_db()
    record("revision.released", revision, by=by, at=at, data={"motion": motion})
    return revision
