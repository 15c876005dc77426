"""A programme started from a template, and the steps of the loop in it, each one call.

``begin(code)`` starts it on the first day of 2019 and gives every post a person.
``walk.once_round(kpi, value)`` takes the loop once: stress test, approval, in force, a value
that misses its target, the review that opens, a revision that answers it, adopted.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from forums.models import Decision, Motion
from kpis.models import Deviation, Kpi, Series, Target
from kpis.rules.periods import Period
from kpis.rules.values import Observation, to_decimal
from kpis.services import detection, readings
from labs.models import Lab, Milestone, Plan, Programme, Revision, Seat
from labs.selectors import plans
from labs.services import revisions, stands, stress_tests
from ledger.rules.actors import Actor
from people.models import Organisation, Post, User
from people.models.access import Role
from reviews.models import Review
from reviews.services import advancing, approvals, explanations, proposals, routing, voting
from starters.selectors import template
from starters.services import starting
from starters.services.starting import Overrides
from tests.factories.people import actor, holder, with_role

START = datetime.date(2019, 1, 1)
NOON = datetime.time(15, tzinfo=datetime.UTC)  # the same day from Lima to Kuala Lumpur


def moment(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, NOON)


@dataclass
class Walk:
    """One started programme and the day it has come to."""

    programme: Programme
    unit: User
    day: datetime.date = START
    people: dict[int, User] = field(default_factory=dict)

    @property
    def at(self) -> datetime.datetime:
        return moment(self.day)

    @property
    def by_unit(self) -> Actor:
        return actor(self.unit)

    @cached_property
    def labs(self) -> list[Lab]:
        return list(Lab.objects.filter(area__programme=self.programme).order_by("pk"))

    def plan(self, number: int = 0) -> Plan:
        return Plan.objects.select_related("lab__area__programme", "in_force").get(
            lab=self.labs[number]
        )

    def kpi(self, key: str) -> Kpi:
        return Kpi.objects.get(code=f"{self.programme.code}-{key}")

    def series(self, key: str, part: str = "") -> Series:
        """The total of a KPI, or the part whose code it is."""
        of = Series.objects.filter(definition__kpi=self.kpi(key)).select_related("definition")
        return of.get(cell__key__endswith=f"={part}") if part else of.get(cell__key="total")

    def period(self, key: str, number: int, part: str = "") -> Period:
        """The period of the target of that number."""
        found = Target.objects.filter(series=self.series(key, part), until_change=None)
        first = found.order_by("period_start")[number - 1]
        return Period(first.period_start, first.period_end)

    def post(self, title: str, organisation: str = "") -> Post:
        """A post by its title, in the organisation whose name begins like that."""
        return Post.objects.get(title=title, organisation__name__startswith=organisation)

    def organisation(self, name: str) -> Organisation:
        return Organisation.objects.get(name__startswith=name)

    def acting(self, post: Post) -> Actor:
        """The person in a post; posts that came later get one too."""
        if post.pk not in self.people:
            self.people[post.pk] = holder(post)
        return actor(self.people[post.pk], post)

    def draft(self, number: int = 0) -> Revision:
        return self.plan(number).revisions.get(state=Revision.State.DRAFT)

    def key_of(self, title: str, number: int = 0) -> UUID:
        """The key of a part of the plan in force, by its title."""
        content = plans.content(self.plan(number))
        every = [*content, *content.commitments.values(), *content.dependencies.values()]
        return next(each.key for each in every if each.title == title)

    # Steps

    def sweep(self) -> None:
        """What beat does, once."""
        detection.detect_due(at=self.at)
        detection.detect(at=self.at)
        routing.route(at=self.at)
        voting.close_due(at=self.at)
        advancing.advance(at=self.at)

    def stress(self, number: int = 0) -> None:
        stress_tests.record(
            revision=self.draft(number),
            money="strained",
            money_note="Within the ceiling if the second part comes in time.",
            people="holds",
            time="holds",
            capability="holds",
            verdict="strained",
            conclusion="It can be begun.",
            by=self.by_unit,
            at=self.at,
        )

    def stand(self, number: int = 0) -> None:
        """Every core seat that has a mandate agrees; the others go along."""
        for seat in self.labs[number].seats.filter(kind=Seat.Kind.CORE).select_related("post"):
            stands.take(
                revision=self.draft(number),
                seat=seat,
                stand="agrees" if seat.mandate else "dissents",
                reason="" if seat.mandate else "No mandate to agree.",
                by=self.acting(seat.post),
                at=self.at,
            )

    def decide(self, motion: Motion, choice: str = "for") -> Decision:
        """Everybody who is free votes, whoever presides last."""
        for voter in motion.voters.select_related("post").order_by("presides", "pk"):
            motion.refresh_from_db()
            if motion.state != Motion.State.OPEN or not self._is_free(motion, voter.post):
                continue
            decision = voting.vote(
                motion=motion,
                post=voter.post,
                choice=choice,
                reason="The case is made.",
                by=self.acting(voter.post),
                at=self.at,
            )
        assert decision is not None, "nobody was left to decide"
        return decision

    @staticmethod
    def _is_free(motion: Motion, post: Post) -> bool:
        from forums.rules.interests import Interests

        barred = Interests.from_json(motion.interests)
        return post.pk not in barred.posts and post.organisation_id not in barred.organisations

    def approve(self, number: int = 0) -> Revision:
        """Stress test, stands, motion, vote: the first plan comes into force."""
        draft = self.draft(number)
        self.stand(number)
        self.stress(number)
        motion = approvals.submit(revision=draft, by=self.by_unit, at=self.at)
        self.decide(motion)
        draft.refresh_from_db()
        assert (draft.state, draft.number) == (Revision.State.ADOPTED, 1)
        return draft

    def tell(self, key: str, number: int, value: str, part: str = "") -> None:
        """The owner reports the value of a period, some days after it ended."""
        period = self.period(key, number)
        self.day = max(self.day, period.end + datetime.timedelta(days=2))
        readings.record(
            series=self.series(key, part),
            period=period,
            observation=Observation("=", to_decimal(value)),
            source="Report of the owner",
            by=self.acting(self.kpi(key).owner),
            at=self.at,
        )

    def review(self, key: str) -> Review:
        return Review.objects.get(kpi=self.kpi(key), state=Review.State.OPEN)

    def answer(self, review: Review, *, title: str = "") -> Revision:
        """The owner explains; a step gets more time; the forum decides; the plan is revised."""
        owner = review.kpi.owner
        explanations.explain(
            review=review,
            cause="means",
            text="The first step took longer than thought.",
            by=self.acting(owner),
            at=self.at,
        )
        plan = self.plan()
        revision = revisions.start(
            plan=plan,
            title=title or "More time for the first step",
            reason="The review showed it",
            by=self.by_unit,
            at=self.at,
        )
        step = Milestone.objects.filter(plan=plan, until_revision=None).order_by("pk")[0]
        later = max(step.finishes_on, self.day) + datetime.timedelta(days=60)
        revisions.edit(
            revision=revision,
            part="milestone",
            key=step.key,
            fields={"finishes_on": later.isoformat()},
            reason="The first step took longer than thought",
            by=self.by_unit,
            at=self.at,
        )
        proposal = proposals.put(
            review=review,
            cause="means",
            outcome="change_execution",
            reason="The means need more time; the goal stands.",
            revision=revision,
            by=self.by_unit,
            at=self.at,
        )
        self.decide(proposal.motion)
        revision.refresh_from_db()
        return revision

    def once_round(self, key: str, value: str) -> Revision:
        """The loop from the draft to the second revision; ``value`` misses the first target."""
        self.approve()
        self.tell(key, 1, value)
        self.sweep()
        review = self.review(key)
        second = self.answer(review)
        self.sweep()
        review.refresh_from_db()
        assert (review.state, review.outcome) == (Review.State.CLOSED, "change_execution")
        assert (second.state, second.number) == (Revision.State.ADOPTED, 2)
        assert not Deviation.objects.filter(series=self.series(key), closed_at=None).exists()
        return second


def begin(code: str, **overrides: Any) -> Walk:
    """Start the template of this code; every post gets a person."""
    chosen = template(code)
    unit = with_role(Role.DELIVERY_UNIT)
    programme = starting.start(
        template=chosen,
        code=code,
        name=chosen.programme.name.said(),
        overrides=Overrides(**{"starts_on": START, **overrides}),
        by=actor(unit),
        at=moment(START),
    )
    walk = Walk(programme, unit)
    for post in Post.objects.select_related("organisation"):
        walk.acting(post)
    return walk
