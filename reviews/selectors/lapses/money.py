"""No money behind it: planned and nothing allotted, or a source whose funder has ended."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Decision
from labs.models import Allocation, BudgetFigure, BudgetLine, FundingSource, Initiative, Programme
from labs.selectors import labs
from reviews.selectors.lapses.found import SHOWN, Found, Lapse, found


def fiscal_year(programme: Programme, on: datetime.date) -> int:
    """The programme's year that holds the day, by the calendar year in which it begins."""
    return on.year if on.month >= programme.fiscal_year_start else on.year - 1


def funding(user: Any, programme: Programme, on: datetime.date) -> list[Found]:
    """Initiatives that run without money, and sources that have ended."""
    year = fiscal_year(programme, on)
    readable = set(
        labs.readable_plans(user, on)
        .filter(lab__area__programme=programme)
        .values_list("pk", flat=True)
    )
    runs = Initiative.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on),
        Q(finishes_on=None) | Q(finishes_on__gte=on),
        Q(expires_on=None) | Q(expires_on__gte=on),
        plan__lab__area__programme=programme,
        until_revision=None,
    )
    lines = BudgetLine.objects.filter(
        initiative_key__in=runs.values("key"), until_revision=None, year=year, planned__gt=0
    )
    planned = _planned(lines)
    backed = _backed(lines, planned)
    bare = [row for row in runs.order_by("position", "pk") if row.key in planned.keys() - backed]
    named = [row for row in bare if row.plan_id in readable]
    told = [_bare(row, year, planned[row.key]) for row in named[:SHOWN]]
    return [(told, len(bare)), _sources(programme, on)]


def _planned(lines: QuerySet[BudgetLine]) -> dict[Any, dict[str, Decimal]]:
    """Money planned for the year, by initiative and currency."""
    found: dict[Any, dict[str, Decimal]] = {}
    sums = lines.order_by().values_list("initiative_key", "currency").annotate(Sum("planned"))
    for key, currency, amount in sums:
        found.setdefault(key, {})[currency] = amount
    return found


def _backed(lines: QuerySet[BudgetLine], planned: Iterable[Any]) -> set[Any]:
    """The initiatives for which something is allotted this year, or allocated by decision."""
    lines_of = dict(lines.values_list("key", "initiative_key"))
    allotted = (
        BudgetFigure.objects.filter(
            line_key__in=lines.values("key"), kind=BudgetFigure.Kind.ALLOTTED
        )
        .order_by()
        .values_list("line_key")
        .annotate(amount=Sum("amount"))
    )
    allocated = Allocation.objects.filter(
        initiative_key__in=list(planned), decision__outcome=Decision.Outcome.CARRIED
    )
    by_line = {lines_of[key] for key, amount in allotted if amount > 0}
    return by_line | set(allocated.values_list("initiative_key", flat=True))


def _bare(row: Initiative, year: int, planned: dict[str, Decimal]) -> Lapse:
    amounts = ", ".join(f"{currency} {amount:,.0f}" for currency, amount in sorted(planned.items()))
    why = _("%(planned)s are planned for %(year)s and nothing is allotted") % {
        "planned": amounts,
        "year": year,
    }
    url = reverse("labs:plan", args=[row.plan_id]) + f"#initiative-{row.key}"
    return Lapse(_("Initiative"), row.title, why, url)


def _sources(programme: Programme, on: datetime.date) -> Found:
    """Sources of money whose funder has ended: nobody has said that it goes on."""
    gone = FundingSource.objects.filter(programme=programme, funder__succeeded_on__lte=on)
    return found(gone, gone.select_related("funder__successor"), _source)


def _source(row: FundingSource) -> Lapse:
    why = _("%(funder)s, from which it comes, has ended") % {
        "funder": row.funder.name if row.funder else ""
    }
    return Lapse(_("Funding source"), row.name, why)
