"""Who sits in a forum."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, Q

from forums.models import Forum, Membership
from ledger import once
from people.models import Appointment, Post, User
from people.selectors import people


def current(on: date) -> Q:
    """Filter on memberships that hold on a day."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))


def members(forum: Forum, on: date) -> list[Post]:
    """The posts that vote: the chair first, then the core members by rank."""
    return [*_voting(forum, on)]


@once.once
def _voting(forum: Forum, on: date) -> tuple[Post, ...]:
    core = (
        Post.objects.filter(
            pk__in=forum.memberships.filter(current(on), kind=Membership.Kind.CORE).values("post")
        )
        .exclude(pk=forum.chair_id)
        .select_related("organisation")
        .order_by("rank", "title", "pk")
    )
    return (forum.chair, *core)


def invited(forum: Forum, on: date) -> list[Post]:
    """The posts that are heard and do not vote."""
    kind = Membership.Kind.INVITED
    return list(
        Post.objects.filter(pk__in=forum.memberships.filter(current(on), kind=kind).values("post"))
        .select_related("organisation")
        .order_by("rank", "title", "pk")
    )


def sizes(forum_ids: Iterable[int], on: date) -> dict[int, int]:
    """How many posts vote in each of these forums, the chair included; one query."""
    core = Q(memberships__kind=Membership.Kind.CORE) & ~Q(memberships__post=F("chair"))
    holds = Q(memberships__starts_on__lte=on) & (
        Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=on)
    )
    forums = Forum.objects.filter(pk__in=set(forum_ids))
    counted = forums.values_list("pk").annotate(
        others=Count("memberships__post", filter=core & holds, distinct=True)
    )
    return {pk: others + 1 for pk, others in counted.order_by()}


@once.once
def posts_around(forum: Forum, on: date) -> frozenset[int]:
    """Ids of every post that takes part: chair, alternate, secretary, members, invited."""
    offices = (forum.chair_id, forum.alternate_id, forum.secretary_id)
    named = {post_id for post_id in offices if post_id is not None}
    seated = forum.memberships.filter(current(on)).values_list("post", flat=True)
    return frozenset(named.union(seated))


@once.once
def forum_ids_of(user: User, on: date) -> frozenset[int]:
    """The forums a user takes part in through any of their posts."""
    posts = [post.pk for post in people.posts_of(user, on)]
    if not posts:
        return frozenset()
    around = Q(chair__in=posts) | Q(alternate__in=posts) | Q(secretary__in=posts)
    offices = Forum.objects.filter(around).order_by().values_list("pk", flat=True)
    seats = Membership.objects.filter(current(on), post__in=posts).order_by()
    return frozenset(offices.union(seats.values_list("forum", flat=True)))


def offices_of(user_ids: Iterable[int], on: date) -> dict[int, list[tuple[int, int]]]:
    """For each user the posts they hold with their organisations, in one query."""
    held: dict[int, list[tuple[int, int]]] = {}
    rows = Appointment.objects.filter(current(on), user__in=set(user_ids)).values_list(
        "user", "post", "post__organisation"
    )
    for user_id, post_id, organisation_id in rows:
        held.setdefault(user_id, []).append((post_id, organisation_id))
    return held
