"""What organisations need of one another: asked of whom, answered how, who is in the way."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from labs.models import Dependency, DependencyAnswer, Initiative, Milestone, MilestoneReport
from labs.rules import dependencies as rules
from labs.rules.plans import DependencyContent
from labs.selectors import labs
from labs.selectors.milestones import latest_reports
from labs.selectors.names import restricted
from people.models import Organisation
from people.selectors import people

OF_US, BY_US, ALL = "of_us", "by_us", "all"


@dataclass(frozen=True)
class Standing:
    """How one request stands: the newest answer of whom it asks, and the step that delivers it."""

    state: str
    answer: DependencyAnswer | None
    step: str = ""
    step_key: uuid.UUID | None = None
    step_finish: date | None = None

    @property
    def is_in_the_way(self) -> bool:
        return self.state in rules.IN_THE_WAY


def standings(
    requests: Iterable[Dependency | DependencyContent], on: date | None
) -> dict[uuid.UUID, Standing]:
    """How each request stands on a day, by its key. Three queries."""
    rows = list(requests)
    answers = _newest_answers(rows)
    keys = {
        row.key: (answers[row.key].step_key if row.key in answers else None) or row.step_key
        for row in rows
    }
    steps = _steps(key for key in keys.values() if key)
    reports = latest_reports(steps)
    return {
        row.key: _standing(row, answers.get(row.key), keys[row.key], steps, reports, on)
        for row in rows
    }


def _standing(
    row: Dependency | DependencyContent,
    answer: DependencyAnswer | None,
    step_key: uuid.UUID | None,
    steps: dict[uuid.UUID, Any],
    reports: dict[uuid.UUID, MilestoneReport],
    on: date | None,
) -> Standing:
    step = steps.get(step_key) if step_key else None
    report = reports.get(step_key) if step_key else None
    finish = (report.expected_finish if report else None) or (step.finishes_on if step else None)
    state = rules.standing(
        answer=answer.state if answer else None,
        due_on=row.due_on,
        on=on or row.due_on,
        step_state=report.state if report else None,
        step_finish=finish,
    )
    title = ""
    if step is not None:
        title = _("a step of a restricted lab") if step.is_restricted else step.title
    return Standing(state, answer, title, step_key if step else None, finish)


def _newest_answers(
    rows: Iterable[Dependency | DependencyContent],
) -> dict[uuid.UUID, DependencyAnswer]:
    """The newest answer to each request by the organisation it asks, or its forerunner."""
    asked = {row.key: row.provider_id for row in rows}
    found: dict[uuid.UUID, DependencyAnswer] = {}
    if not asked:
        return found
    answers = DependencyAnswer.objects.filter(dependency_key__in=asked)
    for answer in answers.select_related("by_user", "by_post__organisation"):
        there = answer.by_post.organisation if answer.by_post else None
        if there and asked[answer.dependency_key] in (there.pk, there.successor_id):
            found.setdefault(answer.dependency_key, answer)
    return found


def _steps(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Any]:
    wanted = set(keys)
    if not wanted:
        return {}
    rows = Milestone.objects.filter(key__in=wanted, until_revision=None)
    return {row.key: row for row in rows.annotate(is_restricted=restricted())}


def answers_to(key: uuid.UUID) -> QuerySet[DependencyAnswer]:
    """Every answer to a request, newest first."""
    return DependencyAnswer.objects.filter(dependency_key=key).select_related(
        "by_user", "by_post__organisation", "principal", "principal_post__organisation"
    )


def in_force(key: uuid.UUID) -> Dependency | None:
    """The request as it is in force, None if it is not (any more)."""
    return _requests().filter(key=key).first()


def _requests() -> QuerySet[Dependency]:
    return Dependency.objects.filter(until_revision=None).select_related(
        "provider", "plan__lab__area__programme", "plan__lab__area__lead", "plan__in_force"
    )


def open_to(user: Any, on: date) -> QuerySet[Dependency]:
    """The requests ``user`` may see: of readable plans, and what is asked of their own
    organisations unless the lab that asks is restricted."""
    readable = Q(plan__in=labs.readable_plan_ids(user, on))
    asked = Q(provider__in=people.organisation_ids_of(user, on)) & ~restricted()
    return _requests().filter(readable | asked)


def listed(user: Any, on: date, side: str) -> QuerySet[Dependency]:
    """Requests in force that ``user`` may see, what is delivered last, else soonest due first.

    ``side``: asked of the user's organisations, by them, or all.
    """
    own = people.organisation_ids_of(user, on)
    rows = open_to(user, on).filter(plan__lab__area__programme__closed_at=None)
    if side == OF_US:
        rows = rows.filter(provider__in=own)
    elif side == BY_US:
        rows = rows.filter(_asked_by(own))
    newest = DependencyAnswer.objects.filter(dependency_key=OuterRef("key")).order_by("-at", "-pk")
    return rows.annotate(said=Subquery(newest.values("state")[:1])).order_by(
        Case(When(said=rules.DELIVERED, then=Value(1)), default=Value(0)), "due_on", "pk"
    )


def _asked_by(organisations: Iterable[int]) -> Q:
    """Requests of whoever owns the step, leads its initiative, or leads the result area."""
    own = set(organisations)
    in_force = Milestone.objects.filter(until_revision=None)
    led = Initiative.objects.filter(until_revision=None, lead__organisation__in=own)
    return (
        Q(milestone_key__in=in_force.filter(owner__organisation__in=own).values("key"))
        | Q(milestone_key__in=in_force.filter(initiative_key__in=led.values("key")).values("key"))
        | Q(plan__lab__area__lead__in=own)
    )


def hidden_count(user: Any, on: date) -> int:
    """How much is asked of the user's organisations by restricted labs they may not read."""
    asked = _requests().filter(
        provider__in=people.organisation_ids_of(user, on),
        plan__lab__area__programme__closed_at=None,
    )
    return asked.exclude(pk__in=open_to(user, on).values("pk")).count()


@dataclass(frozen=True)
class RequestLine:
    """A request as a list shows it: for which step, by whom, how it stands."""

    dependency: Dependency
    milestone: str
    requester: Organisation
    standing: Standing
    may_answer: bool
    may_read: bool
    notes: list[Any] = field(default_factory=list)


def lines(rows: Iterable[Dependency], user: Any, on: date) -> list[RequestLine]:
    """The rows of a page with what they are for and how they stand. Few queries."""
    found = list(rows)
    own = people.organisation_ids_of(user, on)
    steps = {
        row.key: row
        for row in Milestone.objects.filter(
            key__in={row.milestone_key for row in found}, until_revision=None
        ).select_related("owner__organisation")
    }
    stand = standings(found, on)
    readable = set(
        labs.readable_plans(user, on)
        .filter(pk__in={row.plan_id for row in found})
        .values_list("pk", flat=True)
    )
    notes = waited_for(user, [row.key for row in found], on)
    return [
        RequestLine(
            dependency=row,
            milestone=steps[row.milestone_key].title if row.milestone_key in steps else "",
            requester=_requester(row, steps.get(row.milestone_key)),
            standing=stand[row.key],
            may_answer=row.provider_id in own,
            may_read=row.plan_id in readable,
            notes=notes.get(row.key, []),
        )
        for row in found
    ]


def waited_for(user: Any, keys: Iterable[uuid.UUID], on: date) -> dict[uuid.UUID, list[Any]]:
    """What waits for these requests elsewhere: texts with addresses, by key.

    Labs know no review: the setting DEPENDENCY_NOTES names the function above that does.
    """
    found: dict[uuid.UUID, list[Any]] = import_string(settings.DEPENDENCY_NOTES)(user, keys, on)
    return found


def _requester(row: Dependency, step: Milestone | None) -> Organisation:
    """Who asks: the owner of the step, or the lead of the area where it has none."""
    if step is not None and step.owner is not None:
        return step.owner.organisation
    return row.plan.lab.area.lead


def own_steps(provider: Organisation, user: Any, on: date, query: str = "") -> list[Milestone]:
    """Steps in force that the organisation owns and ``user`` may read, by title; at most 50."""
    rows = Milestone.objects.filter(
        until_revision=None,
        owner__organisation=provider,
        plan__in=labs.readable_plan_ids(user, on),
    )
    if query:
        rows = rows.filter(title__icontains=query)
    return list(rows.select_related("plan__lab").order_by("finishes_on", "title")[:50])
