"""Per rule: how many reviews its deviations were in, and how many of them ended in no action."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Q

from kpis.models import Rule
from kpis.selectors import kpis
from labs.selectors import programmes
from reviews.models import Review, ReviewDeviation
from reviews.models.reviews import Outcome
from reviews.rules import no_action as rules


@dataclass(frozen=True)
class Line:
    """One rule with its counts."""

    rule: Rule
    count: rules.Count

    @property
    def per_cent(self) -> int | None:
        """The share of no action, in whole per cent."""
        share = self.count.share
        return None if share is None else round(share * 100)


@dataclass(frozen=True)
class Page:
    """The rules of programmes the user may read; of restricted KPIs only how many there are."""

    lines: list[Line]
    hidden: int


def page(user: Any, on: datetime.date, programme: str = "") -> Page:
    """Rules with closed reviews, the largest share of no action first. A fixed number of queries."""
    counts = _counts()
    rows = Rule.objects.filter(
        pk__in=counts, programme__in=programmes.readable_ids(user, on)
    ).select_related("programme", "kpi", "owner__organisation")
    if programme:
        rows = rows.filter(programme__code=programme)
    may = Q(kpi=None) | Q(kpi__in=kpis.readable(user, on).values("pk"))
    named = list(rows.filter(may).order_by("programme__name", "kind", "pk"))
    lines = [Line(rule, counts[rule.pk]) for rule in named]
    lines.sort(key=lambda line: (not line.count.many, -(line.count.share or 0)))
    return Page(lines=lines, hidden=rows.count() - len(named))


def _counts() -> dict[int, rules.Count]:
    """By rule: a review counts once, however many deviations of the rule it was about."""
    ended = Q(review__outcome=Outcome.NO_ACTION)
    rows = (
        ReviewDeviation.objects.filter(review__state=Review.State.CLOSED)
        .values("deviation__rule")
        .annotate(
            reviews=Counted("review", distinct=True),
            ended=Counted("review", distinct=True, filter=ended),
        )
    )
    return {row["deviation__rule"]: rules.Count(row["reviews"], row["ended"]) for row in rows}
