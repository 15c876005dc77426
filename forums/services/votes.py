"""Votes: cast by members, entered from a signed minute, closed by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Decision, Mode, Motion, Vote, Voter
from forums.rules.interests import Interests
from forums.selectors import motions
from forums.selectors.members import offices_of
from forums.services import decisions
from forums.services.motions import NotOpen
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Document, Post
from people.selectors import people


class NoPlace(Refused):
    message = _("This post has no vote on this motion.")
    code = "no_place"


class NotHeld(Refused):
    message = _("You vote in a post you hold today. Choose one of yours.")
    code = "post_not_held"


class HasInterest(Refused):
    message = _("You have an interest in this matter and stand aside: %(why)s")
    code = "has_interest"

    def __init__(self, why: str) -> None:
        super().__init__(str(self.message) % {"why": why})


class AlreadyVoted(Refused):
    message = _("This place has already voted. A vote is not changed.")
    code = "already_voted"


class OneVoteEach(Refused):
    message = _("This person has already voted in another place: one person has one vote.")
    code = "one_vote_each"


class VoteNeedsReason(Refused):
    message = _("Give a reason for your vote.")
    code = "vote_needs_reason"


class PresidingDecides(Refused):
    message = _(
        "Who presides decides this motion: vote for or against, or stand aside with a reason."
    )
    code = "presiding_decides"


class SignedByOutsider(Refused):
    message = _("A minute is signed by somebody with a free place in the motion.")
    code = "signed_by_outsider"


class UndecidedMinute(Refused):
    message = _(
        "These votes decide nothing: the quorum is not reached or the vote of the one who presides"
        " is missing. Enter every vote the minute shows."
    )
    code = "undecided_minute"


@dataclass(frozen=True, slots=True)
class MinutedVote:
    """One line of a signed minute."""

    post_id: int
    choice: str
    reason: str = ""


@transaction.atomic
def cast(
    *, motion: Motion, post: Post, choice: str, reason: str, by: Actor, at: datetime
) -> Decision | None:
    """Vote in one's place; returns the decision if this vote completed it, else None.

    Raises NotOpen, NoPlace, NotHeld, HasInterest, AlreadyVoted, OneVoteEach,
    VoteNeedsReason, PresidingDecides.
    """
    _claim(motion, at)
    if by.user_id not in people.holder_ids([post], at.date())[post.pk]:
        raise NotHeld
    _write(motion, [MinutedVote(post.pk, choice, reason)], by, at)
    return decisions.conclude(motion=motion, found=motions.tally(motion), by=by, at=at)


@transaction.atomic
def record_minute(
    *,
    motion: Motion,
    votes: Sequence[MinutedVote],
    reason: str,
    dissent: str,
    sources: Sequence[tuple[str, date]],
    document: Document,
    principal_post: Post | None,
    by: Actor,
    at: datetime,
) -> Decision:
    """Enter what the forum decided, with the minute signed by ``principal_post``.

    Each vote names for whom it is entered; the decision awaits confirmation by the
    principal (the one who presides, unless another post is given). Raises as
    ``cast`` does, SignedByOutsider and UndecidedMinute.
    """
    _claim(motion, at)
    signed_by = _signer(motion, principal_post)
    holders = people.holder_ids([signed_by.pk, *(vote.post_id for vote in votes)], at.date())

    interests = Interests.from_json(motion.interests)
    held = offices_of({pk for ids in holders.values() for pk in ids}, at.date())

    def on_behalf_of(post_id: int) -> Actor:
        # Substantive and acting holder: whoever is free sat there.
        free = [pk for pk in holders[post_id] if not interests.of_user(pk, held.get(pk, []))]
        return by.on_behalf_of(
            principal_id=next(iter(free or holders[post_id]), None),
            principal_post_id=post_id,
            evidence_id=document.pk,
        )

    for vote in votes:
        _write(motion, [vote], on_behalf_of(vote.post_id), at)
    found = motions.tally(motion)
    if found.is_open:
        found = motions.tally(motion, closing=True)
    if found.state == Motion.State.LAPSED:
        raise UndecidedMinute
    decision = decisions.conclude(
        motion=motion,
        found=found,
        by=on_behalf_of(signed_by.pk),
        at=at,
        minute=decisions.Minute(reason=reason, dissent=dissent, sources=tuple(sources)),
    )
    assert decision is not None
    return decision


def _signer(motion: Motion, given: Post | None) -> Post:
    """The post that signed: the one given, by default the one that presides."""
    free = motion.voters.select_related("post").filter(barred_because="")
    found = free.filter(post=given).first() if given else free.get(presides=True)
    if found is None:
        raise SignedByOutsider
    return found.post


def close_due(*, at: datetime) -> list[Decision]:
    """Close every motion whose closing time has passed, each in a transaction of its own."""
    closed = (close(motion_id=pk, at=at) for pk in motions.due(at))
    return [decision for decision in closed if decision is not None]


@transaction.atomic
def close(*, motion_id: int, at: datetime) -> Decision | None:
    """Close one motion whose time is up; None when another was faster. Safe to run twice."""
    motion = Motion.objects.select_related("forum").get(pk=motion_id)
    if not _still_open(motion) or motion.closes_at is None or motion.closes_at > at:
        return None
    found = motions.tally(motion, closing=True)
    return decisions.conclude(motion=motion, found=found, by=Actor.system("close motions"), at=at)


def _still_open(motion: Motion) -> bool:
    """Hold the motion's row, so that two votes at once see each other when counted."""
    state = Motion.State.OPEN
    return Motion.objects.filter(pk=motion.pk, state=state).update(state=state) == 1


def _claim(motion: Motion, at: datetime) -> None:
    if not _still_open(motion) or (motion.closes_at is not None and motion.closes_at <= at):
        raise NotOpen


def _write(motion: Motion, votes: Sequence[MinutedVote], by: Actor, at: datetime) -> None:
    places = {voter.post_id: voter for voter in motion.voters.select_related("post")}
    for vote in votes:
        voter = places.get(vote.post_id)
        if voter is None:
            raise NoPlace
        _check(motion, voter, vote, by, at.date())
        row = Vote.objects.create(
            motion=motion,
            voter=voter,
            choice=vote.choice,
            reason=vote.reason,
            at=at,
            **Vote.fields_of(by),
        )
        events.record(
            verb="vote.cast",
            subject=row,
            by=by,
            at=at,
            data={"motion": motion.pk, "post": vote.post_id, "choice": str(vote.choice)},
            texts={"reason": vote.reason},
            restricted=True,
        )


def _check(motion: Motion, voter: Voter, vote: MinutedVote, by: Actor, on: date) -> None:
    if Vote.objects.filter(voter=voter).exists():
        raise AlreadyVoted
    entered = by.principal_post_id is not None
    if motions.has_voted(motion, by.principal_id if entered else by.user_id):
        raise OneVoteEach
    if vote.choice not in Vote.Choice.values:
        raise NoPlace
    if vote.choice != Vote.Choice.ABSTAIN and not vote.reason.strip():
        raise VoteNeedsReason(fields={"reason": str(VoteNeedsReason.message)})
    decides = motion.mode == Mode.CHAIR and voter.presides
    if decides and vote.choice == Vote.Choice.ABSTAIN:
        raise PresidingDecides
    why = interest_of_act(motion, voter, by, on)
    if why and (vote.choice != Vote.Choice.STOOD_ASIDE or voter.barred_because):
        raise HasInterest(why)


def interest_of_act(motion: Motion, voter: Voter, by: Actor, on: date) -> str:
    """Fact 9: why this vote may not be taken, looking at user, principal and post; or "".

    Who rules at the top with a stated interest is let through in that one place.
    """
    if voter.barred_because:
        return voter.barred_because
    if voter.interest_stated:
        return ""
    interests = Interests.from_json(motion.interests)
    if why := interests.of_office(voter.post_id, voter.post.organisation_id):
        return why
    users = [pk for pk in (by.user_id, by.principal_id) if pk is not None]
    held = offices_of(users, on)
    reasons = (interests.of_user(pk, held.get(pk, [])) for pk in users)
    return next((why for why in reasons if why), "")
