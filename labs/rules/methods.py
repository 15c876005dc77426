"""What each method asks of a lab before its first plan comes into force, beyond fact 5.

A *lab* is a table: somebody at it must be able to commit an organisation. *PDIA* starts
from a problem taken apart into causes. *Experiment, feedback, adaptation* tries things,
so every trial ends on a day. A *fixed contract* is kept: there is something promised
that can be verified, and its goals do not change once it is in force.

Conditions either block (the plan does not come into force) or warn (it is said, and the
forum decides knowing it). Only the first coming into force is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LAB, PDIA, EFA, FIXED = "lab", "pdia", "efa", "fixed"
WITH_A_TABLE = (LAB, PDIA, EFA)


@dataclass(frozen=True, slots=True)
class Trial:
    """An initiative as this asks about it: whether it says when it ends."""

    key: str
    title: str
    expires: bool


@dataclass(frozen=True, slots=True)
class LabFacts:
    """A lab and its plan as they would stand with the revision adopted.

    ``core_seat``: the key of one of its core seats, where a mandate can be recorded; empty
    when there is none.
    """

    method: str
    seats: int = 0
    core_seat: str = ""
    core_with_mandate: int = 0
    has_statement: bool = False
    has_causes: bool = False
    trials: tuple[Trial, ...] = ()
    commitments: int = 0
    was_in_force: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One condition that does not hold. ``blocks``: the plan cannot come into force."""

    code: str
    blocks: bool
    key: str = ""
    title: str = ""


def needs(lab: LabFacts) -> list[Need]:
    """Everything the lab's method asks for that is not there, what blocks first."""
    if lab.was_in_force:
        return []
    found = [*_table(lab), *_problem(lab), *_trials(lab), *_contract(lab)]
    return sorted(found, key=lambda need: not need.blocks)


def goals_are_fixed(method: str, *, in_force: bool) -> bool:
    """Whether goals may no longer change: of a fixed contract that is in force."""
    return method == FIXED and in_force


def _table(lab: LabFacts) -> Iterator[Need]:
    if lab.method not in WITH_A_TABLE:
        return
    blocks = lab.method == LAB
    if not lab.seats:
        yield Need("lab_seats", blocks)
    elif not lab.core_seat:
        yield Need("lab_core", blocks)
    elif not lab.core_with_mandate:
        yield Need("lab_mandate", blocks, lab.core_seat)


def _problem(lab: LabFacts) -> Iterator[Need]:
    blocks = lab.method == PDIA
    if not blocks and lab.method != LAB:
        return
    if not lab.has_statement:
        yield Need("lab_problem", blocks)
    elif blocks and not lab.has_causes:
        yield Need("lab_causes", blocks)


def _trials(lab: LabFacts) -> Iterator[Need]:
    if lab.method != EFA:
        return
    for trial in lab.trials:
        if not trial.expires:
            yield Need("trial_end", True, trial.key, trial.title)


def _contract(lab: LabFacts) -> Iterator[Need]:
    if lab.method == FIXED and not lab.commitments:
        yield Need("lab_commitments", True)
