"""Do the numbered facts of docs/architecture.md hold, over the whole database?

Constraints keep most of them from breaking at all; what is asked here also finds what
somebody changed past the services. Reads only. All questions to the database are one
statement; facts 4, 5 and 9 also look once at each plan and each vote. The chain of the
ledger is walked by ``ledger.services.verification``, which needs the key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.db import connection

from reviews.selectors.facts import decisions, events, hands, ladder, measures, plans, rows
from reviews.selectors.facts.found import Broken, Check

CHECKS: dict[int, Check] = {
    1: Check(measures.signals_and_episodes),
    2: Check(measures.reviews_of_deviations),
    3: Check(measures.readings),
    4: Check(plans.revisions, plans.as_their_changes_make_them),
    5: Check(plans.coming_into_force, plans.goals_are_measured),
    6: Check(ladder.steps),
    7: Check(ladder.endings),
    8: Check(decisions.reasons),
    9: Check(hands.same_hand, hands.votes),
    10: Check(measures.missing_data),
    11: Check(rows.whole),
    12: Check(events.together, events.counted),
    13: Check(measures.versions),
}


def broken(
    at: datetime, facts: Iterable[int] | None = None, *, since: datetime | None = None
) -> list[Broken]:
    """Every place where a fact does not hold at business time ``at``; all facts by default.

    ``since``: what is looked at row by row is only what was decided after that.
    """
    wanted = tuple(sorted(CHECKS if facts is None else facts))
    found = _asked(wanted)
    for fact in wanted:
        looks = CHECKS[fact].looks
        if looks is not None:
            found += looks(since)
    return sorted(found)


def _asked(wanted: tuple[int, ...]) -> list[Broken]:
    statement, params = _statement(connection.vendor, wanted)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [Broken(fact, f"{kind}:{key}", said) for fact, kind, key, said in cursor.fetchall()]


@cache
def _statement(vendor: str, wanted: tuple[int, ...]) -> tuple[str, tuple[str, ...]]:
    """One statement for all questions: which fact, what kind of row, its key, what is wrong."""
    texts: list[str] = []
    params: list[str] = []
    for fact in wanted:
        for ask in CHECKS[fact].asks():
            text, given = ask.rows.order_by().query.sql_with_params()
            # The empty first part gives the column a name; each database names it otherwise.
            texts.append(
                f"SELECT {fact} AS fact, %s AS kind, CAST(found.key AS varchar) AS key,"  # noqa: S608
                f" %s AS detail FROM (SELECT NULL AS key WHERE 1 = 0 UNION ALL {text}) AS found"
            )
            params += [ask.kind, ask.detail, *given]
    return " UNION ALL ".join(texts), tuple(params)


__all__ = ["CHECKS", "Broken", "Check", "broken"]
