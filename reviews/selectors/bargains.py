"""A bargain with the target it is about, as far as the reader may see the KPI."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from kpis.models import Kpi, Series, Target
from kpis.selectors import kpis
from labs.models import Bargain, Plan, Programme, Revision
from labs.selectors import bargains, programmes


@dataclass(frozen=True)
class About:
    """The target a bargain is about: ``target`` None while none is set."""

    kpi: Kpi
    start: datetime.date
    end: datetime.date
    target: Target | None
    plan: Plan | None
    draft: Revision | None


def about(bargain: Bargain) -> About | None:
    """What the bargain is about; None where it is about no KPI."""
    if bargain.series_key is None:
        return None
    series = Series.objects.filter(key=bargain.series_key)
    found = series.select_related("definition__kpi__area__programme").first()
    if found is None:
        return None
    start, end = (datetime.date.fromisoformat(day) for day in bargain.period.split("/"))
    target = found.targets.filter(period_start=start, period_end=end, until_change=None).first()
    plan = bargain.plan
    drafts = plan.revisions.filter(state=Revision.State.DRAFT) if plan else None
    draft = drafts.order_by("-pk").first() if drafts is not None else None
    return About(found.definition.kpi, start, end, target, plan, draft)


def readable(user: Any, on: datetime.date, programme: Programme) -> QuerySet[Bargain]:
    """Those of readable plans, less those over targets of KPIs kept from ``user``."""
    return _shown(bargains.readable(user, on, programme), user, on)


def everywhere(user: Any, on: datetime.date) -> QuerySet[Bargain]:
    """The same, of all readable programmes."""
    own = programmes.readable_ids(user, on)
    found = bargains.within(Bargain.objects.filter(programme__in=own), user, on)
    return _shown(found, user, on)


def hidden_count(user: Any, on: datetime.date, programme: Programme) -> int:
    """How many bargains are kept from ``user``: counted, never named."""
    shown = readable(user, on, programme).values("pk")
    return Bargain.objects.filter(programme=programme).exclude(pk__in=shown).count()


def _shown(found: QuerySet[Bargain], user: Any, on: datetime.date) -> QuerySet[Bargain]:
    own = kpis.readable(user, on)
    series = Series.objects.filter(definition__kpi__in=own.values("pk"))
    return found.filter(Q(series_key=None) | Q(series_key__in=series.values("key")))
