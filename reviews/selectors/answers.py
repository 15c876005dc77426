"""What answers obstacles, and what might: steps, requests, actions, KPIs, reviews."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from forums.models import Action
from kpis.models import Kpi
from kpis.selectors import kpis
from labs.models import Dependency, Milestone, Obstacle, Programme
from labs.selectors import labs
from people import days
from reviews.models import ObstacleAnswer, Review, ReviewProposal
from reviews.selectors import reviews, subjects

STEP, REQUEST, ACTION, KPI, REVIEW = "step", "request", "action", "kpi", "review"
MOST = 50


@dataclass(frozen=True)
class AnswerLine:
    """One answer; ``name`` and ``url`` empty: it is kept from the reader."""

    kind: str
    name: str
    url: str
    answer: ObstacleAnswer


@dataclass(frozen=True)
class Match:
    """Something that may answer: ``value`` is what the form sends back."""

    value: str
    name: str
    more: str


def of(obstacle: Obstacle, user: Any, on: datetime.date) -> list[AnswerLine]:
    """What answers an obstacle, as far as ``user`` may read it. A fixed number of queries."""
    rows = list(
        ObstacleAnswer.objects.filter(obstacle=obstacle)
        .select_related("action__owner__organisation", "kpi", "review__kpi", "by_user", "by_post")
        .order_by("at", "pk")
    )
    plans = set(
        labs.readable_plans(user, on)
        .filter(pk__in=[row.plan_id for row in rows if row.plan_id])
        .values_list("pk", flat=True)
    )
    steps = _titles(Milestone, [row.milestone_key for row in rows])
    requests = _titles(Dependency, [row.dependency_key for row in rows])
    seen = _ids(kpis.readable(user, on), [row.kpi_id for row in rows])
    read = _ids(reviews.readable(user, on), [row.review_id for row in rows])
    actions = _ids(_actions(user, on, obstacle.programme), [row.action_id for row in rows])
    found = []
    for row in rows:
        if row.milestone_key:
            name = steps.get(row.milestone_key, "") if row.plan_id in plans else ""
            url = reverse("labs:milestone", args=[row.milestone_key])
            found.append(_line(STEP, name, url, row))
        elif row.dependency_key:
            name = requests.get(row.dependency_key, "") if row.plan_id in plans else ""
            found.append(_line(REQUEST, name, reverse("labs:plan", args=[row.plan_id]), row))
        elif row.action is not None:
            name = row.action.title if row.action_id in actions else ""
            found.append(_line(ACTION, name, reverse("forums:action", args=[row.action_id]), row))
        elif row.kpi is not None:
            name = row.kpi.name if row.kpi_id in seen else ""
            found.append(_line(KPI, name, reverse("kpis:kpi", args=[row.kpi.code]), row))
        elif row.review is not None:
            name = subjects.of_review(row.review).title if row.review_id in read else ""
            url = reverse("reviews:review", args=[row.review_id])
            found.append(_line(REVIEW, name, url, row))
    return found


def _line(kind: str, name: str, url: str, row: ObstacleAnswer) -> AnswerLine:
    return AnswerLine(kind, name, url if name else "", row)


def _titles(model: Any, keys: Iterable[UUID | None]) -> dict[UUID, str]:
    """The newest title of each part, in force or not."""
    wanted = [key for key in keys if key]
    rows = model.objects.filter(key__in=wanted).order_by("from_revision__number")
    return dict(rows.values_list("key", "title")) if wanted else {}


def _ids(found: QuerySet[Any], wanted: Iterable[int | None]) -> set[int]:
    ids = [pk for pk in wanted if pk]
    return set(found.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _actions(user: Any, on: datetime.date, programme: Programme) -> QuerySet[Action]:
    """Actions that reviews of the programme decided and the user may read."""
    own = reviews.readable(user, on).filter(
        Q(kpi__area__programme=programme) | Q(plan__lab__area__programme=programme)
    )
    decided = ReviewProposal.objects.filter(review__in=own.values("pk"))
    return Action.objects.filter(decision__motion__in=decided.values("motion"))


def search(
    programme: Programme, user: Any, on: datetime.date, kind: str, words: str
) -> list[Match]:
    """What of this kind has ``words`` in its name and may be read; at most 50."""
    if kind == ACTION:
        actions = _actions(user, on, programme).filter(title__icontains=words)
        shown = actions.select_related("owner__organisation").order_by("-due_on")[:MOST]
        return [Match(f"{ACTION}:{a.pk}", a.title, str(a.owner)) for a in shown]
    if kind == KPI:
        named = Q(name__icontains=words) | Q(code__icontains=words)
        own = kpis.readable(user, on).filter(named, area__programme=programme, retired_on=None)
        return [Match(f"{KPI}:{k.pk}", k.name, k.code) for k in own.order_by("name")[:MOST]]
    if kind == REVIEW:
        of_programme = Q(kpi__area__programme=programme, kpi__name__icontains=words)
        found = reviews.readable(user, on).filter(of_programme).select_related("kpi")
        return [
            Match(f"{REVIEW}:{r.pk}", r.kpi.name if r.kpi else "", days.in_words(r.opened_at))
            for r in found.order_by("-opened_at")[:MOST]
        ]
    readable = labs.readable_plans(user, on).filter(lab__area__programme=programme)
    model: Any = Dependency if kind == REQUEST else Milestone
    parts = model.objects.filter(
        plan__in=readable.values("pk"), until_revision=None, title__icontains=words
    ).select_related("plan__lab")
    return [
        Match(f"{kind}:{part.key}", part.title, part.plan.lab.title)
        for part in parts.order_by("title", "pk")[:MOST]
    ]


def chosen(value: str) -> dict[str, Any]:
    """What the service takes for a value of ``search``; empty when it names nothing."""
    kind, _, ref = value.partition(":")
    if kind in {STEP, REQUEST}:
        model: Any = Milestone if kind == STEP else Dependency
        part = model.objects.filter(key=ref, until_revision=None).select_related("plan").first()
        key = "milestone_key" if kind == STEP else "dependency_key"
        return {"plan": part.plan, key: part.key} if part else {}
    models: dict[str, Any] = {ACTION: Action, KPI: Kpi, REVIEW: Review}
    found = models[kind].objects.filter(pk=ref).first() if kind in models else None
    return {kind: found} if found else {}
