"""Do the numbered facts of docs/architecture.md hold, over the whole database?

Constraints keep most of them from breaking at all; what is asked here also finds what
somebody changed past the services. Reads only, a fixed number of queries per fact (facts 4,
5 and 9 look once at each plan, each first plan and each vote). The chain of the ledger is
walked by ``ledger.services.verification``, which needs the key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from reviews.selectors.facts import decisions, events, hands, ladder, measures, plans, rows
from reviews.selectors.facts.found import Broken

Check = Callable[[datetime], Iterator[Broken]]

CHECKS: dict[int, Check] = {
    1: measures.signals_and_episodes,
    2: measures.reviews_of_deviations,
    3: measures.readings,
    4: plans.revisions,
    5: plans.coming_into_force,
    6: ladder.steps,
    7: ladder.endings,
    8: decisions.reasons,
    9: hands.same_hand,
    10: measures.missing_data,
    11: rows.whole,
    12: events.together,
    13: measures.versions,
}


def broken(at: datetime, facts: Iterable[int] | None = None) -> list[Broken]:
    """Every place where a fact does not hold at business time ``at``; all of them by default."""
    wanted = sorted(CHECKS if facts is None else facts)
    return [found for fact in wanted for found in CHECKS[fact](at)]


__all__ = ["CHECKS", "Broken", "broken"]
