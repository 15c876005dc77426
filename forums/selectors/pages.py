"""What the pages of forums show, each in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils.module_loading import import_string

from forums.models import Action, Decision, Forum, Meeting, Motion, Voter
from forums.rules.voting import Tally
from forums.selectors import ladders, members, motions
from people.models import Post, User
from people.selectors import people

SHOWN = 20


def notes(motion: Motion) -> list[Any]:
    """What is to be known of what the motion decides; forums know no subject (MOTION_NOTES)."""
    found: list[Any] = import_string(settings.MOTION_NOTES)(motion)
    return found


@dataclass(frozen=True, slots=True)
class Seat:
    """A post in a forum with who holds it; ``holders`` empty: vacant. ``roles``: one or more."""

    post: Post
    roles: list[str]
    holders: list[User]


@dataclass(frozen=True, slots=True)
class Node:
    """A forum with those right below it."""

    forum: Forum
    open_motions: int
    is_mine: bool
    below: list[Node]


def index(user: Any, on: date) -> list[Node]:
    """All open forums as the ladders they form: the tops with what is below them."""
    mine = members.forum_ids_of(user, on)
    waiting = dict(
        Forum.objects.values_list("pk").annotate(
            count=Count("motions", filter=Q(motions__state=Motion.State.OPEN))
        )
    )
    tops: list[Node] = []
    above: dict[int, Node] = {}
    for depth, forum in ladders.tree():
        node = Node(forum, waiting.get(forum.pk, 0), forum.pk in mine, [])
        (tops if depth == 0 else above[depth - 1].below).append(node)
        above[depth] = node
    return tops


def closed() -> list[Forum]:
    """Forums that no longer sit, newest first."""
    gone = Forum.objects.exclude(closed_on=None)
    return list(gone.select_related("successor").order_by("-closed_on", "name"))


def seats(forum: Forum, on: date) -> list[Seat]:
    """Everybody who takes part, each once, in order: chair, alternate, secretary, core, invited."""
    named = [("chair", forum.chair), ("alternate", forum.alternate), ("secretary", forum.secretary)]
    named += [("core", post) for post in members.members(forum, on)[1:]]
    named += [("invited", post) for post in members.invited(forum, on)]
    roles: dict[Post, list[str]] = {}
    for role, post in named:
        if post is not None:
            roles.setdefault(post, []).append(role)
    ids = people.holder_ids(list(roles), on)
    users = User.objects.in_bulk({pk for found in ids.values() for pk in found})
    return [
        Seat(post=post, roles=held, holders=[users[pk] for pk in ids[post.pk]])
        for post, held in roles.items()
    ]


def has_acts(forum: Forum, user: Any, on: date) -> bool:
    """Whether the user may read of an act that created the forum (the setting FORUM_ORIGIN)."""
    return bool(import_string(settings.FORUM_ORIGIN)(forum, user, on))


def open_motions(forum: Forum) -> list[Motion]:
    """What awaits the forum's decision, oldest first."""
    return list(motions.open_in([forum.pk]))


def recent_decisions(forum: Forum) -> list[Decision]:
    """The newest decisions of the forum, to be filtered by who asks."""
    return list(Decision.objects.filter(motion__forum=forum).select_related("motion")[: SHOWN * 3])


def open_actions(forum: Forum) -> list[Action]:
    """What the forum decided that somebody do, and that is not verified yet."""
    return list(
        Action.objects.filter(decision__motion__forum=forum)
        .exclude(state__in=[Action.State.VERIFIED, Action.State.WITHDRAWN])
        .select_related("owner__organisation", "decision")
        .order_by("due_on", "pk")[:SHOWN]
    )


@dataclass(frozen=True, slots=True)
class MotionPage:
    """A motion with its places, and how the votes stand."""

    motion: Motion
    voters: list[Voter]
    tally: Tally
    decision: Decision | None


def motion_page(motion: Motion) -> MotionPage:
    """All that a motion's page shows."""
    return MotionPage(
        motion=motion,
        voters=list(motions.voters(motion)),
        tally=motions.tally(motion),
        decision=Decision.objects.filter(motion=motion).first(),
    )


def papers(motion: Motion, user: Any, on: date) -> Any:
    """What was said of that on which the motion decides, with a ``template`` to show it.

    Forums know no plan: the setting MOTION_PAPERS names the function above that does.
    None where nothing was said.
    """
    return import_string(settings.MOTION_PAPERS)(motion, user, on)


def meeting_papers(meeting: Meeting, user: Any, at: datetime) -> Any:
    """The agenda and the record of a meeting, as the user may see them (MEETING_PAPERS)."""
    return import_string(settings.MEETING_PAPERS)(meeting, user, at)
