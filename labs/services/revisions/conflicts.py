"""Bringing a revision to what is in force by now: merged cleanly, or resolved change by change."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from labs.models import Change, Plan, Revision
from labs.rules import merging, parts
from labs.rules import revisions as rules
from labs.rules.merging import Clash
from labs.selectors import conflicts as selectors
from labs.selectors import content
from labs.services import problems
from labs.services.revisions import ceilings
from labs.services.revisions.drafts import NotADraft, claim, rebase, record
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

MINE, THEIRS, OTHER = "mine", "theirs", "other"


class Conflicted(Refused):
    """``clashes`` lists what has to be decided first."""

    message = _("What is in force has changed in the same places. Decide each of them first.")
    code = "conflicted"

    def __init__(self, clashes: list[Clash]) -> None:
        said = ngettext(
            "What is in force has changed in %(n)d of the same places. Decide it first.",
            "What is in force has changed in %(n)d of the same places. Decide each of them first.",
            len(clashes),
        )
        super().__init__(said % {"n": len(clashes)})
        self.clashes = clashes


class Unresolved(Refused):
    message = _("Not everything is decided yet. Mend what is marked.")
    code = "unresolved"


class MovedOn(Refused):
    message = _(
        "Another revision came into force while you were deciding. Look at it again: what you"
        " chose is kept below, what is new is marked."
    )
    code = "moved_on"


class NothingLeft(Refused):
    message = _(
        "All that this revision asks for is so already. Withdraw it: nothing is left to do."
    )
    code = "nothing_left"


@dataclass(frozen=True)
class Choice:
    """What is to stand: mine, theirs or another value, and why."""

    take: str
    value: Any = None
    reason: str = ""


@transaction.atomic
def bring_up_to_date(*, revision: Revision, by: Actor, at: datetime) -> Revision:
    """Lay a draft on what is in force now, where nothing of it clashes.

    What it wants stays; what is so already goes. Raises NotADraft, Conflicted.
    """
    claim(revision)
    return _merge(revision, by, at)


@transaction.atomic
def merge_submitted(*, revision: Revision, by: Actor, at: datetime) -> Revision:
    """The same for a revision before its forum, which stays there with its motion.

    Raises NotADraft, Conflicted, NothingLeft. Called by reviews.services.approvals.
    """
    submitted = Revision.State.SUBMITTED
    held = Revision.objects.filter(pk=revision.pk, state=submitted).update(state=submitted)
    if held != 1:
        raise NotADraft
    revision.plan = Plan.objects.select_related("lab__area__programme", "in_force").get(
        pk=revision.plan_id
    )
    merged = _merge(revision, by, at)
    if not merged.changes.exists():
        raise NothingLeft
    return merged


def _merge(revision: Revision, by: Actor, at: datetime) -> Revision:
    clashes = selectors.of(revision)
    if clashes:
        raise Conflicted(clashes)
    earlier = revision.base_id
    merge(revision)
    record(
        "revision.brought_up_to_date",
        revision,
        by=by,
        at=at,
        data={"from": earlier, "to": revision.base_id, "overridden": 0},
    )
    return revision


def merge(revision: Revision) -> None:
    """Let a revision that clashes with nothing rest on what is in force."""
    rebase(revision)
    Revision.objects.filter(pk=revision.pk).update(base=revision.plan.in_force_id)
    revision.refresh_from_db(fields=["base"])


@transaction.atomic
def resolve(
    *,
    revision: Revision,
    choices: Mapping[int, Choice],
    seen: int | None,
    by: Actor,
    at: datetime,
) -> Revision:
    """Decide every clash of a draft, by the id of its change, and bring it up to date.

    ``seen``: the revision in force that whoever decided was shown. Raises NotADraft,
    MovedOn, Unresolved (each field ``change_<id>`` that is not decided or not possible).
    """
    claim(revision)
    if seen != revision.plan.in_force_id:
        raise MovedOn
    rows = {(row.part, row.key, row.field): row for row in revision.changes.order_by("pk")}
    clashes = {
        rows[each.change.part, each.change.key, each.change.field].pk: each
        for each in selectors.of(revision)
    }
    _check(clashes, choices)
    earlier = revision.base_id
    for pk, clash in clashes.items():
        _decide(revision, pk, clash, choices[pk], by)
    merge(revision)
    _check_whole(revision, clashes)
    record(
        "revision.conflicts_resolved",
        revision,
        by=by,
        at=at,
        data={
            "from": earlier,
            "to": revision.base_id,
            "taken": {str(pk): choices[pk].take for pk in clashes},
        },
        texts={"reason": _said(clashes, choices)},
    )
    return revision


def _said(clashes: Mapping[int, Clash], choices: Mapping[int, Choice]) -> str:
    """The reasons given, one a line, each once."""
    return "\n".join(dict.fromkeys(choices[pk].reason.strip() for pk in clashes)).strip()


def _check(clashes: Mapping[int, Clash], choices: Mapping[int, Choice]) -> None:
    wrong = {}
    for pk, clash in clashes.items():
        choice = choices.get(pk)
        if choice is None or choice.take not in _possible(clash):
            wrong[f"change_{pk}"] = gettext("Choose what is to stand.")
        elif choice.take != THEIRS and not choice.reason.strip():
            wrong[f"reason_{pk}"] = gettext("Write why this is to stand.")
        elif choice.take == OTHER and choice.value in (None, "", []):
            wrong[f"value_{pk}"] = gettext("Write the other value.")
        elif choice.take == OTHER:
            try:
                _value(clash.change, choice.value)
            except parts.Unreadable as error:
                wrong[f"value_{pk}"] = str(problems.said(error.problem))
    if wrong:
        raise Unresolved(fields=wrong)


def _possible(clash: Clash) -> set[str]:
    if clash.kind == merging.LOOSE:
        return {THEIRS}
    whole = clash.kind != merging.FIELD or clash.change.field == rules.PATH
    return {MINE, THEIRS} if whole else {MINE, THEIRS, OTHER}


def _value(change: rules.Change, value: Any) -> Any:
    """The third value in its one spelling. Raises parts.Unreadable."""
    if change.part == rules.TARGET:
        text = str(value or "").strip()
        if not text:
            raise parts.Unreadable("required")
        numbers = change.after or change.before or {}
        return {**numbers, "value": parts.read_decimal(text)}
    rule = next(rule for rule in parts.SCHEMA[change.part] if rule.name == change.field)
    return parts.read(rule, value)


def _decide(revision: Revision, pk: int, clash: Clash, choice: Choice, by: Actor) -> None:
    """Leave in the draft what was chosen; what rests on it is laid anew afterwards."""
    rows = revision.changes.filter(pk=pk)
    group = revision.changes.filter(part=clash.change.part, key=clash.change.key)
    own = [content.pure(row) for row in group.order_by("pk")]
    if choice.take == THEIRS:
        kept = {change.field for change in merging.without(own, clash)}
        group.exclude(field__in=kept).delete()
    elif clash.kind == merging.GONE:
        _put_back(revision, own, choice, by)
    elif choice.take == OTHER:
        value = _value(clash.change, choice.value)
        rows.update(after=value, reason=choice.reason.strip(), by_user=by.user_id)
    else:
        rows.update(reason=choice.reason.strip())


def _put_back(revision: Revision, own: list[rules.Change], choice: Choice, by: Actor) -> None:
    """Bring a part back that another revision took out, with what ours changes in it."""
    part, key = own[0].part_id
    model = content.MODELS[part]
    last = model.objects.filter(key=key).order_by(F("until_revision__number").desc())
    fields = content.plain(part, last.values()[0])
    wanted = merging.put_back(fields, own, choice.reason.strip())
    authors = dict(revision.changes.filter(part=part, key=key).values_list("field", "by_user"))
    revision.changes.filter(part=part, key=key).delete()
    Change.objects.bulk_create(
        Change(
            revision=revision,
            part=part,
            key=key,
            field=change.field,
            before=None,
            after=change.after,
            reason=change.reason,
            touches=change.touches,
            by_user_id=authors.get(change.field) or by.user_id,
        )
        for change in wanted
    )


def _check_whole(revision: Revision, clashes: Mapping[int, Clash]) -> None:
    """Whether every part that was decided holds, and nothing is left hanging."""
    current = content.raw_content(revision.plan)
    draft = rules.apply(current, content.part_changes(revision))
    elsewhere = content.elsewhere(revision.plan, draft)
    hanging = parts.hanging(draft, elsewhere)
    wrong: dict[str, str] = {}
    for pk, clash in clashes.items():
        part_id: tuple[str, uuid.UUID] = clash.change.part_id
        if part_id not in draft or part_id[0] == rules.TARGET:
            continue
        found = parts.check(*part_id, draft[part_id], draft, elsewhere)
        if found:
            problem = found.get(clash.change.field) or next(iter(found.values()))
            wrong[f"change_{pk}"] = str(problems.said(problem))
            continue
        try:
            ceilings.hold(revision.plan, *part_id, old=current.get(part_id, {}), draft=draft)
        except ceilings.OverCeiling as over:
            wrong[f"change_{pk}"] = " ".join((over.fields or {}).values())
    if wrong or hanging:
        raise Unresolved(fields=wrong or None)
