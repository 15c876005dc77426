"""Whether a question suits a lab, and by which method: what the two answers suggest.

A lab brings people together to search. That needs a problem they share, and something
that nobody knows yet. Where the answer is known, a fixed contract binds those concerned
to it. Where no problem is shared there is nothing to search for together: people who
want different things bargain before a forum that can decide, and who alone has the
problem works on it alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from labs.rules.methods import EFA, FIXED, LAB, PDIA

SUITED, NOT_SUITED = "suited", "not_suited"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the answers suggest.

    ``methods``: those that suit, the usual one first. ``instead``: the code of what would
    suit when no lab does.
    """

    outcome: str
    methods: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An intake as somebody wrote it."""

    title: str
    question: str
    shared_problem: bool
    shared_problem_why: str
    uncertainty: bool
    uncertainty_why: str
    outcome: str
    method: str
    reason: str
    instead: str


def suggest(*, shared_problem: bool, uncertainty: bool) -> Suggestion:
    """What suits a question, from whether a problem is shared and the answer is uncertain."""
    if not shared_problem:
        return Suggestion(NOT_SUITED, instead="bargain" if uncertainty else "order")
    if not uncertainty:
        return Suggestion(SUITED, (FIXED,))
    return Suggestion(SUITED, (LAB, PDIA, EFA))


def problems(judged: Judged) -> dict[str, str]:
    """Field -> code of what is wrong with an intake; empty when it can be recorded.

    "Not suited" may be the outcome of any answers; "suited" only of those that say so,
    with a method that they allow.
    """
    found = {
        name: "required"
        for name in ("title", "question", "shared_problem_why", "uncertainty_why", "reason")
        if not str(getattr(judged, name)).strip()
    }
    if judged.outcome not in (SUITED, NOT_SUITED):
        return found | {"outcome": "required"}
    if judged.outcome == NOT_SUITED:
        if not judged.instead.strip():
            found["instead"] = "required"
        if judged.method:
            found["method"] = "out_of_place"
        return found
    suggested = suggest(shared_problem=judged.shared_problem, uncertainty=judged.uncertainty)
    if suggested.outcome == NOT_SUITED:
        found["outcome"] = "no_shared_problem"
    elif not judged.method:
        found["method"] = "required"
    elif judged.method not in suggested.methods:
        found["method"] = "not_uncertain" if suggested.methods == (FIXED,) else "uncertain"
    return found
