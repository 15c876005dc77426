"""The KPIs of a goal in a draft, with their targets in force and as the draft asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from kpis.models import Definition, Kpi, Series
from kpis.rules.periods import Period, containing, next_period, parse_date
from kpis.selectors import kpis, trajectories
from kpis.selectors import targets as target_selectors
from kpis.selectors.targets import Asked
from kpis.selectors.trajectories import PathAsked
from labs.models import Change, Plan, Revision
from labs.rules.revisions import PATH
from labs.selectors import plans

AHEAD = 3


@dataclass(frozen=True)
class TargetRow:
    """What is asked of a period: now, and by the draft where it says something else."""

    period: Period
    now: Asked | None = None
    proposed: Asked | None = None
    changed: bool = False
    reason: str = ""

    @property
    def shown(self) -> Asked | None:
        """What would hold once the draft is adopted."""
        return self.proposed if self.changed else self.now

    @property
    def dropped(self) -> bool:
        return self.changed and self.proposed is None


@dataclass(frozen=True)
class PathLine:
    """How the path of a series runs: now, and by the draft where it says something else."""

    now: PathAsked | None = None
    proposed: PathAsked | None = None
    changed: bool = False
    reason: str = ""

    @property
    def shown(self) -> PathAsked | None:
        """What would hold once the draft is adopted."""
        return self.proposed if self.changed else self.now


@dataclass(frozen=True)
class KpiLine:
    """A KPI of a goal: its definition in use, its total, its path and the rows of its targets."""

    kpi: Kpi
    definition: Definition
    series: Series | None
    rows: list[TargetRow] = field(default_factory=list)
    path: PathLine = field(default_factory=PathLine)

    @property
    def has_target(self) -> bool:
        return any(row.shown is not None for row in self.rows)


def lines(goal_key: UUID, revision: Revision) -> list[KpiLine]:
    """The KPIs of a goal with the targets and paths of their totals. Seven queries."""
    found = list(kpis.for_goals([goal_key]))
    totals = {
        series.definition.kpi_id: series
        for series in kpis.with_series_context(
            Series.objects.filter(
                cell__key=kpis.TOTAL,
                definition__in=kpis.newest_definitions().filter(kpi__in=found),
            )
        )
    }
    rows = target_rows(totals.values(), revision)
    paths = path_lines(totals.values(), revision)
    return [
        KpiLine(
            kpi=kpi,
            definition=totals[kpi.pk].definition,
            series=totals[kpi.pk],
            rows=rows.get(totals[kpi.pk].key, []),
            path=paths[totals[kpi.pk].key],
        )
        for kpi in found
        if kpi.pk in totals
    ]


def target_rows(series: Iterable[Series], revision: Revision) -> dict[UUID, list[TargetRow]]:
    """Targets by series key, oldest period first, with what the draft changes. Two queries."""
    keys = [each.key for each in series]
    now = target_selectors.in_force_by_key(keys)
    changes = {
        (change.key, change.field): change
        for change in revision.changes.filter(part=Change.Part.TARGET, key__in=keys).exclude(
            field=PATH
        )
    }
    found: dict[UUID, list[TargetRow]] = {key: [] for key in keys}
    for place in sorted({*now, *changes}, key=lambda each: each[1]):
        change = changes.get(place)
        found[place[0]].append(
            TargetRow(
                period=_period(place[1]),
                now=now.get(place),
                proposed=change.after if change else None,
                changed=change is not None,
                reason=change.reason if change else "",
            )
        )
    return found


def path_lines(series: Iterable[Series], revision: Revision) -> dict[UUID, PathLine]:
    """Paths by series key, with what the draft changes. Two queries."""
    keys = [each.key for each in series]
    now = trajectories.in_force_by_key(keys)
    changes = {
        change.key: change
        for change in revision.changes.filter(part=Change.Part.TARGET, key__in=keys, field=PATH)
    }
    return {
        key: PathLine(
            now=now.get(key),
            proposed=changes[key].after if key in changes else None,
            changed=key in changes,
            reason=changes[key].reason if key in changes else "",
        )
        for key in keys
    }


def with_next(rows: list[TargetRow], definition: Definition, today: date) -> list[TargetRow]:
    """The rows, and the next periods that have no target yet, ready to be filled in."""
    fiscal = definition.kpi.area.programme.fiscal_year_start
    frequency: Any = definition.frequency
    taken = {row.period for row in rows}
    period = containing(today, frequency, fiscal)
    coming: list[TargetRow] = []
    while len(coming) < AHEAD:
        if period not in taken:
            coming.append(TargetRow(period))
        period = next_period(period, frequency, fiscal)
    return sorted([*rows, *coming], key=lambda row: row.period)


def goals_of_area(area_id: int) -> list[tuple[UUID, str]]:
    """Every goal of the area's plans, in force or in a draft, by key with its title."""
    found: dict[UUID, str] = {}
    for plan in Plan.objects.filter(lab__area=area_id).select_related("in_force"):
        for goal in plans.content(plan).goals.values():
            found[goal.key] = goal.title
        for draft in plans.open_drafts(plan):
            for goal in plans.draft(draft).goals.values():
                found.setdefault(goal.key, goal.title)
    return sorted(found.items(), key=lambda each: each[1])


def plan_of_goal(key: UUID) -> Plan | None:
    """The plan that holds a goal, in force or in a draft only."""
    plan = plans.plan_holding(Change.Part.GOAL, key)
    if plan is not None:
        return plan
    change = (
        Change.objects.filter(part=Change.Part.GOAL, key=key)
        .select_related("revision__plan__lab__area__programme")
        .order_by("-pk")
        .first()
    )
    return change.revision.plan if change else None


def _period(text: str) -> Period:
    start, _slash, end = text.partition("/")
    return Period(parse_date(start), parse_date(end))
