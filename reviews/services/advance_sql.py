"""The statements of the sweep that moves many disputes at once.

In SQL of the database's own, and only here: the ORM would write each row by itself, which
takes a hundred times as long (limits: 100,000 steps in some seconds, not minutes). A batch
goes in as one parameter and becomes rows in the database; PostgreSQL and SQLite differ in
nothing but how.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from reviews.models.disputes import Trigger
from reviews.selectors.climbing import Move
from reviews.selectors.climbing.sets import by_index

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
WHY = {
    "postgresql": "unnest(%(days)s::date[], %(reasons)s::text[]) AS why(day, reason)",
    "sqlite": """
    (SELECT json_extract(value, '$[0]') AS day, json_extract(value, '$[1]') AS reason
     FROM json_each(%(whys)s)) AS why
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
SELECT step.id, step.from_tier, step.from_tier + 1, %(trigger)s, why.reason, %(event)s, %(at)s
FROM {rows} JOIN {why} ON why.day = step.was
"""


class Batch:
    """Steps of many disputes, made ready for the database once."""

    def __init__(self, moves: Sequence[Move]) -> None:
        self.size = sum(len(move.disputes) for move in moves)
        self.given = _rows(moves)

    def climb(self) -> int:
        """Claim the steps: how many disputes still stood where they were read, and moved."""
        with by_index():
            return self._run(CLIMB, {})

    def enter(self, reasons: Mapping[date, str], *, event: int, at: datetime) -> None:
        """Leave and enter the rungs, and write each step, pointing to the event of the batch.

        ``reasons``: why, by the last day that passed.
        """
        moment = connection.ops.adapt_datetimefield_value(at)
        told = {"at": moment, "event": event, "trigger": str(Trigger.DEADLINE.value)}
        with by_index():
            self._run(RUNGS, {"at": moment})
            self._run(STEPS, told | _whys(reasons))

    def _run(self, statement: str, more: dict[str, Any]) -> int:
        vendor = connection.vendor
        with connection.cursor() as cursor:
            cursor.execute(statement.format(rows=ROWS[vendor], why=WHY[vendor]), self.given | more)
            return int(cursor.rowcount)


def _rows(moves: Sequence[Move]) -> dict[str, Any]:
    if connection.vendor == "postgresql":
        return {
            "ids": _array(",".join(map(str, move.disputes)) for move in moves),
            "tiers": _array(_again(move.from_tier, move) for move in moves),
            "was": _array(_again(move.was, move) for move in moves),
            "deadlines": _array(_again(move.deadline, move) for move in moves),
            "nudges": _array(_again(move.nudge_on or "NULL", move) for move in moves),
        }
    steps = [
        (dispute, move.from_tier, str(move.was), str(move.deadline), nudge_on)
        for move in moves
        for nudge_on in [move.nudge_on and str(move.nudge_on)]
        for dispute in move.disputes
    ]
    return {"steps": json.dumps(steps)}


def _again(value: object, move: Move) -> str:
    """The same for each dispute of a move."""
    return ",".join([str(value)] * len(move.disputes))


def _array(parts: Iterable[str]) -> str:
    return "{" + ",".join(parts) + "}"


def _whys(reasons: Mapping[date, str]) -> dict[str, Any]:
    ordered = sorted(reasons.items())
    if connection.vendor == "postgresql":
        return {"days": [day for day, _why in ordered], "reasons": [why for _day, why in ordered]}
    return {"whys": json.dumps([(str(day), why) for day, why in ordered])}
