"""Reading motions, their votes and what they came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F, Prefetch, Q, QuerySet

from forums.models import Action, Decision, Motion, Vote, Voter
from forums.rules import voting
from forums.rules.interests import Interests
from forums.selectors.members import offices_of
from people.models import Post, User
from people.selectors import people


def ballots(motion: Motion) -> list[voting.Ballot]:
    """The places of a motion as the counting rule wants them."""
    rows = motion.voters.values_list("post", "presides", "barred_because", "vote__choice")
    return [
        voting.Ballot(post_id=post, presides=presides, barred=bool(barred), choice=choice)
        for post, presides, barred, choice in rows.order_by("pk")
    ]


def tally(motion: Motion, closing: bool = False) -> voting.Tally:
    """How the votes stand now."""
    return voting.tally(motion.mode, motion.quorum, ballots(motion), closing)


def voters(motion: Motion) -> QuerySet[Voter]:
    """The places with posts and votes, who presides first."""
    return motion.voters.select_related(
        "post__organisation",
        "vote__by_user",
        "vote__by_post__organisation",
        "vote__principal",
        "vote__principal_post__organisation",
    ).order_by("-presides", "post__rank", "post__title")


def due(at: datetime) -> list[int]:
    """Ids of open motions whose closing time has passed."""
    passed = Motion.objects.filter(state=Motion.State.OPEN, closes_at__lte=at)
    return list(passed.order_by("closes_at", "pk").values_list("pk", flat=True))


def open_in(forum_ids: Sequence[int]) -> QuerySet[Motion]:
    """Motions that await a decision in these forums, oldest first."""
    return (
        Motion.objects.filter(forum__in=forum_ids, state=Motion.State.OPEN)
        .select_related("forum")
        .order_by("at", "pk")
    )


def awaiting(posts: Sequence[Post]) -> QuerySet[Motion]:
    """Open motions in which one of these posts may still vote."""
    places = Voter.objects.filter(post__in=posts, barred_because="", vote=None)
    return (
        Motion.objects.filter(state=Motion.State.OPEN, pk__in=places.values("motion"))
        .select_related("forum")
        .order_by(F("closes_at").asc(nulls_last=True), "at", "pk")
    )


def has_voted(motion: Motion, user_id: int | None) -> bool:
    """Whether a person voted in any place of the motion, themselves or by its minute."""
    if user_id is None:
        return False
    own = Q(by_user=user_id, principal_post=None)
    return motion.votes.filter(own | Q(principal=user_id)).exists()


def interest_of(motion: Motion, user: User, on: date) -> str:
    """Why this user may not vote in any place of the motion, or ""."""
    held = offices_of([user.pk], on).get(user.pk, [])
    return Interests.from_json(motion.interests).of_user(user.pk, held)


def decision(pk: int) -> Decision:
    """One decision with all a page about it shows. Raises Decision.DoesNotExist."""
    return (
        Decision.objects.select_related(
            "motion__forum",
            "by_user",
            "by_post__organisation",
            "principal",
            "principal_post__organisation",
            "evidence",
            "answered_by",
            "supersedes__motion",
            "superseded_by__motion",
        )
        .prefetch_related(
            "sources",
            Prefetch("actions", Action.objects.select_related("owner__organisation")),
            Prefetch("motion__votes", Vote.objects.select_related("voter__post__organisation")),
        )
        .get(pk=pk)
    )


def awaiting_confirmation(user: User, on: date) -> QuerySet[Decision]:
    """Decisions entered on behalf of this user's posts, not yet confirmed."""
    posts = people.posts_of(user, on)
    return Decision.objects.filter(
        standing=Decision.Standing.AWAITED, principal_post__in=posts
    ).select_related("motion__forum")


def interests_stated() -> QuerySet[Voter]:
    """Where somebody ruled with an interest because the top had no alternate: for auditors."""
    return (
        Voter.objects.exclude(interest_stated="")
        .select_related("motion__forum", "post__organisation")
        .order_by("-motion__at")
    )
