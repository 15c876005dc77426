"""What has lapsed behind a programme: an owner, the money, or the rhythm of meeting.

Institutional, and apart from how the KPIs do: nothing here deviates, and nothing here
takes a plan out of force (fact 5). Read live, a fixed number of queries.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from labs.models import Programme
from reviews.selectors.lapses import cycles, money, owners
from reviews.selectors.lapses.found import Found, Lapse

__all__ = ["Group", "Lapse", "Lapses", "lapses"]


@dataclass(frozen=True)
class Group:
    """The lapses of one sort; ``count`` has those that are not named, too."""

    code: str
    label: str | Promise
    lapses: list[Lapse] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.lapses)


@dataclass(frozen=True)
class Lapses:
    """What has lapsed in a programme."""

    owner: Group
    funding: Group
    cycle: Group

    @property
    def groups(self) -> list[Group]:
        return [self.owner, self.funding, self.cycle]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def lapses(user: Any, programme: Programme, on: datetime.date) -> Lapses:
    """The lapses of a programme as ``user`` may see them; none of a closed one."""
    if programme.is_closed:
        return Lapses(*(Group(code, LABELS[code]) for code in LABELS))
    return Lapses(
        owner=_group("owner", owners.owners(user, programme, on)),
        funding=_group("funding", money.funding(user, programme, on)),
        cycle=_group("cycle", cycles.cycles(user, programme, on)),
    )


LABELS: dict[str, str | Promise] = {
    "owner": gettext_lazy("Nobody answers for it"),
    "funding": gettext_lazy("No money behind it"),
    "cycle": gettext_lazy("The rhythm has stopped"),
}


def _group(code: str, found: Iterable[Found]) -> Group:
    rows = list(found)
    return Group(
        code,
        LABELS[code],
        [lapse for lapses, _count in rows for lapse in lapses],
        sum(count for _lapses, count in rows),
    )
