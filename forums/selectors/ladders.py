"""Reading the ladder: which forum is above which, and where ladders meet."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from forums.models import Forum
from forums.rules import ladders
from forums.selectors.members import members
from ledger import once

__all__ = [
    "above",
    "below",
    "ladder_from",
    "members",
    "nearest_common",
    "sitting_for",
    "sitting_for_each",
    "tree",
    "with_predecessors",
    "would_ring",
]


def ladder_from(forum: Forum) -> list[Forum]:
    """The forum and all above it, lowest first; closed ones replaced by their successors."""
    by_id, parents, successors = _ladder_map()
    return [by_id[pk] for pk in ladders.climb(forum.pk, parents, successors)]


def sitting_for(forum: Forum) -> Forum:
    """The forum itself, or, once it is closed, the successor that took its place."""
    by_id, _, successors = _ladder_map()
    return by_id[ladders.in_place_of(forum.pk, successors)]


def sitting_for_each(forum_ids: Iterable[int]) -> dict[int, Forum]:
    """``sitting_for`` of many, by the id asked for. One query."""
    by_id, _, successors = _ladder_map()
    return {pk: by_id[ladders.in_place_of(pk, successors)] for pk in forum_ids}


def above(forum: Forum) -> Forum | None:
    """The forum above this one, or, once that is closed, the successor that took its place."""
    return None if forum.parent is None else sitting_for(forum.parent)


def below(forum: Forum) -> QuerySet[Forum]:
    """Open forums whose disputes go up to this one, also by way of a forum it succeeded."""
    places = with_predecessors([forum.pk])
    return Forum.objects.filter(parent__in=places, closed_on=None).order_by("name", "pk")


def with_predecessors(forum_ids: Iterable[int]) -> set[int]:
    """These forums and every closed one whose place one of them has taken."""
    successors = dict(_succeeded())
    own = set(forum_ids)
    return own | {pk for pk in successors if ladders.in_place_of(pk, successors) in own}


def nearest_common(forums: Iterable[Forum]) -> Forum | None:
    """The lowest forum above (or among) all of these; None if their ladders never meet."""
    by_id, parents, successors = _ladder_map()
    starts = {forum.pk for forum in forums}
    found = ladders.nearest_common(ladders.climb(pk, parents, successors) for pk in sorted(starts))
    return None if found is None else by_id[found]


def would_ring(forum: Forum, parent: Forum | None) -> bool:
    """Whether ``parent`` is below ``forum`` or the forum itself."""
    _, parents, _ = _ladder_map()
    return ladders.would_ring(forum.pk, parent.pk if parent else None, parents)


def tree() -> list[tuple[int, Forum]]:
    """Every open forum with its depth, in the order of an indented list."""
    by_id, parents, successors = _ladder_map()
    below: dict[int | None, list[Forum]] = {}
    for forum in sorted(by_id.values(), key=lambda one: one.name):
        if forum.closed_on is None:
            above = parents[forum.pk]
            place = None if above is None else ladders.in_place_of(above, successors)
            below.setdefault(place, []).append(forum)
    rows: list[tuple[int, Forum]] = []
    waiting = [(0, forum) for forum in reversed(below.get(None, []))]
    while waiting:
        depth, forum = waiting.pop()
        rows.append((depth, forum))
        waiting += [(depth + 1, child) for child in reversed(below.pop(forum.pk, []))]
    return rows


@once.once
def _succeeded() -> tuple[tuple[int, int], ...]:
    """Closed forums with what took their place."""
    closed = Forum.objects.exclude(successor=None).values_list("pk", "successor")
    return tuple((pk, after) for pk, after in closed if after is not None)


@once.once
def _ladder_map() -> tuple[dict[int, Forum], dict[int, int | None], dict[int, int]]:
    """All forums in one query: there are tens of them, never thousands."""
    by_id = {
        forum.pk: forum
        for forum in Forum.objects.select_related(
            "chair__organisation", "alternate__organisation", "secretary__organisation"
        )
    }
    parents = {pk: forum.parent_id for pk, forum in by_id.items()}
    successors = {
        pk: forum.successor_id for pk, forum in by_id.items() if forum.successor_id is not None
    }
    return by_id, parents, successors
