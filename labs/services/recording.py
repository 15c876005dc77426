"""What every record beside a plan's versions has in common: its programme runs, one event is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from labs.models import Plan
from labs.services.programmes import ProgrammeClosed
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.services import events


def require_open(plan: Plan) -> None:
    """Raise ProgrammeClosed where nothing is recorded any more."""
    if plan.lab.area.programme.is_closed:
        raise ProgrammeClosed


def record(
    verb: str,
    made: Any,
    plan: Plan,
    *,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any],
    texts: Mapping[str, str],
) -> Event:
    """One event about a row that was added to ``plan``."""
    return events.record(
        verb=verb,
        subject=made,
        by=by,
        at=at,
        data={"plan": plan.pk, **data},
        texts=dict(texts),
        programme_id=plan.lab.area.programme_id,
        restricted=plan.lab.restricted_to.exists(),
    )


def twice(*, newest: Any, by: Actor, at: datetime, **said: Any) -> bool:
    """Whether the newest row says the same, by the same user, within the same minutes.

    A form that is sent twice is kept once.
    """
    return (
        newest is not None
        and newest.by_user_id == by.user_id
        and abs((at - newest.at).total_seconds()) < 600
        and all(getattr(newest, name) == value for name, value in said.items())
    )
