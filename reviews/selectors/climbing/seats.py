"""The forum that sits at a rung, and under which offices."""

from __future__ import annotations

from typing import NamedTuple

from forums.models import Forum
from forums.selectors import rooms


class Seat(NamedTuple):
    """A forum, its offices as a room is asked by, its quorum; at the top it always sits."""

    forum: Forum
    offices: rooms.Key
    quorum: int
    is_top: bool


def seat(
    forum: Forum, frozen: int, chair: int, alternate: int | None, quorum: int, is_top: bool
) -> Seat:
    """As frozen with the rung; of a forum that closed since, its successor's own offices.

    ``forum`` sits now, ``frozen`` is the id of the forum that the rung names.
    """
    if forum.pk == frozen:
        return Seat(forum, (forum.pk, chair, alternate), quorum, is_top)
    return Seat(forum, (forum.pk, forum.chair_id, forum.alternate_id), forum.quorum, is_top)
