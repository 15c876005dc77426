"""Many steps at once into a draft: all of them, or none and what is wrong with which line."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models import Change, Revision
from labs.rules import parts, pasted
from labs.rules import revisions as rules
from labs.selectors import content
from labs.services.revisions.drafts import claim, record
from ledger import entropy
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post


class PasteRefused(Refused):
    """``wrong`` says line by line what to mend. Nothing of the paste was kept."""

    message = _("Nothing was added yet. Mend the lines that are named, then paste again.")
    code = "paste"

    def __init__(self, wrong: list[pasted.Wrong]) -> None:
        super().__init__()
        self.wrong = wrong


@dataclass(frozen=True)
class Added:
    """How many steps were added, and how many were in the draft already."""

    new: int
    there: int


@transaction.atomic
def paste(
    *,
    revision: Revision,
    text: str,
    headings: Mapping[str, str],
    initiative: uuid.UUID | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Added:
    """Add the steps of ``text`` (``labs.rules.pasted``) to a draft, in a fixed number of queries.

    ``initiative``: where steps go whose line names none. A step that its initiative has
    already under the same title is left as it is, so that pasting twice adds nothing.
    Raises NotADraft, PasteRefused.
    """
    claim(revision)
    read = pasted.read(text, headings)
    if not read.rows:
        raise PasteRefused(read.wrong)
    before = content.raw_content(revision.plan)
    draft = rules.apply(before, content.part_changes(revision))
    made, unknown = _Reading(draft, initiative, at.date()).steps(read.rows)
    if wrong := [*read.wrong, *unknown]:
        raise PasteRefused(sorted(wrong, key=lambda each: each.line))
    Change.objects.bulk_create(_changes(revision, made, reason.strip(), by))
    record(
        "milestones.pasted",
        revision,
        by=by,
        at=at,
        data={"steps": len(made), "digest": pasted.digest(read.rows)},
        texts={"reason": reason.strip()},
    )
    return Added(len(made), len(read.rows) - len(made))


class _Reading:
    """Lines become steps of one draft: initiatives, owners and prerequisites by name."""

    def __init__(self, draft: rules.Content, initiative: uuid.UUID | None, on: date) -> None:
        self.draft = dict(draft)
        self.initiative = initiative
        self.initiatives = _by_title(draft, rules.INITIATIVE)
        self.there = {
            (fields["initiative_key"], _folded(fields["title"])): key
            for (part, key), fields in draft.items()
            if part == rules.MILESTONE
        }
        self.steps_by_title = _by_title(draft, rules.MILESTONE)
        self.owners = _owners(on)

    def steps(
        self, rows: list[pasted.Row]
    ) -> tuple[dict[uuid.UUID, dict[str, Any]], list[pasted.Wrong]]:
        """The new steps by key, and what is wrong."""
        wrong: list[pasted.Wrong] = []
        keys: dict[int, uuid.UUID] = {}
        made: dict[uuid.UUID, dict[str, Any]] = {}
        for row in rows:
            fields = self._fields(row, wrong)
            name = (fields.get("initiative_key"), _folded(row.step))
            if name in self.there:
                keys[row.number] = self.there[name]
                continue
            key = keys[row.number] = self.there[name] = entropy.uuid4()
            self.steps_by_title.setdefault(_folded(row.step), []).append(key)
            made[key] = fields
        for row in rows:
            after = self._after(row, keys, wrong)
            if after and keys[row.number] in made:
                made[keys[row.number]]["depends_on"] = after
        if not wrong:
            wrong += self._circles(rows, keys, made)
        return made, wrong

    def _fields(self, row: pasted.Row, wrong: list[pasted.Wrong]) -> dict[str, Any]:
        fields: dict[str, Any] = {"title": row.step}
        initiative = self._initiative(row, wrong)
        if initiative:
            fields["initiative_key"] = str(initiative)
        if row.owner:
            posts = self.owners.get(_folded(row.owner), [])
            if len(posts) == 1:
                fields["owner"] = str(posts[0])
            else:
                _say(wrong, row, pasted.OWNER, posts, row.owner)
        if row.start:
            fields["starts_on"] = row.start
        if row.finish:
            fields["finishes_on"] = row.finish
        return fields

    def _initiative(self, row: pasted.Row, wrong: list[pasted.Wrong]) -> uuid.UUID | None:
        if not row.initiative and self.initiative is not None:
            return self.initiative
        found = self.initiatives.get(_folded(row.initiative), []) if row.initiative else []
        if len(found) == 1:
            return found[0]
        _say(wrong, row, pasted.INITIATIVE, found, row.initiative)
        return None

    def _after(
        self, row: pasted.Row, keys: Mapping[int, uuid.UUID], wrong: list[pasted.Wrong]
    ) -> list[str]:
        found = set()
        for text in row.after:
            by_number = keys.get(int(text)) if text.isascii() and text.isdigit() else None
            named = [by_number] if by_number else self.steps_by_title.get(_folded(text), [])
            if len(named) == 1:
                found.add(str(named[0]))
            else:
                _say(wrong, row, pasted.AFTER, named, text)
        return sorted(found)

    def _circles(
        self,
        rows: list[pasted.Row],
        keys: Mapping[int, uuid.UUID],
        made: Mapping[uuid.UUID, dict[str, Any]],
    ) -> list[pasted.Wrong]:
        for key, fields in made.items():
            self.draft[rules.MILESTONE, key] = fields
        circular = parts.before_themselves(self.draft)
        return [
            pasted.Wrong(row.line, pasted.AFTER, parts.Problem("comes_before_itself"))
            for row in rows
            if keys[row.number] in circular
        ]


def _say(
    wrong: list[pasted.Wrong], row: pasted.Row, column: str, found: list[Any], name: str
) -> None:
    """Note that a name means nothing here, or more than one thing."""
    known = "name_twice" if found else "name_unknown"
    code = known if name else "initiative_missing"
    wrong.append(pasted.Wrong(row.line, column, parts.Problem(code, {"name": name})))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _by_title(draft: rules.Content, part: str) -> dict[str, list[uuid.UUID]]:
    found: dict[str, list[uuid.UUID]] = {}
    for (kind, key), fields in draft.items():
        if kind == part:
            found.setdefault(_folded(fields["title"]), []).append(key)
    return found


def _owners(on: date) -> dict[str, list[int]]:
    """Posts by what people call them: "Director, Planning" or "Director, Planning, Works"."""
    alive = Q(abolished_on=None) | Q(abolished_on__gt=on)
    found: dict[str, list[int]] = {}
    for post in Post.objects.filter(alive).select_related("organisation"):
        full = f"{post.title}, {post.organisation.name}"
        for name in {_folded(post.title), _folded(str(post)), _folded(full)}:
            found.setdefault(name, []).append(post.pk)
    return found


def _changes(
    revision: Revision, made: Mapping[uuid.UUID, dict[str, Any]], reason: str, by: Actor
) -> Iterable[Change]:
    return [
        Change(
            revision=revision,
            part=rules.MILESTONE,
            key=key,
            field=name,
            before=None,
            after=value,
            reason=reason,
            touches=rules.touches(rules.MILESTONE, name),
            by_user_id=by.user_id,
        )
        for key, fields in made.items()
        for name, value in fields.items()
    ]
