"""Closing a deviation by a decision. Detection closes the others."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kpis.models import Deviation
from kpis.selectors.deviations import programme_id_of
from ledger.rules.actors import Actor
from ledger.services import events


def close(
    *,
    deviation: Deviation,
    closed_as: str = Deviation.Closing.DECIDED,
    by: Actor,
    at: datetime,
) -> Deviation:
    """Close an open deviation; its findings so far are settled. Closed already: nothing happens."""
    with transaction.atomic():
        closed = Deviation.objects.filter(pk=deviation.pk, closed_at=None).update(
            closed_at=at,
            closed_as=closed_as,
            settled_through=deviation.last_signal.period_end,
        )
        deviation.refresh_from_db()
        if closed == 1:
            events.record(
                verb="deviation.closed",
                subject=deviation,
                by=by,
                at=at,
                data={"as": str(closed_as), "last_signal": deviation.last_signal_id},
                programme_id=programme_id_of(deviation),
                restricted=_is_restricted(deviation),
            )
        return deviation


def _is_restricted(deviation: Deviation) -> bool:
    if deviation.series is None:
        return bool(deviation.plan is not None and deviation.plan.lab.restricted_to.exists())
    return bool(deviation.series.definition.kpi.restricted_to.exists())
