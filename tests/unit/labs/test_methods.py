"""What each method asks before the first plan comes into force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labs.rules import methods
from labs.rules.methods import LabFacts, Trial

WHOLE = LabFacts(
    method="lab",
    seats=3,
    core_seat="7",
    core_with_mandate=1,
    has_statement=True,
    has_causes=True,
    trials=(Trial("a", "Pilot", expires=True),),
    commitments=1,
)


def found(lab: LabFacts) -> list[tuple[str, bool]]:
    return [(need.code, need.blocks) for need in methods.needs(lab)]


@pytest.mark.parametrize("method", ["lab", "pdia", "efa", "fixed"])
def test_a_whole_lab_misses_nothing(method: str) -> None:
    assert found(replace(WHOLE, method=method)) == []


@pytest.mark.parametrize(
    ("lab", "needs"),
    [
        (replace(WHOLE, seats=0, core_seat="", core_with_mandate=0), [("lab_seats", True)]),
        (replace(WHOLE, core_seat="", core_with_mandate=0), [("lab_core", True)]),
        (replace(WHOLE, core_with_mandate=0), [("lab_mandate", True)]),
        (replace(WHOLE, has_statement=False), [("lab_problem", False)]),
        (replace(WHOLE, has_causes=False), []),
        (replace(WHOLE, method="pdia", has_statement=False), [("lab_problem", True)]),
        (replace(WHOLE, method="pdia", has_causes=False), [("lab_causes", True)]),
        (replace(WHOLE, method="pdia", core_with_mandate=0), [("lab_mandate", False)]),
        (replace(WHOLE, method="efa", has_statement=False), []),
        (replace(WHOLE, method="efa", seats=0), [("lab_seats", False)]),
        (replace(WHOLE, method="fixed", commitments=0), [("lab_commitments", True)]),
        (replace(WHOLE, method="fixed", seats=0, has_statement=False), []),
    ],
)
def test_each_method_asks_for_its_own(lab: LabFacts, needs: list[tuple[str, bool]]) -> None:
    assert found(lab) == needs


def test_every_trial_ends_on_a_day() -> None:
    trials = (Trial("a", "Pilot", expires=True), Trial("b", "Endless", expires=False))
    (need,) = methods.needs(replace(WHOLE, method="efa", trials=trials))
    assert (need.code, need.key, need.title) == ("trial_end", "b", "Endless")
    assert found(replace(WHOLE, trials=trials)) == [], "of a lab nobody asks"


def test_what_blocks_comes_first() -> None:
    assert found(replace(WHOLE, core_with_mandate=0, has_statement=False)) == [
        ("lab_mandate", True),
        ("lab_problem", False),
    ]


def test_only_the_first_coming_into_force_is_tested() -> None:
    assert found(LabFacts("lab", was_in_force=True)) == []


@pytest.mark.parametrize(
    ("method", "in_force", "fixed"),
    [("fixed", True, True), ("fixed", False, False), ("lab", True, False)],
)
def test_goals_of_a_contract_in_force_are_fixed(method: str, in_force: bool, fixed: bool) -> None:
    assert methods.goals_are_fixed(method, in_force=in_force) is fixed
