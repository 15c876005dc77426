"""Ladders of forums as chains of ids, from a forum up to its top.

Public names::

    climb(start, parents, successors) -> tuple[int, ...]
    nearest_common(ladders) -> int | None
    would_ring(forum, parent, parents) -> bool
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def in_place_of(forum: int, successors: Mapping[int, int]) -> int:
    """The forum that sits today where ``forum`` sat: its successor's successor and so on."""
    seen = {forum}
    while (following := successors.get(forum)) is not None and following not in seen:
        forum = following
        seen.add(forum)
    return forum


def climb(
    start: int, parents: Mapping[int, int | None], successors: Mapping[int, int]
) -> tuple[int, ...]:
    """The ladder from ``start`` to the top; a closed forum gives way to its successor.

    Never lists a forum twice, whatever the data say.
    """
    rungs: list[int] = []
    here: int | None = in_place_of(start, successors)
    while here is not None and here not in rungs:
        rungs.append(here)
        above = parents.get(here)
        here = None if above is None else in_place_of(above, successors)
    return tuple(rungs)


def nearest_common(ladders: Iterable[Sequence[int]]) -> int | None:
    """The lowest forum that stands on every one of the ladders; None if they never meet."""
    first, *others = list(ladders)
    return next((forum for forum in first if all(forum in ladder for ladder in others)), None)


def would_ring(forum: int, parent: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether putting ``forum`` under ``parent`` would close a ring."""
    here, seen = parent, set[int]()
    while here is not None and here not in seen:
        if here == forum:
            return True
        seen.add(here)
        here = parents.get(here)
    return False
