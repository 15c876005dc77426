"""One event about something in a lab, as restricted as the lab is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from labs.models import Lab
from labs.services.programmes import ProgrammeClosed
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class LabOver(Refused):
    message = _("This lab is closed: what it did stays readable and is no longer changed.")
    code = "lab_over"


def require_running(lab: Lab) -> None:
    """Raise LabOver or ProgrammeClosed once the lab's weeks are over."""
    if lab.area.programme.is_closed:
        raise ProgrammeClosed
    if Lab.objects.filter(pk=lab.pk).exclude(closed_at=None).exists():
        raise LabOver


def record(
    verb: str,
    subject: models.Model,
    lab: Lab,
    *,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    private: bool = False,
) -> Event:
    """Write the event; ``private``: what it says stays inside the lab."""
    return events.record(
        verb=verb,
        subject=subject,
        by=by,
        at=at,
        data={"lab": lab.pk, **(data or {})},
        texts=dict(texts or {}),
        programme_id=lab.area.programme_id,
        restricted=private or lab.restricted_to.exists(),
    )
