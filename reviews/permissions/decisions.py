"""Decisions are open to the readers of what they decide about (fact 8).

forums knows no subject and asks here, by the settings DECISION_READERS and ACTION_READERS.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, QuerySet

from forums.models import Action
from kpis.selectors import kpis
from labs.models import Revision
from labs.selectors import labs, programmes
from reviews.models import (
    AllocationProposal,
    EndProposal,
    HoldLift,
    ReviewProposal,
    RulingProposal,
    SettlementProposal,
)
from reviews.selectors import allocations, disputes, reviews


def readable(user: Any, motion_ids: set[int], *, on: datetime.date) -> set[int]:
    """Those of these motions that decide about a review, dispute, plan or money the user may read."""
    proposals = ReviewProposal.objects.filter(
        motion__in=motion_ids, review__in=reviews.readable(user, on).values("pk")
    )
    rulings = RulingProposal.objects.filter(
        motion__in=motion_ids, dispute__in=disputes.readable(user, on).values("pk")
    )
    plans = Revision.objects.filter(
        motion__in=motion_ids, plan__lab__in=labs.readable_ids(user, on)
    )
    money = AllocationProposal.objects.filter(
        motion__in=motion_ids, allocation__in=allocations.readable(user, on).values("pk")
    )
    ends = EndProposal.objects.filter(
        Q(plan__in=labs.readable_plan_ids(user, on))
        | Q(window__programme__in=programmes.readable_ids(user, on)),
        motion__in=motion_ids,
    )
    # A restricted dispute's motion is restricted itself and does not get here.
    lifts = HoldLift.objects.filter(
        motion__in=motion_ids, hold__kpi__in=kpis.readable(user, on).values("pk")
    )
    kinds: list[QuerySet[Any, Any]] = [proposals, rulings, plans, money, ends, lifts]
    first, *others = (rows.order_by().values_list("motion_id", flat=True) for rows in kinds)
    return set(first.union(*others))


def reads_action(user: Any, action: Action, *, on: datetime.date) -> bool:
    """Whether the action came of a settlement in a dispute the user may read, or is a party of."""
    settled = SettlementProposal.objects.filter(
        action=action, dispute__in=disputes.readable(user, on).values("pk")
    )
    return settled.exists()
