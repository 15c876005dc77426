"""Which periods are locked, for pages and for those who load many values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from kpis.models import Kpi, PeriodLock
from labs.models import Programme


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock in force. It covers periods that end from ``first`` to ``last``, of one KPI or of all."""

    pk: int
    programme_id: int
    kpi_id: int | None
    first: date
    last: date
    reason: str
    at: datetime
    who: str

    def covers(self, kpi_id: int, period_end: date) -> bool:
        """Whether a value of this KPI for a period that ends on this day is locked."""
        return self.kpi_id in (None, kpi_id) and self.first <= period_end <= self.last


def locks_of(programme_ids: Iterable[int]) -> list[Lock]:
    """The locks in force in these programmes, in one query."""
    rows = PeriodLock.objects.filter(
        programme__in=set(programme_ids), lifted_at=None
    ).select_related("by_user", "by_post")
    return [
        Lock(
            pk=row.pk,
            programme_id=row.programme_id,
            kpi_id=row.kpi_id,
            first=row.first_day,
            last=row.last_day,
            reason=row.reason,
            at=row.at,
            who=_who(row),
        )
        for row in rows
    ]


def lock_on(locks: Iterable[Lock], kpi_id: int, period_end: date) -> Lock | None:
    """The first of these locks that covers the KPI's period, if any does."""
    return next((lock for lock in locks if lock.covers(kpi_id, period_end)), None)


def of_kpi(kpi: Kpi) -> list[Lock]:
    """The locks in force that concern a KPI."""
    locks = locks_of([kpi.area.programme_id])
    return [lock for lock in locks if lock.kpi_id in (None, kpi.pk)]


def listed(programme: Programme, readable: QuerySet[Kpi]) -> QuerySet[PeriodLock]:
    """All locks of a programme, lifted ones too, newest first; of single KPIs only readable ones."""
    return (
        PeriodLock.objects.filter(Q(kpi=None) | Q(kpi__in=readable.values("pk")))
        .filter(programme=programme)
        .select_related("kpi", "by_user", "by_post__organisation", "lifted_by")
        .order_by("lifted_at", "-last_day", "-pk")
    )


def _who(row: PeriodLock) -> str:
    if row.by_post is not None:
        return str(row.by_post)
    return str(row.by_user) if row.by_user is not None else ""
