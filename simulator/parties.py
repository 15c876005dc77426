"""Who speaks for a party, and how long a dispute has stood where it stands."""

from __future__ import annotations

from ledger.rules.actors import Actor
from people.models import Organisation, Post
from reviews.models import Dispute
from reviews.selectors import standing
from simulator.world import World


def voice(world: World, organisation: Organisation | int) -> Actor | None:
    """Who speaks for an organisation today: the highest of its posts that is held."""
    for post in offices(world, organisation):
        if by := world.in_post(post):
            return by
    return None


def offices(world: World, organisation: Organisation | int) -> list[Post]:
    """Its posts, the highest first. None is made once the government is founded."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    if pk not in world.offices:
        rows = Post.objects.filter(organisation=pk).select_related("organisation")
        world.offices[pk] = list(rows.order_by("rank", "pk"))
    return world.offices[pk]


def level_of(world: World, dispute: Dispute) -> int:
    """How high the forum stands that holds it: 1 working committee to 4 top."""
    return world.levels[standing.forum_of(standing.tier_of(dispute)).pk]


def days_here(world: World, dispute: Dispute) -> int:
    """Working days at the current tier."""
    return world.age(standing.tier_of(dispute).entered_at or dispute.at)
