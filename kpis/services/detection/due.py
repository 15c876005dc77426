"""The sweep over what time alone changes: values that fall due, and milestones."""

from __future__ import annotations

from datetime import datetime, timedelta

from kpis.models import SeriesStatus
from kpis.services import series as series_service
from kpis.services.detection import milestones
from kpis.services.detection.counts import Counts
from kpis.services.detection.sweep import LIMIT, detect
from kpis.services.readings.checks import business_date
from labs.models import Programme

FARTHEST_EAST = timedelta(hours=14)


def detect_due(*, at: datetime, limit: int = LIMIT) -> Counts:
    """Look at the series whose day to look has come, and at the milestones in force.

    Each status row says on which day time alone will change it, so that a sweep
    with nothing due reads one index and no rows. Closed programmes owe nothing.
    """
    due = due_series(at, limit)
    series_service.touch(series_ids=due, at=at)
    counts = detect(at=at, series_ids=due, limit=limit)
    more = len(due) == limit
    counts.add(milestones.detect_milestones(at=at))
    counts.more = more
    return counts


def due_series(at: datetime, limit: int) -> list[int]:
    """The series of open programmes whose day to look has come, in each programme's own day.

    Read from the index of the days on which to look, earliest first: what is not due
    costs nothing, however much of it there is.
    """
    days = {
        programme.pk: business_date(programme, at)
        for programme in Programme.objects.filter(closed_at=None)
    }
    waiting = (
        SeriesStatus.objects.filter(check_on__lte=(at + FARTHEST_EAST).date())
        .filter(series__definition__kpi__area__programme__closed_at=None)
        .order_by("check_on", "pk")
        .values_list("series", "check_on", "series__definition__kpi__area__programme")
    )
    return [
        series
        for series, day, programme in waiting[:limit]
        if day is not None and day <= days.get(programme, day)
    ]
