"""Who is around many disputes: ``standing.people_around``, read set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.urls import reverse

from forums.models import Forum, Membership
from forums.selectors import ladders
from forums.selectors.members import current
from people.models import Post
from people.selectors import people
from reviews.models import Dispute, Party, Tier
from reviews.selectors import presiding
from reviews.selectors.climbing.seats import Seat, seat

Rung = tuple[int, int]  # dispute, number of the tier


@dataclass(frozen=True)
class Crowd:
    """Users around disputes at some of their tiers, as of one day."""

    disputes: dict[int, tuple[str, int, int, str]]
    restricted: set[int]
    on: date
    party_users: dict[int, set[int]] = field(default_factory=dict)
    seats: dict[Rung, Seat] = field(default_factory=dict)
    forum_users: dict[int, set[int]] = field(default_factory=dict)

    def title(self, dispute: int) -> str:
        """Its title."""
        return self.disputes[dispute][0]

    def programme(self, dispute: int) -> int:
        """The id of its programme."""
        return self.disputes[dispute][1]

    def holds(self, dispute: int, tier: int) -> bool:
        """Whether this tier still has the dispute, open."""
        _title, _programme, at_tier, state = self.disputes[dispute]
        return at_tier == tier and state == Dispute.State.OPEN

    def is_restricted(self, dispute: int) -> bool:
        """Whether it may be named only to some forums."""
        return dispute in self.restricted

    def parties(self, dispute: int) -> set[int]:
        """Users who hold a post in a party that still takes part."""
        return self.party_users.get(dispute, set())

    def forum(self, dispute: int, tier: int) -> set[int]:
        """Users around the forum of a tier, its secretary included."""
        seat = self.seats.get((dispute, tier))
        return set() if seat is None else self.forum_users.get(seat.forum.pk, set())

    def forum_name(self, dispute: int, tier: int) -> str:
        """What the forum of a tier is called; of a closed one, its successor."""
        seat = self.seats.get((dispute, tier))
        return "" if seat is None else seat.forum.name

    def presiding(self, dispute: int, tier: int) -> set[int]:
        """Users whose it is to decide at a tier, while it has the dispute."""
        return self._presiding.get(dispute, set()) if self.holds(dispute, tier) else set()

    @cached_property
    def _presiding(self) -> dict[int, set[int]]:
        held = {rung[0]: seat for rung, seat in self.seats.items() if self.holds(*rung)}
        return presiding.of(held, self.on)

    def url(self, dispute: int) -> str:
        """Its page."""
        return reverse("reviews:dispute", args=[dispute])


def crowd(rungs: Sequence[Rung], on: date) -> Crowd:
    """Everybody around these disputes at these tiers. A fixed number of queries.

    Who presides is read when it is asked for: see reviews.selectors.presiding.
    """
    ids = sorted({dispute for dispute, _tier in rungs})
    columns = ("pk", "title", "area__programme", "tier", "state")
    rows = Dispute.objects.filter(pk__in=ids).order_by().values_list(*columns)
    through = Dispute.restricted_to.through._default_manager.filter(dispute__in=ids)
    seats = _seats(rungs)
    return Crowd(
        disputes={pk: tuple(rest) for pk, *rest in rows},  # type: ignore[misc]
        restricted=set(through.order_by().values_list("dispute", flat=True)),
        on=on,
        party_users=_party_users(ids, on),
        seats=seats,
        forum_users=_forum_users({seat.forum.pk for seat in seats.values()}, on),
    )


def _seats(rungs: Iterable[Rung]) -> dict[Rung, Seat]:
    """Who sits at each tier: as frozen, of a closed forum its successor with its own offices."""
    wanted = set(rungs)
    higher = Tier.objects.filter(dispute=OuterRef("dispute"), number__gt=OuterRef("number"))
    rows = (
        Tier.objects.filter(
            dispute__in={dispute for dispute, _tier in wanted},
            number__in={tier for _dispute, tier in wanted},
        )
        .order_by()
        .values_list("dispute", "number", "forum", "chair", "alternate", "quorum", ~Exists(higher))
    )
    frozen = {(row[0], row[1]): row[2:] for row in rows if (row[0], row[1]) in wanted}
    forums = ladders.sitting_for_each({row[0] for row in frozen.values()})
    return {rung: seat(forums[row[0]], *row) for rung, row in frozen.items()}


def _party_users(ids: Collection[int], on: date) -> dict[int, set[int]]:
    rows = Party.objects.filter(dispute__in=ids, withdrew_at=None)
    parties = list(rows.order_by().values_list("dispute", "organisation"))
    posts = Post.objects.filter(organisation__in={organisation for _pk, organisation in parties})
    in_organisation = _users(posts.order_by().values_list("organisation", "pk"), on)
    found: dict[int, set[int]] = defaultdict(set)
    for pk, organisation in parties:
        found[pk] |= in_organisation.get(organisation, set())
    return dict(found)


def _forum_users(forum_ids: set[int], on: date) -> dict[int, set[int]]:
    offices = Forum.objects.filter(pk__in=forum_ids).order_by()
    pairs = [
        (pk, post)
        for pk, *posts in offices.values_list("pk", "chair", "alternate", "secretary")
        for post in posts
        if post is not None
    ]
    seated = Membership.objects.filter(current(on), forum__in=forum_ids)
    return _users([*pairs, *seated.order_by().values_list("forum", "post")], on)


def _users(pairs: Iterable[tuple[int, int]], on: date) -> dict[int, set[int]]:
    """Users by the first of each pair, who hold the post that is the second."""
    known = list(pairs)
    holders = people.holder_ids({post for _key, post in known}, on)
    found: dict[int, set[int]] = defaultdict(set)
    for key, post in known:
        found[key].update(holders[post])
    return dict(found)
