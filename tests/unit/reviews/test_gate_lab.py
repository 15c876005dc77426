"""What the lab said of a plan: blocking objections keep it out, the rest warns."""

from __future__ import annotations

from reviews.rules.gate import LabFacts, ObjectionFacts, PlanFacts, missing


def of_lab(**facts: object) -> list[tuple[str, bool, str]]:
    """The gaps that come from the lab: code, whether it blocks, whom it concerns."""
    plan = PlanFacts(lab=LabFacts(**facts))
    codes = {"objection", "objection_open", "stands", "comments"}
    return [(gap.code, gap.blocks, gap.key) for gap in missing(plan) if gap.code in codes]


def test_nothing_said_is_no_gap() -> None:
    assert of_lab() == []


def test_a_blocking_objection_keeps_out_and_another_warns() -> None:
    both = (ObjectionFacts("4", "Union", True), ObjectionFacts("5", "Firm", False))
    assert of_lab(objections=both) == [("objection", True, "4"), ("objection_open", False, "5")]


def test_silent_seats_and_unanswered_comments_warn_once_each() -> None:
    found = of_lab(silent=("Union", "Firm"), comments=7)
    assert found == [("stands", False, ""), ("comments", False, "")]
    plan = PlanFacts(lab=LabFacts(silent=("Union", "Firm"), comments=7))
    told = {gap.code: gap.params for gap in missing(plan)}
    assert told["stands"] == {"count": "2", "names": "Union, Firm"}
    assert told["comments"] == {"count": "7"}
