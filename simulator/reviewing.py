"""Reviews: explained in time or late, brought to an end by a proposal of the delivery unit."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from kpis.models import LiveReading
from kpis.models.findings import RuleKind
from labs.models import Revision
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Organisation, Post
from reviews.models import Referral, Review, ReviewDeviation
from reviews.models.reviews import Outcome
from reviews.rules.referrals import KIND_OF
from reviews.selectors import subjects
from reviews.services import explanations, proposals, referrals
from simulator import planning
from simulator.world import World, in_order

CAUSES = (
    *("means", "means", "means", "goal", "goal", "institution", "data"),
    *("coordination", "coordination", "external_policy"),
)
ABOUT_DATA = {RuleKind.MISSING, RuleKind.PROVISIONAL, RuleKind.IMPLAUSIBLE}
FIRST = 0.5  # how likely a first review of a KPI changes the plan, against later ones
GRACE = 4  # working days after the day to explain, then it is put to the forum without


def go_on_with_reviews(world: World) -> None:
    """What owners and the delivery unit do about open reviews today."""
    rows = Review.objects.filter(state=Review.State.OPEN)
    for review in in_order(rows):
        subject = subjects.of_review(review)
        explained = review.explanations.exists() or _explain(world, review, subject)
        if not explained and world.day < world.working_days_from(review.explain_by, GRACE):
            continue
        if not review.proposals.filter(motion__state="open").exists():
            _propose(world, review, subject)
    _answer_referrals(world)


def cause_of(world: World, review: Review) -> str:
    """What is at fault; the same whoever asks. Where only values are missing, the data."""
    rows = ReviewDeviation.objects.filter(review=review)
    kinds = set(rows.values_list("deviation__rule__kind", flat=True))
    if kinds <= ABOUT_DATA:
        return "data"
    return world.chance.one_of(CAUSES, "cause", review.pk)


def _explain(world: World, review: Review, subject: subjects.Subject) -> bool:
    """The owner explains, in time or late. Whether they did today."""
    in_time = world.chance.happens(world.scenario.explained_in_time, "in time", review.pk)
    low, high = (1, 4) if in_time else (6, 16)
    by = world.in_post(subject.owner)
    if by is None or world.age(review.opened_at) < world.chance.whole(
        low, high, "explained", review.pk
    ):
        return False
    cause = cause_of(world, review)
    done = world.do(
        explanations.explain,
        review=review,
        cause=cause,
        text="Less came of it than was thought.",
        tried="More of the same",
        request=_request(world, review, subject, cause),
        by=by,
    )
    return done is not None


def _request(
    world: World, review: Review, subject: subjects.Subject, cause: str
) -> referrals.Request | None:
    """What the cause asks of somebody else."""
    kind = KIND_OF.get(cause)
    if kind is None or subject.owner is None:
        return None
    own = subject.owner.organisation_id
    reading = None
    if review.kpi_id is not None:
        live = LiveReading.objects.filter(
            is_current=True, series__definition__kpi=review.kpi_id
        ).select_related("reading")
        newest = live.order_by("period_end", "pk").last()
        reading = newest.reading if newest is not None else None
    others = Organisation.objects.filter(name__startswith="Ministry").exclude(pk=own)
    asked = world.chance.one_of(in_order(others), "asked", review.pk)
    if kind == Referral.Kind.CORRECTION:
        asked = subject.owner.organisation
    return referrals.Request(
        kind=kind,
        organisation=asked,
        text="Your part of it is missing.",
        due_on=world.working_days_from(world.day, 10),
        reading=reading if kind == Referral.Kind.CORRECTION else None,
    )


def _answer_referrals(world: World) -> None:
    """Met, refused or left lying."""
    rows = Referral.objects.filter(state=Referral.State.OPEN).select_related(
        "review", "dispute", "organisation", "reading"
    )
    for referral in in_order(rows):
        days = world.chance.whole(3, 25, "referral", referral.pk)
        if world.age(referral.at) != days:
            continue
        post = (
            Post.objects.filter(organisation=referral.organisation).order_by("rank", "pk").first()
        )
        by = world.in_post(post)
        if by is None:
            continue
        if world.chance.happens(0.7, "met", referral.pk):
            world.do(referrals.meet, referral=referral, text="Done, see the file.", by=by)
        else:
            world.do(referrals.refuse, referral=referral, reason="It is not ours to do.", by=by)


def _propose(world: World, review: Review, subject: subjects.Subject) -> None:
    """How the review is to end. A draft and the proposal that brings it are one act."""
    attempt = review.proposals.count()
    outcome = _outcome(world, review, attempt)
    by = world.unit()
    try:
        with transaction.atomic():
            _put(world, review, subject, outcome, by)
    except Refused as refused:
        world.refused[f"proposals.{refused.code}"] += 1
        world.do(proposals.put, review=review, **_action(world, review, subject), by=by)


def _outcome(world: World, review: Review, attempt: int) -> str:
    """A plan is changed for what is wrong with it: not for missing data, and seldom at once."""
    scenario = world.scenario
    share = world.chance.share("outcome", review.pk, attempt)
    if review.kpi_id is not None and cause_of(world, review) != "data":
        earlier = Review.objects.filter(kpi=review.kpi_id, pk__lt=review.pk).exists()
        patience = 1 if earlier else FIRST
        for outcome, rate in (
            (Outcome.CHANGE_GOAL, scenario.changes_goal * patience),
            (Outcome.CHANGE_EXECUTION, scenario.changes_execution * patience),
        ):
            if share < rate:
                return outcome
            share -= rate
    return Outcome.NO_ACTION if share < scenario.no_action else Outcome.CORRECTIVE_ACTION


def _put(world: World, review: Review, subject: subjects.Subject, outcome: str, by: Actor) -> None:
    given: dict[str, Any]
    if outcome == Outcome.CORRECTIVE_ACTION:
        given = _action(world, review, subject)
    elif outcome == Outcome.NO_ACTION:
        day = world.day + datetime.timedelta(days=90)
        given = {"cause": cause_of(world, review), "outcome": outcome, "look_again_on": day,
                 "reason": "One more quarter will tell."}  # fmt: skip
    else:
        given = {"cause": "goal" if outcome == Outcome.CHANGE_GOAL else "means",
                 "outcome": outcome, "reason": "As it is, it does not work.",
                 "revision": _draft(world, review, outcome, by)}  # fmt: skip
    proposals.put(review=review, **given, by=by, at=world.clock.tick())


def _draft(world: World, review: Review, outcome: str, by: Actor) -> Revision:
    plan = subjects.plan_of(review)
    kpi = review.kpi
    if plan is None or kpi is None:
        raise proposals.BadProposal
    if outcome == Outcome.CHANGE_GOAL:
        return planning.ask_less(world, plan, kpi, by)
    return planning.go_about_it_otherwise(world, plan, kpi, by)


def _action(world: World, review: Review, subject: subjects.Subject) -> dict[str, Any]:
    high = world.chance.happens(0.2, "high", review.pk)
    given: dict[str, Any] = {
        "cause": cause_of(world, review),
        "outcome": Outcome.CORRECTIVE_ACTION,
        "reason": "It can still be reached.",
        "action_title": "Put more people to it",
        "action_owner": subject.owner,
        "action_due": world.working_days_from(world.day, 20),
    }
    if high and subject.verifier is not None:
        given |= {"action_priority": "high", "action_verifier": subject.verifier}
    return given
