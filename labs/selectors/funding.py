"""Money from its sources to its transfers, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, Sum

from forums.models import Decision
from labs.models import Allocation, FundingSource, Initiative, Programme, Transfer
from labs.rules import funding as rules
from labs.selectors import labs

CARRIED = Q(decision__outcome=Decision.Outcome.CARRIED)
NOTHING = Decimal(0)


def allotted(source: FundingSource) -> Decimal:
    """What decisions have set aside of a source."""
    found: Decimal | None = source.allocations.filter(CARRIED).aggregate(sum=Sum("amount"))["sum"]
    return found or NOTHING


def moved(allocation: Allocation) -> Decimal:
    """What was transferred under an allocation."""
    found: Decimal | None = allocation.transfers.aggregate(sum=Sum("amount"))["sum"]
    return found or NOTHING


@dataclass(frozen=True)
class AllocationLine:
    """An allocation with its transfers. ``named`` False: of a lab kept from the reader."""

    allocation: Allocation
    named: bool
    initiative: str
    state: str
    moved: Decimal
    transfers: list[Transfer]

    @property
    def left(self) -> Decimal:
        return self.allocation.amount - self.moved


@dataclass(frozen=True)
class SourceLine:
    source: FundingSource
    allocations: list[AllocationLine]
    totals: rules.Totals


@dataclass(frozen=True)
class Chain:
    """A programme's money; ``reaches_bottom`` None where there is nothing to ask."""

    sources: list[SourceLine]
    totals: dict[str, rules.Totals] = field(default_factory=dict)
    reaches_bottom: bool | None = None


def allocations() -> QuerySet[Allocation]:
    """Allocations with what every page about one names."""
    return Allocation.objects.select_related(
        "source__programme", "source__funder", "plan__lab", "beneficiary", "decision__motion"
    )


def chain(programme: Programme, sources: Iterable[FundingSource], user: Any, on: date) -> Chain:
    """These sources with their allocations and transfers; totals of the whole programme.

    A fixed number of queries, whatever there is.
    """
    rows = _loaded(sources)
    readable = set(
        labs.readable_plans(user, on)
        .filter(lab__area__programme=programme)
        .values_list("pk", flat=True)
    )
    titles = initiative_titles(each for row in rows for each in row.loaded)
    lines = [_source(row, readable, titles) for row in rows]
    return Chain(lines, totals(programme), reaches_bottom(programme))


def _loaded(sources: Iterable[FundingSource]) -> list[Any]:
    pks = [each.pk for each in sources]
    shown = Prefetch(
        "allocations",
        allocations().prefetch_related(
            Prefetch("transfers", Transfer.objects.order_by("on", "pk"), to_attr="loaded")
        ),
        to_attr="loaded",
    )
    found = FundingSource.objects.filter(pk__in=pks).select_related("funder")
    return list(found.prefetch_related(shown).order_by("name"))


def initiative_titles(found: Iterable[Allocation]) -> dict[Any, str]:
    """The titles in force of the initiatives that allocations are for."""
    keys = {each.initiative_key for each in found if each.initiative_key}
    named = Initiative.objects.filter(key__in=keys).order_by("from_revision__number")
    return dict(named.values_list("key", "title"))


def _source(source: Any, readable: set[int], titles: dict[Any, str]) -> SourceLine:
    lines = [_allocation(each, readable, titles) for each in source.loaded]
    return SourceLine(source, lines, _totals(source, lines))


def _allocation(each: Any, readable: set[int], titles: dict[Any, str]) -> AllocationLine:
    return AllocationLine(
        allocation=each,
        named=each.plan_id is None or each.plan_id in readable,
        initiative=titles.get(each.initiative_key, ""),
        state=state(each),
        moved=sum((row.amount for row in each.loaded), NOTHING),
        transfers=each.loaded,
    )


def state(allocation: Allocation) -> str:
    """``proposed`` until it is decided, then the outcome of the decision."""
    return allocation.decision.outcome if allocation.decision else "proposed"


def _totals(source: FundingSource, lines: Iterable[AllocationLine]) -> rules.Totals:
    sums = rules.Totals(source=source.amount)
    for line in lines:
        if line.state == Decision.Outcome.CARRIED:
            sums += rules.Totals(allotted=line.allocation.amount, moved=line.moved)
        elif line.state == "proposed":
            sums += rules.Totals(pending=line.allocation.amount)
    return sums


def totals(programme: Programme) -> dict[str, rules.Totals]:
    """The sums of a programme, per currency."""
    sources = programme.funding_sources.values_list("currency").annotate(sum=Sum("amount"))
    within = Allocation.objects.filter(source__programme=programme)
    by_currency = within.values_list("source__currency")
    decided = by_currency.filter(CARRIED).annotate(sum=Sum("amount"))
    pending = by_currency.filter(decision=None).annotate(sum=Sum("amount"))
    moves = Transfer.objects.filter(allocation__source__programme=programme)
    transfers = moves.values_list("allocation__source__currency").annotate(sum=Sum("amount"))
    return rules.totals(
        [
            *((currency, rules.Totals(source=each)) for currency, each in sources.order_by()),
            *((currency, rules.Totals(allotted=each)) for currency, each in decided.order_by()),
            *((currency, rules.Totals(pending=each)) for currency, each in pending.order_by()),
            *((currency, rules.Totals(moved=each)) for currency, each in transfers.order_by()),
        ]
    )


def reaches_bottom(programme: Programme) -> bool | None:
    """Whether any transfer went from an engine to bottom-up work; None: nothing to ask."""
    moves = Transfer.objects.filter(allocation__source__programme=programme).order_by()
    pairs = set(moves.values_list("from_pathway", "to_pathway").distinct())
    springs = set(programme.funding_sources.order_by().values_list("pathway", flat=True).distinct())
    in_force = Initiative.objects.filter(
        plan__lab__area__programme=programme, until_revision=None
    ).order_by()
    named = springs | set(in_force.values_list("pathway", flat=True).distinct())
    return rules.reaches_bottom(pairs, named | {each for pair in pairs for each in pair})
