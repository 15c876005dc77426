"""Who is around many disputes: ``standing.people_around``, read set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.urls import reverse

from forums.models import Forum, Membership
from forums.selectors import ladders
from forums.selectors.members import current
from people.models import Post
from people.selectors import people
from reviews.models import Dispute, Party, Tier
from reviews.selectors import presiding

Rung = tuple[int, int]  # dispute, number of the tier


@dataclass(frozen=True)
class Crowd:
    """Users around disputes at some of their tiers, as of one day."""

    disputes: dict[int, tuple[str, int, int, str]]
    restricted: set[int]
    on: date
    party_users: dict[int, set[int]] = field(default_factory=dict)
    forums: dict[Rung, int] = field(default_factory=dict)
    forum_users: dict[int, set[int]] = field(default_factory=dict)
    chairs: dict[Rung, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

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
        return self.forum_users.get(self.forums.get((dispute, tier), 0), set())

    def forum_name(self, dispute: int, tier: int) -> str:
        """What the forum of a tier is called; of a closed one, its successor."""
        return self.names.get(self.forums.get((dispute, tier), 0), "")

    def presiding(self, dispute: int, tier: int) -> set[int]:
        """Users whose it is to decide at a tier, while it has the dispute."""
        return self._presiding.get((dispute, tier), set())

    @cached_property
    def _presiding(self) -> dict[Rung, set[int]]:
        return presiding.of(
            {rung: chair for rung, chair in self.chairs.items() if self.holds(*rung)}, self.on
        )

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
    by_rung = _forums(rungs)
    names = {forum.pk: forum.name for forum, _chair in by_rung.values()}
    return Crowd(
        disputes={pk: tuple(rest) for pk, *rest in rows},  # type: ignore[misc]
        restricted=set(through.order_by().values_list("dispute", flat=True)),
        on=on,
        party_users=_party_users(ids, on),
        forums={rung: forum.pk for rung, (forum, _chair) in by_rung.items()},
        forum_users=_forum_users(set(names), on),
        chairs={rung: chair for rung, (_forum, chair) in by_rung.items()},
        names=names,
    )


def _forums(rungs: Iterable[Rung]) -> dict[Rung, tuple[Forum, int]]:
    """The forum that sits for each tier, with the post that chairs it over the dispute."""
    wanted = set(rungs)
    rows = Tier.objects.filter(
        dispute__in={dispute for dispute, _tier in wanted},
        number__in={tier for _dispute, tier in wanted},
    )
    frozen = {
        (dispute, number): (forum, chair)
        for dispute, number, forum, chair in rows.order_by().values_list(
            "dispute", "number", "forum", "chair"
        )
        if (dispute, number) in wanted
    }
    forums = Forum.objects.in_bulk(sorted({forum for forum, _chair in frozen.values()}))
    heirs = {
        pk: ladders.sitting_for(forum)
        for pk, forum in forums.items()
        if forum.closed_on is not None
    }
    return {
        rung: (heirs[forum], heirs[forum].chair_id) if forum in heirs else (forums[forum], chair)
        for rung, (forum, chair) in frozen.items()
    }


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
