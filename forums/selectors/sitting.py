"""Can this forum sit over a matter, who presides, who stands aside?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forums.models import Forum
from forums.rules import sitting as rules
from forums.rules.interests import Interests
from forums.selectors.members import members, offices_of
from forums.selectors.rooms import Room
from people.models import Post
from people.selectors import people

Barred = Mapping[int, str] | Interests


@dataclass(frozen=True, slots=True)
class Place:
    """One place over one matter, with why it stands aside."""

    post: Post
    presides: bool = False
    barred_because: str = ""
    interest_stated: str = ""


@dataclass(frozen=True, slots=True)
class Offices:
    """Who may preside and how many must vote, where a case froze them earlier."""

    chair: Post
    alternate: Post | None
    quorum: int
    is_top: bool

    @classmethod
    def of(cls, forum: Forum) -> Offices:
        """As the forum has them today."""
        return cls(forum.chair, forum.alternate, forum.quorum, forum.parent_id is None)


def interests_of(barred: Barred) -> Interests:
    """Plain ``{post id: reason}`` is enough where only posts have an interest."""
    return barred if isinstance(barred, Interests) else Interests(posts=barred)


def can_sit(
    forum: Forum, barred: Barred, on: date, offices: Offices | None = None
) -> rules.Sitting:
    """Whether the forum can sit with these aside, and with which quorum."""
    given = offices or Offices.of(forum)
    room = _room(forum, on, given)
    return room.sit(interests_of(barred), given.quorum, given.is_top)[0]


def places(forum: Forum, barred: Barred, on: date, offices: Offices | None = None) -> list[Place]:
    """Who would vote on a matter, who presides and who stands aside and why.

    Posts that nobody holds have no place. A forum that cannot sit still lists its
    places, with nobody presiding.
    """
    return frozen(forum, barred, on, offices)[1]


def frozen(
    forum: Forum, barred: Barred, on: date, offices: Offices | None = None
) -> tuple[rules.Sitting, list[Place]]:
    """The sitting and its places together, as a motion freezes them."""
    given = offices or Offices.of(forum)
    return frozen_in(_room(forum, on, given), barred, given.quorum, given.is_top)


def frozen_in(
    room: Room, barred: Barred, quorum: int, is_top: bool
) -> tuple[rules.Sitting, list[Place]]:
    """``frozen`` where it is known who sits; no query."""
    sitting, posts, seats = room.sit(interests_of(barred), quorum, is_top)
    found = []
    for post in posts:
        seat = seats[post.pk]
        presides = sitting.ok and post.pk == sitting.presides
        if not (seat.occupied or presides):
            continue
        rules_with_interest = presides and sitting.interest_stated
        found.append(
            Place(
                post=post,
                presides=presides,
                barred_because="" if presides else seat.barred_because,
                interest_stated=sitting.interest_stated if rules_with_interest else "",
            )
        )
    return sitting, found


def _room(forum: Forum, on: date, offices: Offices) -> Room:
    chair, alternate = offices.chair, offices.alternate
    core = [chair, *(post for post in members(forum, on)[1:] if post.pk != chair.pk)]
    holders = people.holder_ids([*core, *([alternate] if alternate else [])], on)
    held = offices_of({pk for ids in holders.values() for pk in ids}, on)
    return Room(core, alternate, holders, held)
