"""Registers in the states that tests start from; reached through the product's own services."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from forums.models import Forum, Motion
from labs.models import (
    Allocation,
    Bargain,
    CouncilAct,
    FundingSource,
    Obstacle,
    Programme,
    Recommendation,
    Window,
)
from labs.services import (
    bargains,
    council_acts,
    funding,
    obstacles,
    recommendations,
    reference,
    windows,
)
from people.models import Organisation
from reviews.models import AllocationProposal
from reviews.services import allocations
from tests.factories import labs as make_labs
from tests.factories.labs import AT, SYSTEM

BY: dict[str, Any] = {"by": SYSTEM, "at": AT}


def lists() -> None:
    """The reference lists as an installation starts with them."""
    reference.install_defaults(**BY)


def obstacle(programme: Programme, title: str = "Roads are bad", **fields: Any) -> Obstacle:
    given = {"named_by": "firm", **BY} | fields
    return obstacles.name(programme=programme, title=title, **given)


def recommendation(programme: Programme, **fields: Any) -> Recommendation:
    given = {"title": "Study success metrics", "source": "SELA, p. 97", **BY} | fields
    return recommendations.add(programme=programme, **given)


def source(programme: Programme, amount: str = "100", **fields: Any) -> FundingSource:
    given = {"name": "Oil rent", "currency": "MYR", "pathway": "top_down", **BY} | fields
    return funding.add_source(programme=programme, amount=Decimal(amount), **given)


def allocation(of: FundingSource, amount: str = "40", **fields: Any) -> Allocation:
    """One that is proposed."""
    given = {"purpose": "Village workshops", **BY} | fields
    if "initiative_key" not in given:
        given.setdefault("beneficiary", make_labs.OrganisationFactory())
    return funding.propose(source=of, amount=Decimal(amount), **given)


def put(what: Allocation, forum: Forum, **fields: Any) -> AllocationProposal:
    """The allocation before a forum that can sit."""
    return allocations.put(allocation=what, forum=forum, **({"reason": "It pays", **BY} | fields))


def decided(of: FundingSource, amount: str = "40", outcome: str = "carried", **fields: Any) -> Any:
    """An allocation that a forum has decided, without the sitting that leads to it."""
    what = allocation(of, amount, **fields)
    motion = Motion.objects.create(
        forum=make_labs.LabForumFactory(), title="Money", text="x", reason="y", quorum=1, at=AT
    )
    decision = make_labs.decide(motion, outcome)
    return funding.decide(allocation=what, decision=decision, **BY)


def window(programme: Programme, **fields: Any) -> Window:
    given = {
        "title": "Trade preference",
        "opens_on": datetime.date(2018, 1, 1),
        "closes_on": datetime.date(2019, 6, 30),
        "pays_off_on": datetime.date(2024, 1, 1),
        "alert_days": 90,
        **BY,
    } | fields
    return windows.add(programme=programme, **given)


def bargain(programme: Programme, **fields: Any) -> Bargain:
    given = {"title": "Local content", "unit": "%", **BY} | fields
    return bargains.open(programme=programme, **given)


def round_of(of: Bargain, side: Organisation, kind: str, value: str, **fields: Any) -> Any:
    given = {"organisation": side, "kind": kind, "value": Decimal(value), **BY} | fields
    return bargains.add_round(bargain=of, **given)


def act(programme: Programme | None = None, **fields: Any) -> CouncilAct:
    given = {
        "council": "Common Market Council",
        "reference": "CMC 12/08",
        "dated": datetime.date(2008, 6, 30),
        "title": "Productive integration",
        "creates_programme": programme,
        **BY,
    } | fields
    return council_acts.record(**given)
