"""What waits for an organisation in plans in force: requests to answer, promises and their days."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from labs.models import Commitment, CommitmentCheck, Dependency
from labs.rules import dependencies as rules
from labs.selectors import commitments, dependencies, labs
from people.selectors import people

AHEAD = datetime.timedelta(days=14)  # how long before its day something is brought up


def requests(user: Any, on: datetime.date) -> QuerySet[Dependency]:
    """What is asked of the user's organisations and waits for them, soonest due first.

    Not answered, or accepted and due within two weeks; with ``said``, the newest answer.
    """
    rows = dependencies.listed(user, on, dependencies.OF_US)
    due = Q(said=rules.ACCEPTED, due_on__lte=on + AHEAD)
    return rows.filter(Q(said=None) | due).order_by("due_on", "pk")


def promises(user: Any, on: datetime.date) -> QuerySet[Commitment]:
    """Promises whose day has come and that ``user`` may verify, longest due first (fact 9)."""
    own = people.organisation_ids_of(user, on)
    due = commitments.due(user, on).exclude(beneficiary__in=own)
    if people.is_delivery_unit(user):
        return due
    return due.filter(plan__lab__area__lead__in=own)


def own_promises(user: Any, on: datetime.date) -> QuerySet[Commitment]:
    """Promises of the user's own organisations whose day is near or past, not verified yet.

    Only in plans they may read: a page is to be behind the line.
    """
    verified = CommitmentCheck.objects.filter(
        commitment_key=OuterRef("key"), at__date__gte=OuterRef("verify_on")
    )
    return (
        Commitment.objects.filter(
            ~Exists(verified),
            beneficiary__in=people.organisation_ids_of(user, on),
            verify_on__lte=on + AHEAD,
            until_revision=None,
            plan__in=labs.readable_plan_ids(user, on),
            plan__lab__area__programme__closed_at=None,
        )
        .select_related("beneficiary", "plan__lab__area__programme")
        .order_by("verify_on", "pk")
    )
