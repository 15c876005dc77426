"""What every act of a panel has in common: it is at work, who acts is an outsider, it is recorded."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy

from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import User
from reviews.models import Panel
from reviews.selectors import panels as selectors


class NotOutside(Refused):
    message = gettext_lazy("%(who)s %(why)s, and cannot validate it from outside. Seat others.")
    code = "not_outside"

    def __init__(self, who: User, why: str) -> None:
        super().__init__(str(self.message) % {"who": who, "why": why})


class NotSeated(Refused):
    message = gettext_lazy("Only who has a seat in the panel does this.")
    code = "not_seated"


class HasReported(Refused):
    message = gettext_lazy("The panel has reported: its scores and seats stay as they are.")
    code = "panel_has_reported"


def hold(panel: Panel) -> None:
    """Hold the panel's row for this transaction, while it is at work. Raises HasReported."""
    opened = Panel.State.OPEN
    if Panel.objects.filter(pk=panel.pk, state=opened).update(state=opened) != 1:
        raise HasReported


def require_outside(panel: Panel, user: User, at: datetime.datetime) -> None:
    """Raise NotOutside where the user is part of what the panel looks at."""
    why = selectors.inside(panel.programme, user, at.date())
    if why:
        raise NotOutside(user, why)


def record(
    verb: str,
    panel: Panel,
    by: Actor,
    at: datetime.datetime,
    data: Mapping[str, object],
    texts: dict[str, str] | None = None,
    *,
    restricted: bool = False,
) -> Event:
    """One event of the panel."""
    return events.record(
        verb=verb,
        subject=panel,
        by=by,
        at=at,
        data=data,
        texts=texts or {},
        programme_id=panel.programme_id,
        restricted=restricted,
    )


def url(panel: Panel) -> str:
    """Its page."""
    return reverse("reviews:panel", args=[panel.pk])
