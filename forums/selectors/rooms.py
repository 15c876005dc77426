"""Who sits where, read once to be asked about many matters.

A ``Room`` is a forum under given offices on a day: its places, who holds them and which
other offices they hold. ``load`` reads many rooms in a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from forums.models import Membership
from forums.rules import sitting as rules
from forums.rules.interests import Interests
from forums.selectors.members import current, offices_of
from people.models import Post
from people.selectors import people

Key = tuple[int, int, int | None]  # forum, chair, alternate


@dataclass(frozen=True, eq=False)
class Room:
    """The core places, chair first, and the alternate, with those who hold them.

    Each is only itself: it can be asked once for many matters that are alike.
    """

    core: list[Post]
    alternate: Post | None
    holders: Mapping[int, list[int]]
    held: Mapping[int, list[tuple[int, int]]] = field(default_factory=dict)

    @property
    def chair(self) -> Post:
        return self.core[0]

    @cached_property
    def organisations(self) -> frozenset[int]:
        """Every organisation whose interest would touch somebody here."""
        own = {post.organisation_id for post in self._places}
        offices = (office for pk in self.persons for office in self.held.get(pk, ()))
        return frozenset(own | {organisation for _post, organisation in offices})

    @cached_property
    def persons(self) -> frozenset[int]:
        """Every user who holds a place here."""
        return frozenset(pk for post in self._places for pk in self.holders.get(post.pk, []))

    def concerns(self, organisations: Collection[int], users: Collection[int]) -> bool:
        """Whether an interest of any of these could change who sits here."""
        return not self.organisations.isdisjoint(organisations) or not self.persons.isdisjoint(
            users
        )

    def sit(
        self, interests: Interests, quorum: int, is_top: bool
    ) -> tuple[rules.Sitting, list[Post], dict[int, rules.Seat]]:
        """Whether they can sit with these aside; the places, and each one's seat."""
        chair, alternate, core = self.chair, self.alternate, self.core
        seats = {post.pk: self._seat(post, interests) for post in core}
        if alternate:
            seats.setdefault(alternate.pk, self._seat(alternate, interests))
        seats = _one_person_one_place(seats, self.holders, chair, alternate)
        sitting = rules.sit(
            seats[chair.pk],
            seats[alternate.pk] if alternate else None,
            [seats[post.pk] for post in core[1:]],
            quorum,
            is_top,
        )
        if alternate and sitting.presides == alternate.pk and alternate not in core:
            core = [alternate, *core]
        return sitting, core, seats

    @property
    def _places(self) -> list[Post]:
        return [*self.core, *([self.alternate] if self.alternate else [])]

    def _seat(self, post: Post, interests: Interests) -> rules.Seat:
        held_by = self.holders.get(post.pk, [])
        why = interests.of_post(post.pk, post.organisation_id, held_by, self.held)
        return rules.Seat(post_id=post.pk, occupied=bool(held_by), barred_because=why)


def load(keys: Iterable[Key], on: date) -> dict[Key, Room]:
    """The rooms of these forums under these offices on a day. Four queries."""
    wanted = sorted(set(keys), key=lambda key: (key[0], key[1], key[2] or 0))
    core = _core({forum_id for forum_id, _chair, _alternate in wanted}, on)
    named = {pk for _forum, *offices in wanted for pk in offices if pk is not None}
    ids = named | {pk for posts in core.values() for pk in posts}
    named_posts = Post.objects.filter(pk__in=ids).select_related("organisation").order_by("pk")
    posts = {post.pk: post for post in named_posts}
    holders = people.holder_ids(sorted(posts), on)
    held = offices_of({pk for found in holders.values() for pk in found}, on)
    rooms: dict[Key, Room] = {}
    for key in wanted:
        forum_id, chair_id, alternate_id = key
        others = [posts[pk] for pk in core.get(forum_id, []) if pk != chair_id]
        alternate = posts[alternate_id] if alternate_id is not None else None
        rooms[key] = Room([posts[chair_id], *others], alternate, holders, held)
    return rooms


def _core(forum_ids: set[int], on: date) -> dict[int, list[int]]:
    """Core members of each forum by rank, without the chair it has today."""
    rows = (
        Membership.objects.filter(current(on), forum__in=forum_ids, kind=Membership.Kind.CORE)
        .order_by("forum", "post__rank", "post__title", "post")
        .values_list("forum", "post", "forum__chair")
    )
    found: dict[int, list[int]] = {}
    for forum_id, post_id, chair_id in rows:
        known = found.setdefault(forum_id, [])
        if post_id != chair_id and post_id not in known:
            known.append(post_id)
    return found


def _one_person_one_place(
    seats: dict[int, rules.Seat],
    holders: Mapping[int, list[int]],
    chair: Post,
    alternate: Post | None,
) -> dict[int, rules.Seat]:
    """Bar the places of whoever sits here already in another post: the quorum counts persons.

    The presiding post comes first, so that a chair who is also a member keeps the chair.
    """
    presiding = [chair.pk, *([alternate.pk] if alternate and not seats[chair.pk].is_free else [])]
    counted: set[int] = set()
    found = dict(seats)
    for post_id in [*presiding, *(pk for pk in seats if pk not in presiding)]:
        persons = set(holders.get(post_id, []))
        if not seats[post_id].is_free:
            continue
        if persons <= counted:
            why = _("whoever holds this post sits here in another one")
            found[post_id] = replace(seats[post_id], barred_because=why)
        elif len(persons) == 1:
            counted |= persons
    return found
