"""What the pages of lineage show: everything that came of a lab, or where one thing came from."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise

from forums.models import Decision
from kpis.models import Deviation, Kpi
from kpis.selectors import kpis as kpi_selectors
from labs.models import Goal, Lab, Lesson, Plan, Revision
from labs.selectors import labs, lessons, plans
from reviews.models import (
    Dispute,
    EndProposal,
    Referral,
    Review,
    ReviewProposal,
    RulingProposal,
)
from reviews.rules import lineage as rules
from reviews.selectors import disputes, reviews, why
from reviews.selectors.lineage import graphs, rows
from reviews.selectors.lineage.words import KINDS, MANY

KEYED = ("goal", "initiative")


@dataclass(frozen=True)
class Lineage:
    """The lab, its graph as a picture and as a list, and what may not be named.

    Of one thing: ``steps`` back to the lab, and ``after``, what came of it.
    """

    lab: Lab
    picture: rules.Picture
    root: rules.Branch
    counts: list[tuple[str | Promise, int]]
    hidden: list[tuple[str | Promise, int]]
    origins: list[why.Asked]
    focus: rules.Node | None = None
    steps: list[tuple[rules.Node, list[rules.Node]]] = field(default_factory=list)
    after: list[rules.Branch] = field(default_factory=list)


def of_lab(user: Any, lab: Lab, on: datetime.date) -> Lineage:
    """Everything that came of a lab that ``user`` may read."""
    found = rows.of(user, lab, on)
    graph = graphs.of(found)
    return _page(user, found, graph, on)


def back(user: Any, kind: str, ident: str, on: datetime.date) -> Lineage | None:
    """Where one thing came from, up to its lab; None where the reader may not see it by name."""
    wanted = _ident(kind, ident)
    lab_pk = _lab_of(kind, wanted) if wanted is not None else None
    lab = readable_labs(user, on).filter(pk=lab_pk).first() if lab_pk else None
    if lab is None:
        return None
    found = rows.of(user, lab, on)
    graph = graphs.of(found)
    start = f"{kind}-{wanted}"
    if start not in graph.nodes:
        return None
    page = _page(user, found, graph.back_from(start), on, start)
    return replace(page, after=rules.nested(graph, start).below)


@dataclass(frozen=True)
class Alone:
    """Something readable without a lab to show; ``kept``: it has one, not open to the reader."""

    title: str
    url: str
    kept: bool


def alone(user: Any, kind: str, ident: str, on: datetime.date) -> Alone | None:
    """Something readable that came from no lab, or from one kept from the reader, else None.

    A KPI that serves no goal, and what is about such a KPI. Decisions: who may read one
    is for the page to ask.
    """
    wanted = _ident(kind, ident)
    if wanted is None or kind not in _ALONE:
        return None
    lab = _lab_of(kind, wanted)
    if lab is not None and readable_labs(user, on).filter(pk=lab).exists():
        return None
    row = _ALONE[kind](user, on).filter(pk=wanted).first()
    if row is None:
        return None
    return Alone(_title(kind, row), _URLS[kind](row), kept=lab is not None)


def _title(kind: str, row: Any) -> str:
    if kind == "deviation":
        return str(row.series.definition.kpi.name)
    return str(row.kpi.name) if kind == "review" and row.kpi else str(row)


def readable_labs(user: Any, on: datetime.date) -> Any:
    """The labs ``user`` may read, with what their lineage needs."""
    return labs.readable(user, on).select_related("area__programme", "plan")


def _page(
    user: Any, found: rows.Rows, graph: rules.Graph, on: datetime.date, start: str = ""
) -> Lineage:
    root = f"lab-{found.lab.pk}"
    numbers = dict.fromkeys(KINDS, 0)
    for node in graph.nodes.values():
        numbers[node.kind] += 1
    return Lineage(
        lab=found.lab,
        picture=rules.picture(rules.grouped(graph, keep=start)),
        root=rules.nested(graph, root),
        counts=[(MANY[kind], number) for kind, number in numbers.items() if number],
        hidden=[] if start else [(MANY[kind], number) for kind, number in found.hidden.items()],
        origins=why.origins(user, found.lab, on),
        focus=graph.nodes.get(start),
        steps=rules.steps_back(graph) if start else [],
    )


def _ident(kind: str, ident: str) -> UUID | int | None:
    """The key or number in an address; None if it is none."""
    if kind in KEYED:
        try:
            return UUID(ident)
        except ValueError:
            return None
    return int(ident) if kind in KINDS and ident.isdigit() and len(ident) < 19 else None


def _lab_of(kind: str, ident: Any) -> int | None:
    """The lab from which a thing came."""
    if kind == "lab":
        return int(ident)
    if kind in KEYED:
        return _of_plan(plans.plan_holding(kind, ident))
    return _FIND[kind](ident)


def _of_plan(plan: Plan | None) -> int | None:
    return plan.lab_id if plan is not None else None


def _of_goal(key: Any) -> int | None:
    goal = Goal.objects.filter(key=key).order_by("-pk").select_related("plan").first()
    return goal.plan.lab_id if goal else None


def _kpi(pk: int) -> int | None:
    return _of_goal(Kpi.objects.filter(pk=pk).values_list("goal_key", flat=True).first())


def _subject(row: Any) -> int | None:
    """The lab of what a review or a dispute is about."""
    if row is None:
        return None
    if row.plan_id is not None:
        return Plan.objects.values_list("lab", flat=True).get(pk=row.plan_id)
    return _kpi(row.kpi_id)


def _deviation(pk: int) -> int | None:
    row = Deviation.objects.filter(pk=pk).select_related("series__definition", "plan").first()
    if row is None:
        return None
    return _kpi(row.series.definition.kpi_id) if row.series else _of_plan(row.plan)


def _decision(pk: int) -> int | None:
    """The lab of whatever the decision is about: a revision, a review, a dispute, an end."""
    motion = Decision.objects.filter(pk=pk).values_list("motion", flat=True).first()
    if motion is None:
        return None
    here = Q(motion=motion) | Q(decision=pk)
    revision = Revision.objects.filter(here).select_related("plan").first()
    if revision is not None:
        return revision.plan.lab_id
    proposal = ReviewProposal.objects.filter(motion=motion).select_related("review").first()
    if proposal is not None:
        return _subject(proposal.review)
    ruling = RulingProposal.objects.filter(motion=motion).select_related("dispute").first()
    if ruling is not None:
        return _subject(ruling.dispute)
    end = EndProposal.objects.filter(motion=motion).select_related("plan").first()
    return _of_plan(end.plan) if end else None


def _referral(pk: int) -> int | None:
    """The lab of the review or dispute that it came of."""
    row = Referral.objects.filter(pk=pk).select_related("review", "dispute").first()
    return _subject(row.review or row.dispute) if row is not None else None


def _revision(pk: int) -> int | None:
    return Revision.objects.filter(pk=pk).values_list("plan__lab", flat=True).first()


def _lesson(pk: int) -> int | None:
    return Lesson.objects.filter(pk=pk).values_list("lab", flat=True).first()


_FIND: dict[str, Callable[[int], int | None]] = {
    "kpi": _kpi,
    "deviation": _deviation,
    "review": lambda pk: _subject(Review.objects.filter(pk=pk).first()),
    "dispute": lambda pk: _subject(Dispute.objects.filter(pk=pk).first()),
    "referral": _referral,
    "decision": _decision,
    "revision": _revision,
    "lesson": _lesson,
}

_ALONE: dict[str, Callable[[Any, datetime.date], Any]] = {
    "kpi": kpi_selectors.readable,
    "deviation": lambda user, on: Deviation.objects.filter(
        series__definition__kpi__in=kpi_selectors.readable(user, on).values("pk")
    ).select_related("series__definition__kpi"),
    "review": lambda user, on: reviews.readable(user, on).select_related("kpi"),
    "dispute": disputes.readable,
    "referral": lambda user, on: Referral.objects.filter(
        Q(review__in=reviews.readable(user, on).values("pk"))
        | Q(dispute__in=disputes.readable(user, on).values("pk"))
    ),
    "lesson": lambda user, on: lessons.readable(user, on).filter(lab=None),
    "decision": lambda user, on: Decision.objects.select_related("motion"),
}
_URLS: dict[str, Callable[[Any], str]] = {
    "kpi": lambda row: reverse("kpis:kpi", args=[row.code]),
    "deviation": lambda row: reverse("kpis:deviation", args=[row.pk]),
    "review": lambda row: reverse("reviews:review", args=[row.pk]),
    "dispute": lambda row: reverse("reviews:dispute", args=[row.pk]),
    "referral": lambda row: reverse("reviews:referral", args=[row.pk]),
    "lesson": lambda row: reverse("labs:lesson", args=[row.pk]),
    "decision": lambda row: reverse("forums:decision", args=[row.pk]),
}
