"""Votes and minutes, with what they decide applied in the same transaction.

forums knows no plan, review or dispute; it hands back the decision when a motion
is decided. What put the motion is looked up here and its outcome applied at once,
so a decision and what follows from it commit together or not at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import structlog
from django.db import transaction

from forums.models import Decision, Motion
from forums.selectors import motions
from forums.services import motions as motion_services
from forums.services import votes
from labs.models import Revision
from labs.services import revisions
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Document, Post
from reviews.models import (
    AllocationProposal,
    EndProposal,
    HoldLift,
    ReviewProposal,
    RulingProposal,
)
from reviews.services import adoptions, allocations, closing, ends, hold_lifts, rulings

log = structlog.get_logger(__name__)
BY = Actor.system("close motions")


@transaction.atomic
def vote(
    *, motion: Motion, post: Post, choice: str, reason: str, by: Actor, at: datetime.datetime
) -> Decision | None:
    """Cast one vote; when it decides the motion, apply the outcome.

    Returns the decision, or None while the motion is open. Raises what
    forums.services.votes raises, and what applying the outcome raises: then the
    vote is not cast either.
    """
    rulings.hold_case(motion_id=motion.pk)
    decision = votes.cast(motion=motion, post=post, choice=choice, reason=reason, by=by, at=at)
    if decision is not None:
        apply(decision=decision, by=by, at=at)
    return decision


@transaction.atomic
def record_minute(
    *,
    motion: Motion,
    minuted: Sequence[votes.MinutedVote],
    reason: str,
    dissent: str,
    sources: Sequence[tuple[str, datetime.date]],
    document: Document,
    principal_post: Post,
    by: Actor,
    at: datetime.datetime,
) -> Decision:
    """Enter what the forum decided, with its signed minute, and apply it.

    The decision awaits the chair's confirmation and holds meanwhile.
    """
    rulings.hold_case(motion_id=motion.pk)
    decision = votes.record_minute(
        motion=motion,
        votes=minuted,
        reason=reason,
        dissent=dissent,
        sources=sources,
        document=document,
        principal_post=principal_post,
        by=by,
        at=at,
    )
    apply(decision=decision, by=by, at=at)
    return decision


@transaction.atomic
def withdraw(*, motion: Motion, reason: str, by: Actor, at: datetime.datetime) -> Motion:
    """Take a motion back before it is decided; a plan that came with it is a draft again.

    Raises what forums.services.motions.withdraw raises.
    """
    withdrawn = motion_services.withdraw(motion=motion, reason=reason, by=by, at=at)
    submitted = Revision.objects.filter(motion=motion, state=Revision.State.SUBMITTED)
    for revision in submitted.select_related("motion", "plan__lab__area"):
        revisions.release(revision=revision, by=by, at=at)
    ends.withdrawn(motion=withdrawn, by=by, at=at)
    return withdrawn


def close_due(*, at: datetime.datetime) -> list[Decision]:
    """Close every motion whose closing time has passed, each in its own transaction.

    One whose outcome cannot be applied (a draft that went stale meanwhile) stays
    open, is logged, and does not hold up the others; its forum sees it on the agenda.
    """
    decided = []
    for motion_id in motions.due(at):
        try:
            decision = _close_one(motion_id, at)
        except Refused as refused:
            log.warning("motion_not_closed", motion=motion_id, code=refused.code)
            continue
        if decision is not None:
            decided.append(decision)
    return decided


@transaction.atomic
def _close_one(motion_id: int, at: datetime.datetime) -> Decision | None:
    rulings.hold_case(motion_id=motion_id)
    decision = votes.close(motion_id=motion_id, at=at)
    if decision is not None:
        apply(decision=decision, by=BY, at=at)
    return decision


@transaction.atomic
def apply(*, decision: Decision, by: Actor, at: datetime.datetime) -> Any:
    """Do what the decision decides: a review, a ruling, money or a plan; None for any other motion."""
    review = ReviewProposal.objects.filter(motion=decision.motion_id).first()
    if review is not None:
        return closing.close(proposal=review, decision=decision, by=by, at=at)
    ruling = RulingProposal.objects.filter(motion=decision.motion_id).first()
    if ruling is not None:
        return rulings.apply(proposal=ruling, decision=decision, by=by, at=at)
    end = EndProposal.objects.filter(motion=decision.motion_id).first()
    if end is not None:
        return ends.apply(proposal=end, decision=decision, by=by, at=at)
    lift = HoldLift.objects.filter(motion=decision.motion_id).select_related("hold__kpi").first()
    if lift is not None:
        return hold_lifts.apply(proposal=lift, decision=decision, by=by, at=at)
    money = AllocationProposal.objects.filter(motion=decision.motion_id).first()
    if money is not None:
        return allocations.apply(proposal=money, decision=decision, by=by, at=at)
    revision = Revision.objects.filter(
        motion=decision.motion_id, state=Revision.State.SUBMITTED
    ).first()
    if revision is None:
        return None
    if decision.outcome == Decision.Outcome.CARRIED:
        return adoptions.adopt(revision=revision, decision=decision, by=by, at=at)
    return revisions.reject(revision=revision, decision=decision, by=by, at=at)
