"""A status set by hand, with its reason: shown until the next value comes in.

It lapses in the transaction that records that value (kpis.services.tracks.changed).
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import HandStatus, Series
from kpis.models.targets import Status
from kpis.services.readings import checks
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act

# What a person may say; "missing" and the like are facts that nobody can set.
SETTABLE = (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)


class HandStatusRefused(Refused):
    """A status that cannot be set by hand."""

    code = "hand_status"


def set(*, series: Series, status: str, reason: str, by: Actor, at: datetime) -> HandStatus:
    """Show this status instead of the one worked out, until the next value comes in.

    An earlier one of the series lapses. Rules, signals and deviations do not look at it.
    Raises HandStatusRefused without a reason or for another status, ProgrammeClosed.
    """
    checks.check_open(series)
    if status not in SETTABLE:
        message = _("Choose on track, at risk or off track.")
        raise HandStatusRefused(message, fields={"status": str(message)})
    if not reason.strip():
        message = _("Say why the status differs from the one worked out.")
        raise HandStatusRefused(message, fields={"reason": str(message)})
    with transaction.atomic():
        HandStatus.objects.filter(series=series, lapsed_at=None).update(lapsed_at=at)
        made = HandStatus(
            series=series, status=status, reason=reason.strip(), at=at, **Act.fields_of(by)
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise HandStatusRefused(
                _("Somebody else set a status just now. Look at it and try again."), code="stale"
            ) from error
        events.record(
            verb="status.set",
            subject=series,
            by=by,
            at=at,
            data={"status": status, "hand_status": made.pk},
            texts={"reason": reason.strip()},
            programme_id=checks.programme_of(series).pk,
            restricted=checks.is_restricted(series),
        )
        return made


@transaction.atomic
def take_back(*, hand: HandStatus, reason: str, by: Actor, at: datetime) -> HandStatus:
    """Show the status that the rules work out again. Raises HandStatusRefused, ProgrammeClosed."""
    checks.check_open(hand.series)
    if not reason.strip():
        message = _("Say why the status is taken back.")
        raise HandStatusRefused(message, fields={"reason": str(message)})
    if HandStatus.objects.filter(pk=hand.pk, lapsed_at=None).update(lapsed_at=at) != 1:
        raise HandStatusRefused(
            _("This status lapsed meanwhile. Look at the newest one."), code="stale"
        )
    hand.lapsed_at = at
    events.record(
        verb="status.taken_back",
        subject=hand.series,
        by=by,
        at=at,
        data={"status": hand.status, "hand_status": hand.pk},
        texts={"reason": reason.strip()},
        programme_id=checks.programme_of(hand.series).pk,
        restricted=checks.is_restricted(hand.series),
    )
    return hand
