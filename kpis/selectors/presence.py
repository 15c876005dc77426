"""Who else is at the cells of a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from kpis.models import CellPresence
from kpis.rules.periods import Period

FRESH = timedelta(seconds=15)  # some beats of the page's pulse


def others(
    user: Any, series_ids: Iterable[int], at: datetime
) -> dict[tuple[int, Period], list[str]]:
    """The names of other people at cells of these series, by cell. One query."""
    rows = (
        CellPresence.objects.filter(series__in=set(series_ids), seen_at__gte=at - FRESH)
        .exclude(user=user.pk)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    found: dict[tuple[int, Period], list[str]] = {}
    for row in rows:
        place = (row.series_id, Period(row.period_start, row.period_end))
        found.setdefault(place, []).append(str(row.user))
    return found
