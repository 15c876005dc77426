"""Writing the ledger: one line for each change of state, in the same transaction."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from ledger import content, wallclock
from ledger.models import Event, EventText
from ledger.rules import chain
from ledger.rules.actors import Actor


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
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of the change it tells of")
    subject_type, subject_id = named(subject)
    kept = [
        EventText(field=field, text=text, salt=secrets.token_hex(16))
        for field, text in sorted((texts or {}).items())
        if text
    ]
    event = Event(
        verb=verb,
        subject_type=subject_type,
        subject_id=subject_id,
        programme_id="" if programme_id is None else str(programme_id),
        restricted=restricted,
        at=at,
        recorded_at=wallclock.now(),
        actor_user=_id(by.user_id),
        actor_post=_id(by.post_id),
        actor_principal=_principal(by),
        actor_label=by.label[:200],
        data=_with_digests(_with_evidence(chain.plain(data or {}), by), kept),
    )
    event.mac = content.mac_of(event)
    event.save(force_insert=True)
    for text in kept:
        text.event = event
    EventText.objects.bulk_create(kept)
    return event


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
