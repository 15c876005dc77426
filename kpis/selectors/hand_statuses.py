"""Statuses set by hand: which stand now, and which stood before."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from kpis.models import HandStatus, Series
from labs.models import Programme


def standing() -> QuerySet[HandStatus]:
    """Those that have not lapsed, with who set them."""
    return HandStatus.objects.filter(lapsed_at=None).select_related(
        "by_user", "by_post__organisation"
    )


def standing_of(series_ids: Iterable[int]) -> dict[int, HandStatus]:
    """Those that stand, by series. One query."""
    found = standing().filter(series__in=list(series_ids))
    return {each.series_id: each for each in found}


def standing_in(programme: Programme) -> dict[int, HandStatus]:
    """Those that stand anywhere in a programme, by series. One query."""
    found = standing().filter(series__definition__kpi__area__programme=programme)
    return {each.series_id: each for each in found}


def of_series(series: Series) -> QuerySet[HandStatus]:
    """All of a series, newest first."""
    return HandStatus.objects.filter(series=series).select_related(
        "by_user", "by_post__organisation"
    )
