"""What the cause of an explanation asks of others, and what such a request needs. Pure.

A policy elsewhere is put to the organisation whose policy it is; a lack of coordination
opens what one organisation needs of another; data at fault are to be corrected.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

POLICY, DEPENDENCY, CORRECTION = "policy", "dependency", "correction"
KIND_OF = {"external_policy": POLICY, "coordination": DEPENDENCY, "data": CORRECTION}
OPEN, MET, REFUSED, WITHDRAWN = "open", "met", "refused", "withdrawn"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as somebody typed it, with what it can be checked against.

    ``own``: it is addressed to the organisation that asks. ``can_choose_reading``: values
    have been reported, so the one at fault can be named.
    """

    kind: str
    has_organisation: bool
    text: str
    due_on: datetime.date | None
    own: bool = False
    has_reading: bool = False
    can_choose_reading: bool = False


def problems(request: Request, today: datetime.date) -> dict[str, str]:
    """Field -> code of what is wrong with a request; empty when it can be addressed."""
    found: dict[str, str] = {}
    if not request.has_organisation:
        found["organisation"] = "whom"
    elif request.own and request.kind != CORRECTION:
        found["organisation"] = "own"
    if request.kind == CORRECTION and request.can_choose_reading and not request.has_reading:
        found["reading"] = "which"
    if not request.text.strip():
        found["asked"] = "what"
    if request.due_on is None:
        found["answer_by"] = "when"
    elif request.due_on <= today:
        found["answer_by"] = "past"
    return found


def can_be_met(kind: str, *, names_reading: bool, corrected: bool) -> bool:
    """A value that is to be corrected is met by its correction, not by word alone."""
    return kind != CORRECTION or not names_reading or corrected
