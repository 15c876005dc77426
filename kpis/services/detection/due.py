"""The sweep over what time alone changes: values that fall due, and milestones."""

from __future__ import annotations

from datetime import datetime

from kpis.models import Series
from kpis.services import series as series_service
from kpis.services.detection import milestones
from kpis.services.detection.counts import Counts
from kpis.services.detection.sweep import LIMIT, detect
from kpis.services.readings.checks import business_date
from labs.models import Programme


def detect_due(*, at: datetime, limit: int = LIMIT) -> Counts:
    """Look at the series whose day to look has come, and at the milestones in force.

    Each status row says on which day time alone will change it, so that a sweep
    with nothing due reads one index per programme. Closed programmes owe nothing.
    """
    due = due_series(at, limit)
    series_service.touch(series_ids=due, at=at)
    counts = detect(at=at, series_ids=due, limit=limit)
    more = len(due) == limit
    counts.add(milestones.detect_milestones(at=at))
    counts.more = more
    return counts


def due_series(at: datetime, limit: int) -> list[int]:
    """The series of open programmes whose day to look has come, in each programme's own day."""
    found: list[int] = []
    for programme in Programme.objects.filter(closed_at=None).order_by("pk"):
        waiting = Series.objects.filter(
            definition__kpi__area__programme=programme,
            status__check_on__lte=business_date(programme, at),
        )
        found += waiting.order_by("pk").values_list("pk", flat=True)[: limit - len(found)]
        if len(found) >= limit:
            break
    return found
