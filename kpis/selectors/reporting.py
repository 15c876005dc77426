"""What is owed, by whom, for many series at once: the page of a cycle, and reminders.

Part of a breakdown owe values as the total does. A composite owes none: it is worked
out. Who answers is the post that owns the KPI; where none does, the lead of its area.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from kpis.models import LiveReading, Series
from kpis.rules import reporting as rules
from kpis.rules.periods import Period
from kpis.rules.schedule import Schedule, of_part, owed
from kpis.selectors import facts, kpis, locks
from kpis.selectors.pages.facts import today_of
from labs.models import Lab, Programme, ProgrammeReader, ResultArea
from labs.selectors import programmes
from people.selectors import people

WINDOW = timedelta(days=800)  # older than two years is no longer chased


@dataclass(frozen=True, slots=True)
class Line:
    """One series that owes values, with who answers for it."""

    series_id: int
    kpi_id: int
    programme_id: int
    post_id: int | None
    organisation_id: int
    organisation: str
    cell: str
    frequency: str
    reporting_days: int
    effect_from: date | None
    reporting_from: date | None
    closed_on: date | None
    part_from: date | None
    part_until: date | None
    never: bool  # no value of any period yet


FIELDS = (
    *("pk", "definition__kpi_id", "definition__kpi__area__programme_id"),
    *("definition__kpi__owner_id", "answers_id", "answers_name", "cell__label"),
    *("definition__frequency", "definition__reporting_days", "definition__effective_from"),
    *("definition__reporting_from", "definition__kpi__retired_on"),
    *("cell__starts_on", "cell__ends_on", "never"),
)


def lines(series: QuerySet[Series]) -> list[Line]:
    """The series as lines, in one query."""
    live = LiveReading.objects.filter(series=OuterRef("pk"))
    kpi = "definition__kpi__"
    rows = series.annotate(
        never=~Exists(live),
        answers_id=Coalesce(F(kpi + "owner__organisation"), F(kpi + "area__lead")),
        answers_name=Coalesce(F(kpi + "owner__organisation__name"), F(kpi + "area__lead__name")),
    )
    return [Line(*row) for row in rows.order_by().values_list(*FIELDS)]


def owing(programme_ids: Iterable[int] | QuerySet[Any]) -> QuerySet[Series]:
    """The series of open programmes that values are asked of: newest definitions, not retired."""
    return Series.objects.filter(
        Q(definition__reporting_from__isnull=False) | Q(definition__effective_from__isnull=False),
        definition__in=kpis.newest_definitions(),
        definition__composition="",
        definition__kpi__retired_on=None,
        definition__kpi__area__programme__in=programme_ids,
        definition__kpi__area__programme__closed_at=None,
    )


def overseen(user: Any, on: date) -> QuerySet[Programme]:
    """The open programmes of which ``user`` sees everybody's reporting.

    All for who reads everything; those that ``user`` or an organisation of theirs reads by
    name, or whose areas or labs report to a forum they take part in. A ministry that leads
    an area sees its own (``own``).
    """
    running = Programme.objects.filter(closed_at=None)
    if programmes.reads_everything(user):
        return running
    organisations = people.organisation_ids_of(user, on)
    reach = programmes.forums_within_reach(user, on)
    named = ProgrammeReader.objects.filter(Q(user=user.pk) | Q(organisation__in=organisations))
    return running.filter(
        Q(pk__in=named.values("programme"))
        | Q(pk__in=ResultArea.objects.filter(home_forum__in=reach).values("programme"))
        | Q(pk__in=Lab.objects.filter(steering__in=reach).values("area__programme"))
    )


def own(user: Any, on: date) -> Q:
    """Series that an organisation of the user answers for."""
    organisations = people.organisation_ids_of(user, on)
    kpi = "definition__kpi__"
    return Q(**{kpi + "owner__organisation__in": organisations}) | Q(
        **{kpi + "owner": None, kpi + "area__lead__in": organisations}
    )


def schedules(found: Iterable[Programme], at: datetime) -> dict[int, tuple[Schedule, date]]:
    """What is common to the series of each programme, and the day it is there."""
    off = cache(facts.days_off)
    common = {}
    for programme in found:
        today = today_of(programme, at)
        common[programme.pk] = (
            Schedule(
                frequency="monthly",
                fiscal_start=programme.fiscal_year_start,
                programme_until=programme.ends_on,
                holidays=off(programme.country, today.year - 3, today.year + 1),
            ),
            today,
        )
    return common


def schedule_of(line: Line, common: Schedule) -> Schedule:
    """When this series owes values."""
    schedule = replace(
        common,
        frequency=line.frequency,  # type: ignore[arg-type]
        effect_from=line.effect_from,
        reporting_from=line.reporting_from,
        closed_on=line.closed_on,
        lag_working_days=line.reporting_days,
    )
    return of_part(schedule, line.part_from, line.part_until)


@dataclass(slots=True)
class Debt:
    """What a post owes: values due and not here, those late, and the newest due date."""

    owed: int = 0
    late: int = 0
    newest_due: date = date.min


def debts(programme: Programme, at: datetime) -> dict[int, Debt]:
    """Values of a programme whose due date has come and that are not here, by owning post.

    Those of KPIs that no post owns stand under 0. What is locked can no longer be
    reported, and is not asked for.
    """
    common, today = schedules([programme], at)[programme.pk]
    since = today - WINDOW
    asked = owing([programme.pk])
    reported = _reported(asked, since)
    held = locks.locks_of([programme.pk])
    found: dict[int, Debt] = defaultdict(Debt)
    for line in lines(asked):
        schedule = schedule_of(line, common)
        begun = schedule.owed_from
        if begun is not None and begun < since:
            schedule = replace(schedule, reporting_from=since)
        for item in owed(schedule, reported.get(line.series_id, set()), today):
            if item.due <= today and not locks.lock_on(held, line.kpi_id, item.period.end):
                debt = found[line.post_id or 0]
                debt.owed += 1
                debt.late += item.due < today
                debt.newest_due = max(debt.newest_due, item.due)
    return dict(found)


def _reported(series: QuerySet[Series], since: date) -> dict[int, set[Period]]:
    """Periods with a value, by series."""
    rows = LiveReading.objects.filter(
        series__in=series.values("pk"), is_current=True, period_end__gte=since
    ).values_list("series_id", "period_start", "period_end")
    found: dict[int, set[Period]] = defaultdict(set)
    for series_id, start, end in rows.iterator(chunk_size=5000):
        found[series_id].add(Period(start, end))
    return found


def cycle_of(found: Iterable[Line], common: Schedule, today: date) -> dict[str, Period]:
    """The newest period of each frequency, among these series of one programme, that is due."""
    soonest: dict[str, int] = {}
    for line in found:
        days = soonest.get(line.frequency, line.reporting_days)
        soonest[line.frequency] = min(days, line.reporting_days)
    return {
        frequency: rules.latest_due(
            frequency,  # type: ignore[arg-type]
            common.fiscal_start,
            days,
            today,
            common.holidays,
        )
        for frequency, days in soonest.items()
    }
