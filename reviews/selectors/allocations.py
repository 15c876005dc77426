"""Allocations of money: who may read one, which forum may decide it, and where it stands."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, QuerySet

from forums.models import Forum
from forums.selectors import ladders
from labs.models import Allocation, Lab, Programme
from labs.selectors import funding, labs, programmes
from reviews.models import AllocationProposal
from reviews.selectors import interests


def readable(user: Any, on: datetime.date) -> QuerySet[Allocation]:
    """Those of readable programmes, less those for plans of labs kept from ``user``."""
    own = programmes.readable_ids(user, on)
    plans = labs.readable_plan_ids(user, on)
    found = funding.allocations().filter(source__programme__in=own)
    return found.filter(Q(plan=None) | Q(plan__in=plans))


def forums(programme: Programme) -> list[Forum]:
    """The forums of a programme and all above them: any of these may decide its money."""
    named = programme.areas.values_list("home_forum", flat=True)
    steering = Lab.objects.filter(area__programme=programme).values_list("steering", flat=True)
    starts = Forum.objects.filter(pk__in={*named, *steering})
    found = {each.pk: each for start in starts for each in ladders.ladder_from(start)}
    return sorted(found.values(), key=lambda each: (each.name, each.pk))


def proposals(allocation: Allocation) -> QuerySet[AllocationProposal]:
    """Every motion about an allocation, newest first."""
    found = AllocationProposal.objects.filter(allocation=allocation)
    return found.select_related("motion__forum", "motion__decision").order_by("-pk")


def who(allocation: Allocation) -> str:
    """Who receives the money."""
    return interests.beneficiary_name(allocation)
