"""What organisations and posts were called on a day, however they were reorganised since.

Reading a whole page costs a fixed number of queries: ``names_at`` one, ``then()`` three
for everything there is (reorganisations are few), a fourth once seats or parties followed.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from people.models import Organisation, OrganisationName, Post, PostMove, Reorganisation

LONGEST_CHAIN = 50


@dataclass(frozen=True)
class Then:
    """Earlier names of organisations and earlier places of posts, oldest first."""

    names: dict[int, list[OrganisationName]] = field(default_factory=dict)
    moves: dict[int, list[PostMove]] = field(default_factory=dict)
    titles: dict[int, dict[str, str]] = field(default_factory=dict)
    was: list[tuple[datetime.date, dict[str, int]]] = field(default_factory=list)
    organisations: dict[int, Organisation] = field(default_factory=dict)

    def name(self, organisation: Organisation, day: datetime.date) -> str:
        """What the organisation was called on the day."""
        row = self._earlier(organisation, day)
        return row.name if row else organisation.name

    def short_name(self, organisation: Organisation, day: datetime.date) -> str:
        """Its short name on the day, else its whole name."""
        row = self._earlier(organisation, day) or organisation
        return row.short_name or row.name

    def organisation(self, post: Post, day: datetime.date) -> Organisation:
        """The organisation in which the post stood on the day."""
        move = self._next_move(post, day)
        return move.before if move else post.organisation

    def post(self, post: Post, day: datetime.date) -> str:
        """What the post was called on the day: its title then, and its organisation's name then."""
        move = self._next_move(post, day)
        titles = self.titles.get(move.reorganisation_id) if move else None
        title = (titles or {}).get(str(post.pk), post.title)
        return f"{title}, {self.short_name(self.organisation(post, day), day)}"

    def of(self, kind: str, holder: Any, day: datetime.date) -> str:
        """Whose a seat or a party was on the day, under its name of that day.

        ``kind``: "seat" or "party"; ``holder`` has an ``organisation``, which may have
        followed a merger since.
        """
        key = f"{kind}:{holder.pk}"
        held = next((was[key] for on, was in self.was if day < on and key in was), None)
        organisation = self.organisations.get(held or 0) or holder.organisation
        return self.name(organisation, day)

    def _earlier(self, organisation: Organisation, day: datetime.date) -> OrganisationName | None:
        rows = self.names.get(organisation.pk, ())
        return next((row for row in rows if day <= row.until_on), None)

    def _next_move(self, post: Post, day: datetime.date) -> PostMove | None:
        """The first move after the day: where it moved from is where it stood."""
        return next((row for row in self.moves.get(post.pk, ()) if day < row.on), None)


def then(*, organisations: Iterable[int] | None = None, posts: Iterable[int] | None = None) -> Then:
    """All that was renamed and moved, or what concerns these ids."""
    moves = PostMove.objects.select_related("before").order_by("on", "pk")
    names = OrganisationName.objects.order_by("until_on", "pk")
    if posts is not None:
        moves = moves.filter(post__in=set(posts))
    by_post = _grouped(moves, "post_id")
    if organisations is not None:
        left = {move.before_id for rows in by_post.values() for move in rows}
        names = names.filter(organisation__in={*organisations, *left})
        return Then(_grouped(names, "organisation_id"), by_post, _titles(by_post))
    told = list(
        Reorganisation.objects.exclude(kind=Reorganisation.Kind.RENAME)
        .order_by("on", "pk")
        .values_list("pk", "on", "told__titles", "told__was")
    )
    held = {pk for _pk, _on, _titles, was in told for pk in (was or {}).values()}
    return Then(
        _grouped(names, "organisation_id"),
        by_post,
        {pk: titles or {} for pk, _on, titles, _was in told},
        [(on, was) for _pk, on, _titles, was in told if was],
        Organisation.objects.in_bulk(held) if held else {},
    )


def _titles(moves: dict[int, list[PostMove]]) -> dict[int, dict[str, str]]:
    """The titles that posts had before each of these reorganisations, where it changed them."""
    wanted = {move.reorganisation_id for rows in moves.values() for move in rows}
    if not wanted:
        return {}
    told = Reorganisation.objects.filter(pk__in=wanted).values_list("pk", "told__titles")
    return {pk: titles or {} for pk, titles in told}


def _grouped(rows: QuerySet[Any], key: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return dict(found)


def name_at(organisation: Organisation, day: datetime.date) -> str:
    """What an organisation was called on a day. One query."""
    return names_at([organisation], day)[organisation.pk]


def names_at(organisations: Iterable[Organisation], day: datetime.date) -> dict[int, str]:
    """What each of these was called on a day, by id. One query."""
    wanted = list(organisations)
    rows = OrganisationName.objects.filter(organisation__in=[each.pk for each in wanted])
    known = Then(names=_grouped(rows.order_by("until_on", "pk"), "organisation_id"))
    return {each.pk: known.name(each, day) for each in wanted}


def posts_at(posts: Iterable[Post], day: datetime.date) -> dict[int, str]:
    """What each of these posts was called on a day, by id. At most three queries.

    The posts come with their organisations.
    """
    wanted = list(posts)
    known = then(
        organisations=[post.organisation_id for post in wanted],
        posts=[post.pk for post in wanted],
    )
    return {post.pk: known.post(post, day) for post in wanted}


def with_successors(ids: Iterable[int]) -> dict[int, int]:
    """Each of these organisations and whoever followed it, by id, with the one it follows from.

    A chain of mergers is followed to its end; one query per merger in the longest chain.
    """
    found = {pk: pk for pk in ids}
    new = set(found)
    for _step in range(LONGEST_CHAIN):
        rows = Organisation.objects.filter(pk__in=new, successor__isnull=False)
        pairs = list(rows.values_list("pk", "successor_id"))
        new = {successor for _pk, successor in pairs if successor not in found}
        for pk, successor in pairs:
            found.setdefault(successor, found[pk])
        if not new:
            break
    return found


def earlier_names(organisation: Organisation) -> QuerySet[OrganisationName]:
    """What it was called before, newest first."""
    return organisation.names.order_by("-until_on", "-pk")


def moves_of(post: Post) -> QuerySet[PostMove]:
    """Where a post stood before, newest first."""
    return post.moves.select_related("before", "after", "reorganisation").order_by("-on", "-pk")


def reorganisations() -> QuerySet[Reorganisation]:
    """Every reorganisation, newest first, with who recorded it."""
    return Reorganisation.objects.select_related("by_user", "by_post__organisation").order_by(
        "-on", "-pk"
    )


def living(on: datetime.date) -> QuerySet[Organisation]:
    """The organisations that nobody has succeeded by the day."""
    return Organisation.objects.exclude(succeeded_on__lte=on).order_by("name")
