"""Why a target, a budget line, a date or any other field is as it is: back to the lab.

The chain of its values, each with the revision and decision that set it, what asked for
that (a review, a ruling, a settlement, a bargain, the end of an initiative), and the lab
whose question began it. A fixed number of queries.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

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
from reviews.models import (
    Dispute,
    EndProposal,
    LabBrief,
    Review,
    ReviewProposal,
    RulingProposal,
    SettlementProposal,
)
from reviews.selectors import disputes, motions, reviews


@dataclass(frozen=True)
class Asked:
    """What asked for a change: a review, a ruling, a settlement, the end of an initiative."""

    label: str | Promise
    title: str
    text: str = ""
    url: str = ""


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
            decision_hidden=_motion_of(change.revision) in kept,
        )
        for change in chain
    ]
    steps += [Step(at=row.set_at, outside=row) for row in outside]
    return sorted(steps, key=lambda step: step.at)


def _motion_of(revision: Revision) -> int | None:
    return revision.decision.motion_id if revision.decision else None


def asked_for(
    user: Any, revisions: Iterable[Revision], on: datetime.date
) -> dict[int, list[Asked]]:
    """By revision, what asked for it. A fixed number of queries, whatever their number."""
    rows = {revision.pk: revision for revision in revisions}
    by_motion = {_motion_of(each): each.pk for each in rows.values() if each.decision}
    found: dict[int, list[Asked]] = defaultdict(list)
    named = Q(revision__in=rows) | Q(motion__in=by_motion)
    for proposal in ReviewProposal.objects.filter(named).select_related("review__kpi"):
        place = proposal.revision_id if proposal.revision_id in rows else None
        found[place or by_motion[proposal.motion_id]].append(proposal)
    for ruling in RulingProposal.objects.filter(named).select_related("dispute"):
        place = ruling.revision_id if ruling.revision_id in rows else None
        found[place or by_motion[ruling.motion_id]].append(ruling)
    for settled in SettlementProposal.objects.filter(
        revision__in=rows, accepted_at__isnull=False
    ).select_related("dispute"):
        found[settled.revision_id].append(settled)
    for end in EndProposal.objects.filter(named).select_related("window"):
        place = end.revision_id if end.revision_id in rows else None
        found[place or by_motion[end.motion_id]].append(end)
    return _in_words(user, found, on)


def _in_words(user: Any, found: dict[int, list[Any]], on: datetime.date) -> dict[int, list[Asked]]:
    """What the reader may see of it by name; the rest without a name."""
    every = [row for rows in found.values() for row in rows]
    about = {row.review_id for row in every if isinstance(row, ReviewProposal)}
    cases = {row.dispute_id for row in every if hasattr(row, "dispute_id")}
    seen = {
        Review: _ids(reviews.readable(user, on).filter(pk__in=about)) if about else set(),
        Dispute: _ids(disputes.readable(user, on).filter(pk__in=cases)) if cases else set(),
    }
    steps = {row.review.milestone_key for row in every if isinstance(row, ReviewProposal)} - {None}
    titles = (
        dict(Milestone.objects.filter(key__in=steps).order_by("pk").values_list("key", "title"))
        if steps
        else {}
    )
    return {pk: [_asked(row, seen, titles) for row in rows] for pk, rows in found.items()}


def _ids(rows: Any) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def _asked(row: Any, seen: dict[Any, set[int]], titles: dict[Any, str]) -> Asked:
    if isinstance(row, ReviewProposal):
        return of_review(row.review, seen[Review], titles)
    if isinstance(row, EndProposal):
        return Asked(_("The end it had come to"), row.get_choice_display(), row.end_on.isoformat())
    label = _("A settlement") if isinstance(row, SettlementProposal) else _("A ruling")
    if row.dispute_id not in seen[Dispute]:
        return Asked(label, _("of a restricted dispute"))
    text = row.terms if isinstance(row, SettlementProposal) else row.dispute.ended_because
    return Asked(label, row.dispute.title, text, reverse("reviews:dispute", args=[row.dispute_id]))


def of_review(review: Review, seen: set[int], titles: dict[Any, str]) -> Asked:
    """A review as what asked for something."""
    if review.pk not in seen:
        return Asked(_("A review"), _("of something restricted"))
    subject = review.kpi.name if review.kpi else titles.get(review.milestone_key, "")
    cause = review.get_cause_display() if review.cause else ""
    text = _("At fault: %(cause)s.") % {"cause": cause} if cause else ""
    return Asked(_("A review"), subject, text, reverse("reviews:review", args=[review.pk]))


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


def origins(user: Any, lab: Lab, on: datetime.date) -> list[Asked]:
    """What a lab comes from: a review and its decision, or a lab that it reconvenes."""
    found = []
    brief = LabBrief.objects.filter(lab=lab).select_related("review__kpi").first()
    review = brief.review if brief else Review.objects.filter(lab=lab).select_related("kpi").first()
    if review is not None:
        seen = _ids(reviews.readable(user, on).filter(pk=review.pk))
        rows = Milestone.objects.filter(key=review.milestone_key).order_by("pk")
        titles = dict(rows.values_list("key", "title")) if review.milestone_key else {}
        found.append(of_review(review, seen, titles))
    decision = Decision.objects.filter(pk=lab.decision_id).select_related("motion__forum").first()
    if decision is not None and decision.motion_id not in motions.unnamed(
        [decision.motion_id], user, on
    ):
        url = reverse("forums:decision", args=[decision.pk])
        found.append(Asked(_("A decision"), decision.motion.forum.name, decision.reason, url))
    before = labs.readable(user, on).filter(pk=lab.reconvenes_id).first()
    if before is not None:
        url = reverse("labs:lab", args=[before.pk])
        found.append(Asked(_("The lab it reconvenes"), before.title, before.question, url))
    return found
