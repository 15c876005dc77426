"""Whose it is to decide in each of many disputes: ``standing.presiding``, read set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from forums.selectors import members
from people.models import Organisation
from people.selectors import people
from reviews.models import Dispute, Party
from reviews.selectors import standing

Rung = tuple[int, int]  # dispute, number of the tier


def of(chairs: Mapping[Rung, int], on: date) -> dict[Rung, set[int]]:
    """Users who preside at each rung, given the post that chairs it.

    Where somebody who holds the chair may have to stand aside, and where nobody holds it,
    the rung is looked at by itself; of all others, a fixed number of queries.
    """
    holders = people.holder_ids(set(chairs.values()), on)
    found = {rung: set(holders[chair]) for rung, chair in chairs.items()}
    doubtful = {rung for rung, users in found.items() if not users} | _touched(found, on)
    disputes = Dispute.objects.select_related("area__programme").in_bulk(
        sorted({dispute for dispute, _tier in doubtful})
    )
    for dispute, tier in sorted(doubtful):
        found[dispute, tier] = standing.presiding(disputes[dispute], on, tier)
    return found


def _touched(users: Mapping[Rung, set[int]], on: date) -> set[Rung]:
    """Rungs of which somebody may have an interest: more than have one, and none is missed."""
    everybody = sorted(set().union(*users.values()))
    held = members.offices_of(everybody, on)
    ids = sorted({dispute for dispute, _tier in users})
    parties = _parties(ids)
    heirs = set(
        Organisation.objects.exclude(successor=None).order_by().values_list("successor", flat=True)
    )
    acted = _acted(ids, everybody)
    found = set()
    for (dispute, tier), here in users.items():
        own = {organisation for user in here for _post, organisation in held.get(user, ())}
        if own & (parties[dispute] | heirs) or here & acted[dispute]:
            found.add((dispute, tier))
    return found


def _parties(ids: list[int]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    rows = Party.objects.filter(dispute__in=ids).order_by()
    for dispute, organisation in rows.values_list("dispute", "organisation"):
        found[dispute].add(organisation)
    return found


def _acted(ids: list[int], users: list[int]) -> defaultdict[int, set[int]]:
    """Those of the users who acted in each dispute, or for whom somebody acted."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for model, path in standing.ACTS_FOR_A_PARTY:
        rows = model._default_manager.filter(
            Q(by_user__in=users) | Q(principal__in=users), **{f"{path}__in": ids}
        )
        for dispute, *persons in rows.order_by().values_list(path, "by_user", "principal"):
            found[dispute].update(persons)
    return found
