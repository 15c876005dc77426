"""When a promise is to be verified, and what may be said of it. Pure."""

from __future__ import annotations

from datetime import date

from labs.rules.parts import Problem

KEPT, PARTLY, BROKEN = "kept", "partly", "broken"
RESULTS = (KEPT, PARTLY, BROKEN)


def is_due(verify_on: date, last_checked: date | None, on: date) -> bool:
    """Whether a promise waits for its verification.

    It does from its day on, until it was checked on that day or later: a look before the
    day does not count as the verification.
    """
    return verify_on <= on and (last_checked is None or last_checked < verify_on)


def check(result: str, basis: str, sanction: str) -> dict[str, Problem]:
    """What is wrong with a check as it would be recorded, by field."""
    problems: dict[str, Problem] = {}
    if result not in RESULTS:
        problems["result"] = Problem("not_in_list")
    if not basis:
        problems["basis"] = Problem("required")
    if result in (PARTLY, BROKEN) and not sanction:
        problems["sanction"] = Problem("what_follows")
    if result == KEPT and sanction:
        problems["sanction"] = Problem("nothing_follows")
    return problems
