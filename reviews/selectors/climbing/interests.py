"""Who stands aside in each of many disputes: ``standing.interests``, read set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from forums.rules.interests import Interests
from people.models import Organisation
from reviews.models import Party
from reviews.selectors import standing

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


def of(ids: Sequence[int]) -> dict[int, Aside]:
    """Parties with whoever took their place, and who acted for them. Eight queries."""
    parties: dict[int, set[int]] = defaultdict(set)
    rows = Party.objects.filter(dispute__in=ids).order_by().values_list("dispute", "organisation")
    for dispute_id, organisation_id in rows:
        parties[dispute_id].add(organisation_id)
    after = _successors()
    acted = _acted(ids)
    known: dict[frozenset[int], frozenset[int]] = {}
    found: dict[int, Aside] = {}
    for pk in ids:
        own = frozenset(parties[pk])
        if own not in known:
            known[own] = _with_successors(own, after)
        whole = known[own]
        users = {user for user, organisation in acted.get(pk, ()) if organisation in (None, *whole)}
        found[pk] = Aside(whole, frozenset(users))
    return found


def _acted(ids: Sequence[int]) -> dict[int, list[tuple[int, int | None]]]:
    """User and organisation they acted in, None for a principal; by dispute."""
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for model, path in standing.ACTS_FOR_A_PARTY:
        rows = model._default_manager.filter(
            ~Q(principal=None) | Q(by_user__isnull=False, by_post__isnull=False),
            **{f"{path}__in": ids},
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


def _with_successors(own: Iterable[int], after: dict[int, int]) -> frozenset[int]:
    found = set(own)
    waiting = list(found)
    while waiting:
        following = after.get(waiting.pop())
        if following is not None and following not in found:
            found.add(following)
            waiting.append(following)
    return frozenset(found)
