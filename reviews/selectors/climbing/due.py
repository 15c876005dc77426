"""Disputes whose last day is over, where their programme is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, FilteredRelation, Q, QuerySet

from reviews.models import Dispute
from reviews.selectors.climbing.sets import by_index

FARTHEST_EAST = timedelta(hours=14)
After = tuple[date, int]  # last day and id of the last one seen
COLUMNS = (
    "tier",
    "deadline",
    "area__programme__time_zone",
    "above__forum",
    "above__response_days",
    "above__chair",
    "above__alternate",
    "above__quorum",
    "beyond__number",
)


class Standing(NamedTuple):
    """Where a dispute stands, and the rung above as it was frozen; at the top there is none."""

    tier: int
    deadline: date
    zone: str
    forum: int | None
    response_days: int
    chair: int
    alternate: int | None
    quorum: int
    beyond: int | None

    @property
    def at_top(self) -> bool:
        """Whether there is nowhere to climb."""
        return self.forum is None

    @property
    def goes_to_top(self) -> bool:
        """Whether the rung above is the last one."""
        return self.beyond is None


@dataclass(frozen=True, slots=True)
class Due:
    """Disputes to be passed on, those that stand alike together; ``last``: where to go on."""

    alike: dict[Standing, list[int]]
    last: After | None

    @property
    def ids(self) -> list[int]:
        return [pk for pks in self.alike.values() for pk in pks]


def latest_day(at: datetime) -> date:
    """The date where the day begins first: no last day from then on can be over."""
    return (at + FARTHEST_EAST).date()


def passed(deadline: date, zone: str, at: datetime) -> bool:
    """Whether the last day has ended in this time zone."""
    return deadline < day_in(zone, at)


def day_in(zone: str, at: datetime) -> date:
    """The date in a time zone."""
    return at.astimezone(_zone(zone)).date()


def any_due(at: datetime) -> bool:
    """Whether some last day may be over: one look at the partial index."""
    return _waiting(at).exists()


def held(after: After | None, size: int, at: datetime) -> Due:
    """At most ``size`` due disputes, longest due first, each locked for the transaction.

    On PostgreSQL those that another holds are left to it. ``last`` is None at the end.
    """
    rows = _waiting(at)
    if after is not None:
        day, pk = after
        rows = rows.filter(Q(deadline=day, pk__gt=pk) | Q(deadline__gt=day), deadline__gte=day)
    locked = (
        rows.annotate(above=_rung(1), beyond=_rung(2))
        .order_by("deadline", "pk")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .values_list("pk", *COLUMNS)[:size]
    )
    with by_index():
        found = list(locked)
    alike: dict[tuple[object, ...], list[int]] = {}
    for row in found:
        alike.setdefault(row[1:], []).append(row[0])
    together = {Standing._make(row): ids for row, ids in alike.items()}
    over = {each: ids for each, ids in together.items() if passed(each.deadline, each.zone, at)}
    last = (found[-1][2], found[-1][0]) if len(found) == size else None
    return Due(over, last)


def _waiting(at: datetime) -> QuerySet[Dispute]:
    return Dispute.objects.filter(
        state=Dispute.State.OPEN, overdue_at_top_since=None, deadline__lt=latest_day(at)
    )


def _rung(above: int) -> FilteredRelation:
    return FilteredRelation("tiers", condition=Q(tiers__number=F("tier") + above))


@lru_cache(maxsize=600)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
