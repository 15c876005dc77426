"""What each outcome of a review asks for, and whether it settles the deviations.

An outcome that changes what is measured against (the goal, the means, the end of
an effort) settles the episodes: they close as decided, and later values open new
ones. Corrective action, a lab and no action leave the world to be watched: their
episodes stay open until the values are clear again, so that the same trouble does
not open a second review, and the review has a day on which the forum looks again.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

SETTLING = frozenset({"change_execution", "change_goal", "scale", "stop"})
REVISING = frozenset({"change_execution", "change_goal"})
LAB = "lab"
MINI_LAB_DAYS = 14


@dataclass(frozen=True, slots=True)
class Proposed:
    """An outcome with what comes with it, as somebody typed it.

    ``has_lab``: whether a lab made the plan that the subject belongs to.
    """

    cause: str
    outcome: str
    reason: str
    has_revision: bool = False
    look_again_on: datetime.date | None = None
    action_title: str = ""
    has_action_owner: bool = False
    action_due: datetime.date | None = None
    reconvene: bool = False
    has_lab: bool = True


def problems(proposed: Proposed, today: datetime.date) -> dict[str, str]:
    """Field -> code of what is wrong with a proposal; empty when it can be put."""
    found: dict[str, str] = {}
    for name in ("cause", "outcome", "reason"):
        if not str(getattr(proposed, name)).strip():
            found[name] = "required"
    found |= _by_outcome(proposed)
    if proposed.look_again_on and proposed.look_again_on <= today:
        found["look_again_on"] = "past"
    if proposed.action_due and proposed.action_due < today:
        found["action_due"] = "past"
    return found


def _by_outcome(proposed: Proposed) -> dict[str, str]:
    found: dict[str, str] = {}
    if proposed.outcome == "no_action" and proposed.look_again_on is None:
        found["look_again_on"] = "required"
    if proposed.outcome in REVISING and not proposed.has_revision:
        found["revision"] = "required"
    if proposed.has_revision and proposed.outcome not in REVISING:
        found["revision"] = "out_of_place"
    if proposed.reconvene and proposed.outcome != LAB:
        found["reconvene"] = "no_lab_outcome"
    elif proposed.reconvene and not proposed.has_lab:
        found["reconvene"] = "no_lab_before"
    wants_action = proposed.outcome == "corrective_action"
    parts = {
        "action_title": bool(proposed.action_title.strip()),
        "action_owner": proposed.has_action_owner,
        "action_due": proposed.action_due is not None,
    }
    if wants_action or any(parts.values()):
        found |= {name: "required" for name, there in parts.items() if not there}
    return found


def settles(outcome: str) -> bool:
    """Whether the outcome closes the review's deviations as decided."""
    return outcome in SETTLING


def look_again(proposed: Proposed, lab_ends_on: datetime.date | None) -> datetime.date | None:
    """The day the forum looks again at what stays open; None when the outcome settles it."""
    if settles(proposed.outcome):
        return None
    return proposed.look_again_on or proposed.action_due or lab_ends_on
