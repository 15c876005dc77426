"""Opening a bargain over the target of a KPI, which labs do not know."""

from __future__ import annotations

import datetime
from typing import cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi
from kpis.rules.periods import Frequency, parse_period
from kpis.selectors import kpis
from kpis.services import series
from labs.models import Bargain, Goal, Plan, Programme
from labs.services import bargains
from ledger.rules.actors import Actor


@transaction.atomic
def open(
    *,
    programme: Programme,
    title: str,
    unit: str = "",
    kpi: Kpi | None = None,
    period: str = "",
    by: Actor,
    at: datetime.datetime,
) -> Bargain:
    """Begin to keep a bargain; with a KPI it is about the target of its total in ``period``.

    Raises bargains.BargainRefused, PeriodRefused, ProgrammeClosed.
    """
    if kpi is None:
        if period.strip():
            raise bargains.BargainRefused(fields={"kpi": _("Say whose target it is.")})
        return bargains.open(programme=programme, title=title, unit=unit, by=by, at=at)
    if not period.strip():
        raise bargains.BargainRefused(fields={"period": _("Say for which period.")})
    definition = kpis.definition_of(kpi)
    frequency = cast(Frequency, definition.frequency)
    span = parse_period(period, frequency, programme.fiscal_year_start)
    total = series.ensure(definition=definition, cell_key=kpis.TOTAL, at=at)
    return bargains.open(
        programme=programme,
        title=title,
        unit=unit or definition.unit,
        plan=_plan(kpi),
        series_key=total.key,
        period=(span.start, span.end),
        by=by,
        at=at,
    )


def _plan(kpi: Kpi) -> Plan | None:
    """The plan in force that holds the KPI's goal."""
    if kpi.goal_key is None:
        return None
    goal = Goal.objects.filter(key=kpi.goal_key, until_revision=None).select_related("plan").first()
    return goal.plan if goal else None
