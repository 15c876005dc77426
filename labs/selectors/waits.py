"""Who waits for whom across all plans in force, and where that goes round in a circle."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Model, OuterRef, Subquery

from labs.models import Dependency, DependencyAnswer, Milestone, MilestoneReport, Revision
from labs.rules import waits
from labs.rules.plans import PlanContent
from labs.rules.revisions import DEPENDENCY, MILESTONE
from labs.selectors import plans
from people.models import Organisation, Post

Part = dict[str, Any]  # a part of a coordination item, as kept
RUNNING = {
    "until_revision": None,
    "plan__lab__closed_at": None,
    "plan__lab__area__programme__closed_at": None,
}
DONE, DELIVERED = MilestoneReport.State.DONE, DependencyAnswer.State.DELIVERED
# The fields of a step and of a request by which somebody waits.
WAITING = {(MILESTONE, "depends_on"), (MILESTONE, "owner"), (DEPENDENCY, "provider")}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a plan in force with what was said of it last."""

    step: waits.Step
    plan: int
    title: str
    owner: int | None
    starts_on: date | None
    finishes_on: date | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What a step needs of an organisation. ``answer``: the newest, "" without one."""

    request: waits.Request
    plan: int
    title: str
    due_on: date
    answer: str


@dataclass(frozen=True)
class Network:
    """All steps in force and what they ask of organisations, by key."""

    steps: Mapping[uuid.UUID, StepRow]
    requests: Mapping[uuid.UUID, RequestRow]

    def graph(self) -> waits.Graph:
        return waits.graph(
            (row.step for row in self.steps.values()),
            (row.request for row in self.requests.values()),
        )


def network(**where: Any) -> Network:
    """The steps and requests of plans in force in labs and programmes that are open.

    ``where`` narrows it down to some plans. Two queries.
    """
    return Network(_steps(**where), _requests(**where))


def newest(model: type[Model], key: str, field: str) -> Subquery:
    """The newest ``field`` that rows of ``model`` say of the part whose ``key`` this is."""
    said = model._default_manager.filter(**{key: OuterRef("key")}).order_by("-at", "-pk")
    return Subquery(said.values(field)[:1])


def _steps(**where: Any) -> dict[uuid.UUID, StepRow]:
    rows: Any = (
        Milestone.objects.filter(**RUNNING, **where)
        .annotate(said=newest(MilestoneReport, "milestone_key", "state"))
        .order_by("plan", "position", "pk")
        .values_list(
            *("key", "plan_id", "title", "owner_id", "owner__organisation_id"),
            *("starts_on", "finishes_on", "depends_on", "said"),
        )
    )
    return {
        key: StepRow(
            waits.Step(key, organisation, tuple(map(uuid.UUID, first or ())), said == DONE),
            *(plan, title, owner, start, finish),
        )
        for key, plan, title, owner, organisation, start, finish, first, said in rows.iterator()
    }


def _requests(**where: Any) -> dict[uuid.UUID, RequestRow]:
    rows: Any = (
        Dependency.objects.filter(**RUNNING, **where)
        .annotate(
            said=newest(DependencyAnswer, "dependency_key", "state"),
            named=newest(DependencyAnswer, "dependency_key", "step_key"),
        )
        .order_by("due_on", "pk")
        .values_list(
            *("key", "plan_id", "title", "milestone_key", "provider_id"),
            *("step_key", "due_on", "said", "named"),
        )
    )
    return {
        key: RequestRow(
            waits.Request(key, step, provider, by_step or named, said == DELIVERED),
            *(plan, title, due, said or ""),
        )
        for key, plan, title, step, provider, by_step, due, said, named in rows.iterator()
    }


def nodes_of(parts: Iterable[Part]) -> list[waits.Node]:
    """The nodes of a circle that was kept."""
    return [
        uuid.UUID(part["key"]) if part["part"] == MILESTONE else int(part["key"]) for part in parts
    ]


def mark_of(keys: Iterable[object]) -> str:
    """What names a finding: the same for the same parts in any order."""
    return hashlib.sha256("\n".join(sorted(str(key) for key in keys)).encode()).hexdigest()


def described(found: Network, circles: Iterable[waits.Circle]) -> list[list[Part]]:
    """Each circle part by part in words, with what it asks of the next. Two queries."""
    wanted = list(circles)
    rows = [found.steps[key] for circle in wanted for key in circle.steps]
    posts = Post.objects.select_related("organisation").in_bulk({r.owner for r in rows if r.owner})
    asked = {node for circle in wanted for node in circle.nodes if isinstance(node, int)}
    organisations = Organisation.objects.in_bulk(asked)

    def part(node: waits.Node, key: uuid.UUID | None) -> Part:
        request = found.requests[key].title if key is not None else ""
        if isinstance(node, int):
            return {**_organisation(node, organisations), "request": request}
        return {**_step(found.steps[node], posts), "request": request}

    return [
        [part(node, key) for node, key in zip(circle.nodes, circle.requests, strict=True)]
        for circle in wanted
    ]


def _organisation(node: int, organisations: Mapping[int, Organisation]) -> Part:
    name = short(organisations[node])
    return {
        "part": "organisation",
        "key": str(node),
        "plan": None,
        "title": name,
        "owner": "",
        "post": None,
        "organisation": name,
    }


def _step(row: StepRow, posts: Mapping[int, Post]) -> Part:
    post = posts.get(row.owner or 0)
    return {
        "part": MILESTONE,
        "key": str(row.step.key),
        "plan": row.plan,
        "title": row.title,
        "owner": str(post or ""),
        "post": row.owner,
        "organisation": short(post.organisation) if post else "",
    }


def short(organisation: Organisation) -> str:
    """An organisation by the name it is called."""
    return organisation.short_name or organisation.name


def would_close(revision: Revision) -> list[list[Part]]:
    """The circles across plans that adopting an open revision would close, in words.

    Looks only where the revision says anew who waits for whom. A fixed number of queries.
    """
    if not _touches_waiting(revision):
        return []
    now = network()
    then = _with_draft(now, revision)
    before, after = now.graph(), then.graph()
    found = [
        circle
        for circle in waits.circles(after)
        if not waits.holds(before, circle.nodes)
        and any(then.steps[key].plan == revision.plan_id for key in circle.steps)
    ]
    return described(then, found)


def _touches_waiting(revision: Revision) -> bool:
    fields = revision.changes.filter(part__in=[MILESTONE, DEPENDENCY]).values_list("part", "field")
    return any(part == DEPENDENCY or (part, field) in WAITING for part, field in fields.distinct())


def _with_draft(now: Network, revision: Revision) -> Network:
    """The network with the revision's plan as the revision makes it."""
    content = plans.draft(revision)
    plan = revision.plan_id
    organisations = {pk: post.organisation_id for pk, post in plans.posts(content).items()}
    steps = {key: row for key, row in now.steps.items() if row.plan != plan}
    requests = {key: row for key, row in now.requests.items() if row.plan != plan}
    for key, each in content.milestones.items():
        old = now.steps.get(key)
        steps[key] = StepRow(
            waits.Step(
                key,
                organisations.get(each.owner_id or 0),
                each.depends_on,
                old is not None and old.step.done,
            ),
            *(plan, each.title, each.owner_id, each.starts_on, each.finishes_on),
        )
    requests |= _drafted(content, now, plan)
    return Network(steps, requests)


def _drafted(content: PlanContent, now: Network, plan: int) -> dict[uuid.UUID, RequestRow]:
    found = {}
    for key, each in content.dependencies.items():
        request = waits.Request(key, each.milestone_key, each.provider_id, each.step_key)
        old = now.requests.get(key)
        if old is not None:
            request = replace(
                request,
                by_step=each.step_key or old.request.by_step,
                delivered=old.request.delivered,
            )
        answer = old.answer if old is not None else ""
        found[key] = RequestRow(request, plan, each.title, each.due_on, answer)
    return found
