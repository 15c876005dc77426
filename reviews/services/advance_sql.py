"""The statements of the sweep that moves many disputes at once.

In SQL of the database's own, and only here: the ORM would write each row by itself, which
takes a hundred times as long (limits: 100,000 steps in some seconds, not minutes). A batch
goes in as one parameter and becomes rows in the database; PostgreSQL and SQLite differ in
nothing but how.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from reviews.models.disputes import Trigger
from reviews.selectors.climbing import Move

ROWS = {
    "postgresql": """
    unnest(%(ids)s::bigint[], %(tiers)s::smallint[], %(was)s::date[], %(deadlines)s::date[],
        %(nudges)s::date[]) AS step(id, from_tier, was, deadline, nudge_on)
    """,
    "sqlite": """
    (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS from_tier,
        json_extract(value, '$[2]') AS was, json_extract(value, '$[3]') AS deadline,
        json_extract(value, '$[4]') AS nudge_on
     FROM json_each(%(steps)s)) AS step
    """,
}
# The compare-and-set: whatever moved or ended since it was read is not touched.
CLIMB = """
UPDATE reviews_dispute
SET tier = step.from_tier + 1, deadline = step.deadline, nudge_on = step.nudge_on
FROM {rows}
WHERE reviews_dispute.id = step.id AND reviews_dispute.state = 'open'
    AND reviews_dispute.tier = step.from_tier AND reviews_dispute.deadline = step.was
"""
RUNGS = """
UPDATE reviews_tier
SET left_at = CASE WHEN number = step.from_tier THEN COALESCE(left_at, %(at)s) ELSE left_at END,
    entered_at = CASE WHEN number = step.from_tier THEN entered_at ELSE %(at)s END,
    deadline = CASE WHEN number = step.from_tier THEN reviews_tier.deadline
        ELSE step.deadline END
FROM {rows}
WHERE reviews_tier.dispute_id = step.id
    AND reviews_tier.number IN (step.from_tier, step.from_tier + 1)
"""
STEPS = """
INSERT INTO reviews_bumpup (dispute_id, from_tier, to_tier, trigger, reason, event_id, at)
SELECT step.id, step.from_tier, step.from_tier + 1, %(trigger)s, %(reason)s, %(event)s, %(at)s
FROM {rows}
"""


def climb(moves: Sequence[Move]) -> int:
    """Claim the steps: how many disputes still stood where they were read, and moved."""
    return _run(CLIMB, moves, {})


def enter(moves: Sequence[Move], reasons: Mapping[date, str], *, event: int, at: datetime) -> None:
    """Leave and enter the rungs, and write each step, pointing to the event of the batch.

    ``reasons``: why, by the last day that passed.
    """
    moment = connection.ops.adapt_datetimefield_value(at)
    _run(RUNGS, moves, {"at": moment})
    told = {"at": moment, "event": event, "trigger": str(Trigger.DEADLINE.value)}
    for day, reason in sorted(reasons.items()):
        same = [move for move in moves if move.was == day]
        _run(STEPS, same, told | {"reason": reason})


def _run(statement: str, moves: Sequence[Move], more: dict[str, Any]) -> int:
    given = _rows(moves) | more
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=ROWS[connection.vendor]), given)
        return int(cursor.rowcount)


def _rows(moves: Sequence[Move]) -> dict[str, Any]:
    if connection.vendor == "postgresql":
        return {
            "ids": [move.dispute for move in moves],
            "tiers": [move.from_tier for move in moves],
            "was": [move.was for move in moves],
            "deadlines": [move.deadline for move in moves],
            "nudges": [move.nudge_on for move in moves],
        }
    steps = [
        (move.dispute, move.from_tier, move.was, move.deadline, move.nudge_on) for move in moves
    ]
    return {"steps": json.dumps(steps, default=str)}
