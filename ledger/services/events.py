"""Writing the ledger: one line for each change of state, in the same transaction."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from ledger import content, entropy, once, wallclock
from ledger.models import Event, EventText
from ledger.rules import chain
from ledger.rules.actors import Actor

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Line:
    """What one event is to say; see ``record``."""

    verb: str
    subject: models.Model | tuple[str, str]
    data: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    programme_id: int | str | None = None
    restricted: bool = False


def record(
    *,
    verb: str,
    subject: models.Model | tuple[str, str],
    by: Actor,
    at: datetime.datetime,
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    programme_id: int | str | None = None,
    restricted: bool = False,
) -> Event:
    """Write that ``by`` did ``verb`` to ``subject`` at the business time ``at``.

    ``data`` holds ids, numbers and dates only. Free text and personal data go into
    ``texts``: the event keeps their salted digest, so that they can be erased.
    Raises RuntimeError outside a transaction: a change and its event commit together.
    """
    line = Line(verb, subject, data or {}, texts or {}, programme_id, restricted)
    return record_many(lines=[line], by=by, at=at)[0]


def record_many(*, lines: Sequence[Line], by: Actor, at: datetime.datetime) -> list[Event]:
    """Write several lines of one actor and moment, in their order, in a few statements.

    Every line is what ``record`` would have written. Raises what ``record`` raises.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of the change it tells of")
    once.forget()
    recorded_at = wallclock.now()
    made = [_event(line, by, at, recorded_at) for line in lines]
    if len(made) == 1:
        made[0][0].save(force_insert=True)
    else:
        Event.objects.bulk_create((event for event, _kept in made), batch_size=CHUNK)
    texts = [text for event, kept in made for text in _texts_of(event, kept)]
    EventText.objects.bulk_create(texts, batch_size=CHUNK)
    return [event for event, _kept in made]


def _event(
    line: Line, by: Actor, at: datetime.datetime, recorded_at: datetime.datetime
) -> tuple[Event, list[EventText]]:
    """One event with its digest, and the texts that are kept beside it; nothing is written."""
    subject_type, subject_id = named(line.subject)
    kept = [
        EventText(field=field, text=text, salt=entropy.token_hex(16))
        for field, text in sorted(line.texts.items())
        if text
    ]
    event = Event(
        verb=line.verb,
        subject_type=subject_type,
        subject_id=subject_id,
        programme_id="" if line.programme_id is None else str(line.programme_id),
        restricted=line.restricted,
        at=at,
        recorded_at=recorded_at,
        actor_user=_id(by.user_id),
        actor_post=_id(by.post_id),
        actor_principal=_principal(by),
        actor_label=by.label[:200],
        data=_with_digests(_with_evidence(chain.plain(line.data), by), kept),
    )
    event.mac = content.mac_of(event)
    return event, kept


def _texts_of(event: Event, kept: list[EventText]) -> list[EventText]:
    for text in kept:
        text.event = event
    return kept


def named(subject: models.Model | tuple[str, str]) -> tuple[str, str]:
    """The opaque name of a subject: ("kpis.reading", "17")."""
    if isinstance(subject, tuple):
        return subject
    return subject._meta.label_lower, str(subject.pk)


def _with_evidence(data: dict[str, Any], by: Actor) -> dict[str, Any]:
    """An act entered for another names the document that shows it."""
    return data if by.evidence_id is None else {"evidence": by.evidence_id} | data


def _with_digests(data: dict[str, Any], kept: list[EventText]) -> dict[str, Any]:
    if chain.TEXTS in data:
        raise ValueError(
            f'"{chain.TEXTS}" in an event\'s data is kept for the digests of its texts'
        )
    if not kept:
        return data
    digests = {text.field: chain.text_digest(text.salt, chain.plain(text.text)) for text in kept}
    return data | {chain.TEXTS: digests}


def _principal(by: Actor) -> str:
    """For whom the act was entered: a user id, else the post's as "post:7"."""
    if by.principal_id is not None:
        return str(by.principal_id)
    return f"post:{by.principal_post_id}" if by.principal_post_id is not None else ""


def _id(number: int | None) -> str:
    return "" if number is None else str(number)
