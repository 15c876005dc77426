"""Why a target, a budget line, a date or any other field is as it is: back to the lab.

The chain of its values, each with the revision and decision that set it, what asked for
that (a review, a ruling, a settlement, a bargain, the end of an initiative), and the lab
whose question began it. A fixed number of queries.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse

from forums.models import Decision
from kpis.models import Kpi, Series, Target, Trajectory
from kpis.selectors import kpis as kpi_selectors
from labs.models import (
    Bargain,
    BudgetLine,
    Change,
    Goal,
    Initiative,
    Lab,
    Milestone,
    Plan,
    ProblemStatement,
    Revision,
)
from labs.rules import parts
from labs.rules.revisions import PATH, REMOVED, TARGET
from labs.selectors import bargains, labs, names, plans
from reviews.selectors import motions
from reviews.selectors.why.asked import Asked, asked_for, motion_of, origins


@dataclass(frozen=True)
class Step:
    """One value in the chain. ``change``: set by the plan; ``outside``: by a recorded source."""

    at: datetime.datetime
    change: Change | None = None
    outside: Target | Trajectory | None = None
    asked: list[Asked] = field(default_factory=list)
    hidden: bool = False
    decision_hidden: bool = False

    @property
    def revision(self) -> Revision | None:
        return self.change.revision if self.change else None

    @property
    def decision(self) -> Decision | None:
        revision = self.revision
        return revision.decision if revision and not self.decision_hidden else None

    @property
    def by_owner(self) -> bool:
        """Recorded by the owner, within the limits: no forum decided."""
        return self.revision is not None and self.revision.route == Revision.Route.OWNER

    @property
    def removes(self) -> bool:
        return self.change is not None and self.change.field == REMOVED


@dataclass(frozen=True)
class Root:
    """Where the chain begins: the lab, its question, and what asked for the lab."""

    lab: Lab
    problem: ProblemStatement | None
    asked: list[Asked]


@dataclass(frozen=True)
class Why:
    """The answer: ``steps`` oldest first; the last is what holds now."""

    part: str
    key: uuid.UUID
    field: str
    title: str
    url: str
    steps: list[Step]
    names: names.Names
    root: Root | None
    fields: list[str] = field(default_factory=list)
    bargains: list[Bargain] = field(default_factory=list)
    proposed: list[Change] = field(default_factory=list)
    unit: str = ""

    @property
    def now(self) -> Step | None:
        return self.steps[-1] if self.steps else None


def of_part(user: Any, part: str, key: uuid.UUID, name: str, on: datetime.date) -> Why | None:
    """Why a field of a part of a plan is as it is; None where the reader may not see the plan."""
    if part not in parts.SCHEMA:
        return None
    holding = plans.plan_holding(part, key)
    readable = labs.readable_plans(user, on)
    plan = readable.filter(pk=holding.pk).first() if holding else None
    if plan is None:
        return None
    every = list(_history(part, key))
    present = [change.field for change in every]
    fields = [each for each in parts.names_of(part) if each in present]
    name = name if name in fields else next(iter(fields), "title")
    chain = [change for change in every if change.field in (name, REMOVED)]
    title = next((str(c.after) for c in reversed(every) if c.field == "title" and c.after), part)
    proposed = _proposed(part, key, name).filter(revision__plan=plan)
    told = [*chain, *proposed]
    return Why(
        part=part,
        key=key,
        field=name,
        title=title,
        url=_page_of(part, key, plan),
        steps=_steps(user, chain, [], on),
        names=_names(part, name, told, plan),
        root=_root(user, plan.lab, on),
        fields=fields,
        proposed=list(proposed),
    )


def of_target(user: Any, key: uuid.UUID, period: str, on: datetime.date) -> Why | None:
    """Why the target of a series for a period, or its path, is as it is; None: not for this reader.

    ``period``: "first day/last day", or "path".
    """
    series = (
        Series.objects.filter(key=key)
        .select_related("definition__kpi__area__programme", "cell")
        .first()
    )
    may_see = kpi_selectors.readable(user, on)
    if series is None or not may_see.filter(pk=series.definition.kpi_id).exists():
        return None
    kpi = series.definition.kpi
    chain = list(_history(TARGET, key).filter(field=period))
    plan = _plan_of(user, chain, kpi, on)
    proposed = list(
        _proposed(TARGET, key, period).filter(revision__plan__in=labs.readable_plans(user, on))
    )
    around = bargains.readable(user, on, kpi.area.programme)
    about = bargains.listed(around.filter(series_key=key).filter(Q(period=period) | Q(period="")))
    name = kpi.name if series.cell.is_total else f"{kpi.name}, {series.cell.label}"
    return Why(
        part=TARGET,
        key=key,
        field=period,
        title=name,
        url=reverse("kpis:kpi", args=[kpi.code]),
        steps=_steps(user, chain, _outside(series, period), on),
        names=names.Names(),
        root=_root(user, plan.lab, on) if plan else None,
        bargains=list(about),
        proposed=proposed,
        unit=series.definition.unit,
    )


def _history(part: str, key: uuid.UUID) -> Any:
    """Every adopted change of a part with its revision, who recorded it, and its decision."""
    return (
        plans.history(key)
        .filter(part=part)
        .select_related(
            "revision__by_user",
            "revision__by_post__organisation",
            "revision__principal",
            "revision__principal_post__organisation",
            "revision__decision__motion__forum",
        )
    )


def _proposed(part: str, key: uuid.UUID, name: str) -> Any:
    """What open drafts would make of the field."""
    return Change.objects.filter(
        part=part,
        key=key,
        field=name,
        revision__state__in=(Revision.State.DRAFT, Revision.State.SUBMITTED),
    ).select_related("revision")


def _page_of(part: str, key: uuid.UUID, plan: Plan) -> str:
    if part == "milestone":
        return reverse("labs:milestone", args=[key])
    anchor = f"#{part}-{key}" if part in ("goal", "initiative") else ""
    return reverse("labs:plan", args=[plan.pk]) + anchor


def _plan_of(user: Any, chain: Sequence[Change], kpi: Kpi, on: datetime.date) -> Plan | None:
    """The readable plan that first set the target, else the one whose goal the KPI serves."""
    readable = labs.readable_plans(user, on)
    if chain:
        return readable.filter(pk=chain[0].revision.plan_id).first()
    goal = Goal.objects.filter(key=kpi.goal_key).order_by("-pk") if kpi.goal_key else None
    return readable.filter(pk__in=goal.values("plan")[:1]).first() if goal is not None else None


def _outside(series: Series, period: str) -> list[Target | Trajectory]:
    """What was set outside the system, from a recorded source."""
    if period == PATH:
        return list(series.trajectories.filter(change=None).select_related("source"))
    first, _slash, last = period.partition("/")
    try:
        days = {
            "period_start": datetime.date.fromisoformat(first),
            "period_end": datetime.date.fromisoformat(last),
        }
    except ValueError:
        return []
    return list(series.targets.filter(change=None, **days).select_related("source"))


def _steps(
    user: Any,
    chain: Sequence[Change],
    outside: Sequence[Target | Trajectory],
    on: datetime.date,
) -> list[Step]:
    """The values in the order in which they came into force."""
    seen = set(
        labs.readable_plans(user, on)
        .filter(pk__in={change.revision.plan_id for change in chain})
        .values_list("pk", flat=True)
    )
    shown = [change.revision for change in chain if change.revision.plan_id in seen]
    asked = asked_for(user, shown, on)
    kept = motions.unnamed([r.decision.motion_id for r in shown if r.decision], user, on)
    steps = [
        Step(
            at=change.revision.adopted_at or change.revision.at,
            change=change,
            asked=asked.get(change.revision_id, []),
            hidden=change.revision.plan_id not in seen,
            decision_hidden=motion_of(change.revision) in kept,
        )
        for change in chain
    ]
    steps += [Step(at=row.set_at, outside=row) for row in outside]
    return sorted(steps, key=lambda step: step.at)


def _names(part: str, name: str, told: Iterable[Change], plan: Plan) -> names.Names:
    """What the ids and keys among the values are called."""
    values = [(part, name, value) for c in told for value in (c.before, c.after)]
    titles: dict[str, str] = {}
    if names.kind_of(part, name) is parts.Kind.KEY:
        keys = {str(value) for _part, _name, value in values if value}
        for model in (Goal, Initiative, Milestone, BudgetLine):
            rows = model._default_manager.filter(plan=plan, key__in=keys).order_by("pk")
            titles |= {str(key): title for key, title in rows.values_list("key", "title")}
    return names.of(values, titles, plan)


def _root(user: Any, lab: Lab, on: datetime.date) -> Root:
    """The lab, its problem as understood last, and what asked for the lab."""
    return Root(
        lab=lab,
        problem=lab.problem_statements.order_by("-version").first(),
        asked=origins(user, lab, on),
    )
