"""What the digests of an event are taken over: its columns, read the same everywhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from ledger.models import Event
from ledger.rules import chain


def key() -> bytes:
    """The ledger's key, which the database never sees."""
    return str(settings.LEDGER_KEY).encode()


def of(event: Event) -> dict[str, Any]:
    """Every column that was true at writing; number and link come later."""
    return {
        "uid": str(event.uid),
        "verb": event.verb,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "programme_id": event.programme_id,
        "restricted": event.restricted,
        "at": event.at,
        "recorded_at": event.recorded_at,
        "actor_user": event.actor_user,
        "actor_post": event.actor_post,
        "actor_principal": event.actor_principal,
        "actor_label": event.actor_label,
        "data": event.data,
    }


def mac_of(event: Event) -> str:
    """The keyed digest an unaltered ``event`` carries."""
    return chain.mac(key(), of(event))
