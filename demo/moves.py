"""What people do again and again in the stories, each move one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from demo.stage import Stage
from forums.models import Motion
from kpis.models import Reading, Series
from kpis.rules.periods import Period
from kpis.rules.values import Observation
from kpis.services import drafts, readings
from labs.models import Lab, Plan, ReferenceItem, Revision
from labs.services import labs, milestones, revisions, seats, stress_tests
from reviews.models import Review
from reviews.services import approvals, voting


@dataclass(frozen=True)
class Step:
    """A milestone of a story: what, whose, until when, waiting for which."""

    key: str
    title: str
    owner: str
    starts_on: date
    finishes_on: date
    after: tuple[str, ...] = ()


@dataclass
class Keys:
    """The permanent keys of one plan's parts."""

    goal: UUID
    initiative: UUID
    steps: dict[str, UUID] = field(default_factory=dict)


def year(number: int) -> Period:
    return Period(date(number, 1, 1), date(number, 12, 31))


def month(first: date) -> Period:
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return Period(first, last)


def total(stage: Stage, kpi: str) -> Series:
    return Series.objects.get(definition__kpi=stage.kpis[kpi], cell__key="total")


def open_lab(
    stage: Stage,
    key: str,
    *,
    area: tuple[str, str],
    title: str,
    question: str,
    days: tuple[date, date],
    steering: str,
    places: Mapping[str, str],
    at: datetime,
) -> Lab:
    """Open a lab with a seat per organisation; ``places`` maps them to their mandate."""
    by = stage.actor("unit")
    lab = labs.open(
        area=stage.areas[area],
        title=title,
        question=question,
        starts_on=days[0],
        ends_on=days[1],
        steering=stage.forums[steering],
        is_illustrative=True,
        by=by,
        at=at,
    )
    for organisation, mandate in places.items():
        seats.add(
            lab=lab,
            organisation=stage.cast.organisations[organisation],
            mandate=mandate,
            kind="core" if mandate else "invited",
            by=by,
            at=at,
        )
    stage.labs[key] = lab
    return lab


def item(code: str, kind: str) -> ReferenceItem:
    """The newest version of an entry of a reference list."""
    return ReferenceItem.objects.filter(list=kind, code=code, superseded_at=None).order_by("pk")[0]


def draft_of(lab: Lab) -> Revision:
    return lab.plan.revisions.get(state=Revision.State.DRAFT)


def write_plan(
    stage: Stage,
    lab: Lab,
    *,
    goal: str,
    initiative: str,
    lead: str,
    days: tuple[date, date],
    budget: str | None,
    steps: Sequence[Step],
    at: datetime,
) -> Keys:
    """Write one goal, one initiative and its steps into the first draft."""
    context: dict[str, Any] = {
        "revision": draft_of(lab),
        "key": None,
        "by": stage.actor("unit"),
        "at": at,
    }
    goal_key = revisions.edit(part="goal", fields={"title": goal}, **context)
    initiative_key = revisions.edit(
        part="initiative",
        fields={
            "goal_key": str(goal_key),
            "title": initiative,
            "lead": str(stage.post(lead).pk),
            "starts_on": days[0].isoformat(),
            "finishes_on": days[1].isoformat(),
            "budget": budget,
        },
        **context,
    )
    keys = Keys(goal_key, initiative_key)
    for step in steps:
        keys.steps[step.key] = revisions.edit(
            part="milestone",
            fields={
                "initiative_key": str(initiative_key),
                "title": step.title,
                "owner": str(stage.post(step.owner).pk),
                "starts_on": step.starts_on.isoformat(),
                "finishes_on": step.finishes_on.isoformat(),
                "depends_on": [str(keys.steps[each]) for each in step.after],
            },
            **context,
        )
    return keys


def promise(
    stage: Stage,
    revision: Revision,
    series: Series,
    period: Period,
    value: str,
    *,
    baseline: str | None = None,
    reason: str = "",
    at: datetime,
) -> None:
    """Propose a target in a draft."""
    revisions.set_target(
        revision=revision,
        series_key=series.key,
        period=f"{period.start}/{period.end}",
        before=None,
        after={"value": value, "high": None, "baseline": baseline},
        reason=reason,
        label=drafts.words(series, period),
        by=stage.actor("unit"),
        at=at,
    )


def stress(stage: Stage, revision: Revision, conclusion: str, *, at: datetime) -> None:
    stress_tests.record(
        revision=revision,
        money="strained",
        money_note="Within the ceiling if the second tranche is released on time.",
        people="holds",
        people_note="Posts are filled or seconded.",
        time="strained",
        time_note="Two steps stand on the critical path.",
        capability="holds",
        capability_note="The lead has run a programme of this size before.",
        verdict="strained",
        conclusion=conclusion,
        by=stage.actor("unit"),
        at=at,
    )


def vote_all(
    stage: Stage, motion: Motion, votes: Sequence[tuple[str, str, str]], *, at: datetime
) -> None:
    """Cast votes in turn (post, choice, reason), while the motion is open."""
    for post, choice, reason in votes:
        motion.refresh_from_db()
        if motion.state == Motion.State.OPEN:
            voting.vote(
                motion=motion,
                post=stage.post(post),
                choice=choice,
                reason=reason,
                by=stage.actor(post),
                at=at,
            )


def submit(stage: Stage, revision: Revision, reason: str, *, at: datetime) -> Motion:
    return approvals.submit(revision=revision, reason=reason, by=stage.actor("unit"), at=at)


def tell(
    stage: Stage,
    series: Series,
    period: Period,
    value: str,
    *,
    source: str,
    post: str,
    state: str = "final",
    at: datetime,
) -> Reading:
    """Report a value in time, as its owner does."""
    recorded = readings.record(
        series=series,
        period=period,
        observation=Observation(comparator="=", value=Decimal(value)),
        source=source,
        state=state,
        by=stage.actor(post),
        at=at,
    )
    return recorded.reading


def report(
    stage: Stage,
    lab: Lab,
    key: UUID,
    post: str,
    state: str,
    *,
    finish: date | None = None,
    evidence: str = "",
    note: str = "",
    blocked_by: str = "",
    at: datetime,
) -> None:
    milestones.report(
        plan=Plan.objects.get(lab=lab),
        milestone_key=key,
        state=state,
        expected_finish=finish,
        blocked_by=blocked_by,
        note=note,
        done_evidence=evidence,
        by=stage.actor(post),
        at=at,
    )


def open_review(stage: Stage, kpi: str) -> Review:
    """The review the sweep opened for a KPI."""
    return Review.objects.get(kpi=stage.kpis[kpi], state=Review.State.OPEN)
