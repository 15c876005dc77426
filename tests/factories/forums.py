"""Forums, ladders and motions. States are reached through the product's services.

``ladder()`` gives four forums, lowest first; each has a chair, a secretary and two
core members who are held by persons of their own.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from forums.models import Decision, Forum, Mode, Motion
from forums.services import forums as services
from forums.services import motions, votes
from ledger.rules.actors import Actor
from people.models import Organisation, Post, User
from people.selectors import people
from tests.factories.people import OrganisationFactory, PostFactory, actor, holder

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
ON = AT.date()
SYSTEM = Actor.system("test")
NAMES = ("Working committee", "Steering committee", "Delivery Task Force", "Council of ministers")


def held_post(title: str, organisation: Organisation | None = None) -> Post:
    """A post that somebody holds."""
    post = PostFactory(title=title, organisation=organisation or OrganisationFactory())
    holder(post)
    return post


def person_in(post: Post) -> User:
    """Who holds the post."""
    return people.holders(post, ON)[0]


def make_forum(
    name: str = "Working committee",
    *,
    parent: Forum | None = None,
    members: int | list[Post] = 2,
    alternate: bool | Post | None = None,
    chair: Post | None = None,
    **fields: object,
) -> Forum:
    """A forum with a held chair and secretary and some held core members."""
    posts = members if isinstance(members, list) else [held_post("Member") for _ in range(members)]
    other = held_post("Alternate chair") if alternate is True else alternate
    return services.create(
        name=_free(name),
        parent=parent,
        chair=chair or held_post("Chair"),
        alternate=other if isinstance(other, Post) else None,
        secretary=held_post("Secretary"),
        members=posts,
        by=SYSTEM,
        at=AT - datetime.timedelta(days=400),
        **{"quorum": 1, **fields},
    )


def _free(name: str) -> str:
    """The name, with the first number that no other forum has where it is taken."""
    taken = set(Forum.objects.filter(name__startswith=name).values_list("name", flat=True))
    numbered = (f"{name} {number}" for number in range(len(taken) + 1, 2 * len(taken) + 2))
    return next(each for each in numbered if each not in taken) if taken else name


def ladder(tiers: int = 4, **fields: object) -> list[Forum]:
    """Forums above one another, lowest first."""
    above: Forum | None = None
    made = []
    for name in reversed(NAMES[4 - tiers :]):
        above = make_forum(name, parent=above, **fields)
        made.append(above)
    return made[::-1]


def core(forum: Forum) -> list[Post]:
    """The core members without the chair, in the order they were seated."""
    return [each.post for each in forum.memberships.order_by("pk").select_related("post")]


def put(
    forum: Forum, *, mode: str = Mode.CHAIR, barred: Mapping[int, str] | None = None, **fields
) -> Motion:
    """A motion before the forum."""
    given = {
        "title": "Build the road",
        "text": "That the road be built.",
        "reason": "People cannot reach the clinic.",
        "by": SYSTEM,
        "at": AT,
    }
    return motions.put(forum=forum, mode=mode, barred=barred or {}, **{**given, **fields})


def cast(
    motion: Motion, post: Post, choice: str = "for", reason: str = "It helps.", at=AT
) -> Decision | None:
    """One vote by whoever holds the post."""
    return votes.cast(
        motion=motion,
        post=post,
        choice=choice,
        reason=reason,
        by=actor(person_in(post), post),
        at=at,
    )
