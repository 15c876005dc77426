"""Who is at which cell. Forgotten within seconds; no state of anything, so no event."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from kpis.models import CellPresence, Series
from kpis.rules.periods import Period

GONE = timedelta(minutes=1)


def see(*, user_id: int, series: Series, period: Period, at: datetime) -> None:
    """The user is at this cell now. Their rows of cells they left long ago go."""
    CellPresence.objects.filter(user=user_id, seen_at__lt=at - GONE).delete()
    here = CellPresence.objects.filter(
        user=user_id, series=series, period_start=period.start, period_end=period.end
    )
    if here.update(seen_at=at):
        return
    made = CellPresence(
        user_id=user_id,
        series=series,
        period_start=period.start,
        period_end=period.end,
        seen_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # two windows of one person came at once: one row says it
        here.update(seen_at=at)


def leave(*, user_id: int) -> None:
    """The user is at no cell any more."""
    CellPresence.objects.filter(user=user_id).delete()
