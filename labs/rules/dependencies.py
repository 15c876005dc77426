"""What one organisation needs of another: what may be answered, and who keeps whom waiting. Pure."""

from __future__ import annotations

from datetime import date

from labs.rules.parts import Problem

ACCEPTED, REFUSED, DELIVERED = "accepted", "refused", "delivered"
STATES = (ACCEPTED, REFUSED, DELIVERED)
UNANSWERED, OVERDUE, LATE, BLOCKED = "unanswered", "overdue", "late", "blocked"
# Whoever needs it is kept waiting.
IN_THE_WAY = (REFUSED, OVERDUE, BLOCKED, LATE, UNANSWERED)


def standing(
    *,
    answer: str | None,
    due_on: date,
    on: date,
    step_state: str | None = None,
    step_finish: date | None = None,
) -> str:
    """How a request stands on a day.

    ``answer``: the newest answer of the organisation asked. ``step_state`` and
    ``step_finish``: what was last reported of the step by which it delivers, and when
    that step is to be finished. A step that is done is a delivery.
    """
    if answer == DELIVERED or (answer != REFUSED and step_state == "done"):
        return DELIVERED
    if answer == REFUSED:
        return REFUSED
    if due_on < on:
        return OVERDUE
    if step_state == "blocked":
        return BLOCKED
    if step_finish is not None and step_finish > due_on:
        return LATE
    return ACCEPTED if answer == ACCEPTED else UNANSWERED


def check(state: str, note: str, previous: str | None) -> dict[str, Problem]:
    """What is wrong with an answer as it would be recorded, by field."""
    if state not in STATES:
        return {"state": Problem("unknown_state")}
    if state == REFUSED and not note:
        return {"note": Problem("why_refused")}
    if state == DELIVERED and not note:
        return {"note": Problem("delivered_shown_by")}
    if previous == DELIVERED and state != DELIVERED and not note:
        return {"note": Problem("why_not_delivered")}
    return {}
