"""The three tests and the checklist of one initiative, answered together in a draft."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from labs.models import Change, Revision
from labs.rules import parts
from labs.rules import revisions as rules
from labs.rules.parts import Problem
from labs.rules.quadrants import QUESTIONS
from labs.selectors import content
from labs.services import problems
from labs.services.revisions.drafts import claim, record
from labs.services.revisions.edits import EditedMeanwhile, PartGone
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

FIELDS = ("verdict", "title", "override")


class AnswersRefused(Refused):
    message = _("Not every answer can be saved yet. Mend what is marked; nothing is lost.")
    code = "answers"


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered to one question; all three empty: no answer."""

    verdict: str = ""
    title: str = ""
    override: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.verdict or self.title or self.override)


@transaction.atomic
def give(
    *,
    revision: Revision,
    initiative: uuid.UUID,
    given: Mapping[str, Given],
    began: Mapping[str, Given] | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Write the answers of an initiative into a draft, all or none; how many changed.

    ``given`` by question. ``began``: what the writer saw; an answer left as it was does not
    undo what another wrote meanwhile, and one that both changed is refused. An empty
    answer takes an earlier one out. ``reason`` serves all. Fields of refusals are named
    "question-field". Raises NotADraft, PartGone, AnswersRefused, EditedMeanwhile.
    """
    claim(revision)
    before = content.raw_content(revision.plan)
    draft = rules.apply(before, content.part_changes(revision))
    if (rules.INITIATIVE, initiative) not in draft:
        raise PartGone
    there = _there(draft, initiative)
    known = {question: _as_given(draft[rules.ANSWER, key]) for question, key in there.items()}
    meant = _meant(given, began, known)
    _refuse(meant)
    changed = [
        question
        for question, answer in meant.items()
        if answer != known.get(question, Given())
        and _write(revision, initiative, question, answer, there, before, reason.strip(), by)
    ]
    if changed:
        record(
            "answers.saved",
            revision,
            by=by,
            at=at,
            data={"initiative": initiative, "questions": sorted(changed)},
            texts={"reason": reason.strip()}
            | {f"{each}_{name}": text for each in changed for name, text in _texts(meant[each])},
        )
    return len(changed)


def _there(draft: rules.Content, initiative: uuid.UUID) -> dict[str, uuid.UUID]:
    """The key of each answer of the initiative, by its question."""
    return {
        fields["question"]: key
        for (part, key), fields in draft.items()
        if part == rules.ANSWER and fields.get("initiative_key") == str(initiative)
    }


def key_of(initiative: uuid.UUID, question: str) -> uuid.UUID:
    """The key of an answer: the same in every draft, so that two answers are seen to clash."""
    return uuid.uuid5(initiative, question)


def _as_given(fields: Mapping[str, Any]) -> Given:
    return Given(*(str(fields.get(name) or "") for name in FIELDS))


def _meant(
    given: Mapping[str, Given], began: Mapping[str, Given] | None, known: Mapping[str, Given]
) -> dict[str, Given]:
    """What the writer means to change. Raises EditedMeanwhile for what both changed."""
    meant: dict[str, Given] = {}
    clashes = {}
    for question, raw in given.items():
        answer = Given(*(_clean(getattr(raw, name)) for name in FIELDS))
        seen = began.get(question, Given()) if began is not None else None
        if seen == answer:
            continue
        now = known.get(question, Given())
        if seen is not None and now not in (seen, answer):
            clashes[f"{question}-title"] = format_lazy(
                _("It says “{now}” by now. Save again to put yours in its place."),
                now=now.title or "–",
            )
        meant[question] = answer
    if clashes:
        raise EditedMeanwhile(fields={name: str(text) for name, text in clashes.items()})
    return meant


def _clean(text: str) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _refuse(meant: Mapping[str, Given]) -> None:
    wrong: dict[str, Problem] = {}
    for question, answer in meant.items():
        if question not in QUESTIONS:
            wrong[f"{question}-verdict"] = Problem("not_in_list")
        elif not answer.is_empty:
            wrong |= {f"{question}-{name}": each for name, each in _wrong(answer)}
    if wrong:
        raise AnswersRefused(fields=problems.by_field(wrong))


def _wrong(answer: Given) -> Iterator[tuple[str, Problem]]:
    if not answer.verdict:
        yield "verdict", Problem("answer_missing")
    if not answer.title:
        yield "title", Problem("answered_why")
    given = {name: getattr(answer, name) for name in FIELDS if getattr(answer, name)}
    _values, wrong = parts.parse(rules.ANSWER, given)
    yield from wrong.items()


def _write(
    revision: Revision,
    initiative: uuid.UUID,
    question: str,
    answer: Given,
    there: Mapping[str, uuid.UUID],
    before: rules.Content,
    reason: str,
    by: Actor,
) -> bool:
    """Keep one row per field that differs from the plan in force, and no other."""
    key = there.get(question) or key_of(initiative, question)
    old = before.get((rules.ANSWER, key))
    revision.changes.filter(part=rules.ANSWER, key=key).delete()
    if answer.is_empty:
        if old is not None:
            _add(revision, key, rules.REMOVED, rules.described(old), None, reason, by)
        return True
    fields = {"initiative_key": str(initiative), "question": question}
    fields |= {name: getattr(answer, name) for name in FIELDS if getattr(answer, name)}
    for name in parts.names_of(rules.ANSWER):
        was, becomes = (old or {}).get(name), fields.get(name)
        if was != becomes:
            _add(revision, key, name, was, becomes, reason, by)
    return True


def _add(
    revision: Revision,
    key: uuid.UUID,
    field: str,
    before: Any,
    after: Any,
    reason: str,
    by: Actor,
) -> None:
    Change.objects.create(
        revision=revision,
        part=rules.ANSWER,
        key=key,
        field=field,
        before=before,
        after=after,
        reason=reason,
        touches=rules.touches(rules.ANSWER, field),
        by_user_id=by.user_id,
    )


def _texts(answer: Given) -> Iterator[tuple[str, str]]:
    if answer.title:
        yield "why", answer.title
    if answer.override:
        yield "override", answer.override
