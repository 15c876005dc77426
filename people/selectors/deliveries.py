"""Deliveries with the names of those they are for; never with what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from ledger.models import Attempt, Delivery
from ledger.rules.recipients import user_id_of
from people.models import User

# Nothing is to be done about the others.
TROUBLE = (Delivery.State.FAILED, Delivery.State.DOUBTFUL)


@dataclass(frozen=True)
class Line:
    """One delivery as a list shows it."""

    delivery: Delivery
    who: User | None
    attempts: list[Attempt]


def listed(state: str = "") -> QuerySet[Delivery]:
    """Deliveries, newest first; of one state if given."""
    rows = Delivery.objects.defer("text", "title").order_by("-pk")
    return rows.filter(state=state) if state else rows


def lines(rows: Iterable[Delivery]) -> list[Line]:
    """The rows of a page with their attempts and recipients. Two queries."""
    found = list(rows)
    attempts: dict[int, list[Attempt]] = {row.pk: [] for row in found}
    for attempt in Attempt.objects.filter(delivery__in=attempts).order_by("number"):
        attempts[attempt.delivery_id].append(attempt)
    users = User.objects.in_bulk([user_id_of(row.recipient) for row in found])
    return [Line(row, users.get(user_id_of(row.recipient)), attempts[row.pk]) for row in found]


def counts() -> dict[str, int]:
    """How many there are in each state, in one query."""
    rows = Delivery.objects.order_by("state").values_list("state").annotate(count=Count("pk"))
    return dict(rows)
