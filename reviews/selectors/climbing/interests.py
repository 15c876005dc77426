"""Who stands aside in each of many disputes: ``standing.interests``, read set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from forums.rules.interests import Interests
from forums.selectors.rooms import Room
from people.models import Organisation
from reviews.models import Party
from reviews.selectors import standing
from reviews.selectors.climbing.sets import those

ASIDE = "aside"  # nobody reads why: here only whether


@dataclass(frozen=True, slots=True)
class Aside:
    """Organisations and users with an interest in one dispute."""

    organisations: frozenset[int]
    users: frozenset[int]

    def as_interests(self) -> Interests:
        """For the rule that says who may sit."""
        return Interests(
            organisations=dict.fromkeys(self.organisations, ASIDE),
            users=dict.fromkeys(self.users, ASIDE),
        )


NOBODY = Aside(frozenset(), frozenset())


def touching(rooms: Mapping[int, Room]) -> set[int]:
    """Disputes in which somebody who sits in the room given for each may have to stand aside.

    Of all others it is known that the room sits as if nobody had an interest. Seven
    queries, which bring in only what concerns somebody in one of the rooms.
    """
    each = set(rooms.values())
    seats = {organisation for room in each for organisation in room.organisations}
    persons = sorted({user for room in each for user in room.persons})
    heirs = {pk: _with_successors((pk,), after) for after in (_successors(),) for pk in after}
    old = {pk for pk, whole in heirs.items() if not seats.isdisjoint(whole)}
    ids = those(rooms.keys())
    found: set[int] = set()
    parties = Party.objects.filter(dispute__in=ids, organisation__in=sorted(seats | old)).order_by()
    for pk, organisation in parties.values_list("dispute", "organisation"):
        whole = heirs.get(organisation) or {organisation}
        if not rooms[pk].organisations.isdisjoint(whole):
            found.add(pk)
    for model, path in standing.ACTS_FOR_A_PARTY:
        acts = model._default_manager.filter(
            Q(by_user__in=persons) | Q(principal__in=persons), **{f"{path}__in": ids}
        )
        for pk, *users in acts.order_by().values_list(path, "by_user", "principal"):
            if not rooms[pk].persons.isdisjoint(users):
                found.add(pk)
    return found


def of(ids: Sequence[int]) -> dict[int, Aside]:
    """Parties with whoever took their place, and who acted for them. Eight queries."""
    parties: dict[int, tuple[int, ...]] = {}
    rows = Party.objects.filter(dispute__in=those(ids)).order_by()
    for dispute_id, organisation_id in rows.values_list("dispute", "organisation"):
        parties[dispute_id] = (*parties.get(dispute_id, ()), organisation_id)
    after, acted = _successors(), _acted(ids)
    found: dict[int, Aside] = {}
    for pk in ids:
        whole = _with_successors(parties.get(pk, ()), after)
        users = {user for user, where in acted.get(pk, ()) if where is None or where in whole}
        found[pk] = Aside(whole, frozenset(users))
    return found


def _acted(ids: Sequence[int]) -> dict[int, list[tuple[int, int | None]]]:
    """User and organisation they acted in, None for a principal; by dispute."""
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for model, path in standing.ACTS_FOR_A_PARTY:
        rows = model._default_manager.filter(
            ~Q(principal=None) | Q(by_user__isnull=False, by_post__isnull=False),
            **{f"{path}__in": those(ids)},
        )
        columns = (path, "by_user", "by_post__organisation", "principal")
        for pk, user, organisation, principal in rows.order_by().values_list(*columns):
            if principal is not None:
                found[pk].append((principal, None))
            if user is not None and organisation is not None:
                found[pk].append((user, organisation))
    return found


def _successors() -> dict[int, int]:
    """Every organisation that was succeeded, with by whom: there are few."""
    rows = Organisation.objects.exclude(successor=None).order_by()
    return {pk: after for pk, after in rows.values_list("pk", "successor") if after is not None}


def _with_successors(own: Iterable[int], after: Mapping[int, int]) -> frozenset[int]:
    found = set(own)
    waiting = list(found)
    while waiting:
        following = after.get(waiting.pop())
        if following is not None and following not in found:
            found.add(following)
            waiting.append(following)
    return frozenset(found)
