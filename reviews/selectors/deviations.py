"""Open episodes by subject, oldest first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from kpis.models import Deviation, Kpi
from kpis.models.findings import RuleKind
from labs.models import Milestone, Plan
from reviews.models import Review


@dataclass(frozen=True)
class Open:
    """The open deviations of one subject under one rule."""

    title: str
    url: str
    kind: str
    since: datetime.date
    days: int
    count: int
    review_id: int | None

    @property
    def rule(self) -> str:
        return str(RuleKind(self.kind).label)


def open_episodes(kpis: QuerySet[Kpi], plans: QuerySet[Plan], on: datetime.date) -> list[Open]:
    """Open deviations of these KPIs and plans, grouped by subject and rule. Five queries."""
    rows = [*_of_kpis(kpis, on), *_of_milestones(plans, on)]
    return sorted(rows, key=lambda row: (row.since, row.title))


def _of_kpis(kpis: QuerySet[Kpi], on: datetime.date) -> list[Open]:
    groups = list(
        Deviation.objects.filter(
            closed_at=None, series__definition__kpi__in=kpis.order_by().values("pk")
        )
        .order_by()
        .values("series__definition__kpi", "rule__kind")
        .annotate(count=Count("pk"), since=Min("opened_at"))
    )
    wanted = {group["series__definition__kpi"] for group in groups}
    names = {pk: (name, code) for pk, name, code in _names(wanted)}
    reviews = dict(
        Review.objects.filter(state=Review.State.OPEN, kpi__in=wanted).values_list("kpi_id", "pk")
    )
    found = []
    for group in groups:
        pk = group["series__definition__kpi"]
        name, code = names[pk]
        found.append(_row(name, reverse("kpis:kpi", args=[code]), group, on, reviews.get(pk)))
    return found


def _names(wanted: set[int]) -> Any:
    return Kpi.objects.filter(pk__in=wanted).values_list("pk", "name", "code")


def _of_milestones(plans: QuerySet[Plan], on: datetime.date) -> list[Open]:
    groups = list(
        Deviation.objects.filter(closed_at=None, plan__in=plans.order_by().values("pk"))
        .order_by()
        .values("milestone_key", "rule__kind")
        .annotate(count=Count("pk"), since=Min("opened_at"))
    )
    keys = {group["milestone_key"] for group in groups}
    titles = dict(Milestone.objects.filter(key__in=keys).order_by("pk").values_list("key", "title"))
    reviews = dict(
        Review.objects.filter(state=Review.State.OPEN, milestone_key__in=keys).values_list(
            "milestone_key", "pk"
        )
    )
    return [
        _row(
            titles.get(group["milestone_key"], ""),
            reverse("labs:milestone", args=[group["milestone_key"]]),
            group,
            on,
            reviews.get(group["milestone_key"]),
        )
        for group in groups
    ]


def _row(
    title: str, url: str, group: dict[str, Any], on: datetime.date, review_id: int | None
) -> Open:
    since = group["since"].date()
    return Open(
        title=title,
        url=url,
        kind=group["rule__kind"],
        since=since,
        days=max((on - since).days, 0),
        count=group["count"],
        review_id=review_id,
    )
