"""What was decided when an initiative or a window came to its end."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Decision
from labs.models import EndChoice, Plan, Window
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class AlreadyChosen(Refused):
    message = _("About this end it has been decided already. Its page shows what.")
    code = "end_chosen"


@transaction.atomic
def choose(
    *,
    plan: Plan | None = None,
    initiative_key: uuid.UUID | None = None,
    window: Window | None = None,
    end_on: date,
    choice: str,
    until: date | None,
    reason: str,
    decision: Decision,
    by: Actor,
    at: datetime,
) -> EndChoice:
    """Keep what a decision chose about one end. Called where the decision is applied.

    Raises AlreadyChosen.
    """
    thing = {"initiative_key": initiative_key, "window": window}
    made, new = EndChoice.objects.get_or_create(
        **{name: value for name, value in thing.items() if value is not None},
        end_on=end_on,
        defaults={
            "plan": plan,
            "choice": choice,
            "until": until,
            "reason": reason,
            "decision": decision,
            "at": at,
            **EndChoice.fields_of(by),
        },
    )
    if not new:
        raise AlreadyChosen
    programme = plan.lab.area.programme_id if plan is not None else window.programme_id  # type: ignore[union-attr]
    events.record(
        verb="end.chosen",
        subject=made,
        by=by,
        at=at,
        data={
            "plan": plan.pk if plan else None,
            "initiative": initiative_key,
            "window": window.pk if window else None,
            "end_on": end_on,
            "choice": choice,
            "until": until,
            "decision": decision.pk,
        },
        texts={"reason": reason},
        programme_id=programme,
        restricted=plan is not None and plan.lab.restricted_to.exists(),
    )
    return made
