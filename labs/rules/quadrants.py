"""Three tests of every initiative, and what each quadrant asks besides.

The tests: is there a market failure, does the design fit it, can the institution carry it
out. The quadrant is scope (horizontal or vertical; a value chain is asked as vertical)
by type (public input or market intervention).
"""

from __future__ import annotations

TESTS = ("market_failure", "fit_of_design", "capability")
# What each quadrant asks, by (vertical, market).
CHECKLISTS: dict[tuple[bool, bool], tuple[str, ...]] = {
    (False, False): ("coverage_known", "provider_named"),
    (False, True): ("who_gains", "additional", "exit_known"),
    (True, False): ("input_specific", "private_voice", "coordination_named"),
    (True, True): (
        "objective_criteria",
        "lobbying_open",
        "exit_known",
        "reciprocity",
        "stricter_review",
    ),
}
CHAIN = ("governance_known", "missing_links_known", "upgrading_named")
QUESTIONS = (
    *TESTS,
    *dict.fromkeys(each for asked in CHECKLISTS.values() for each in asked),
    *CHAIN,
)


def checklist(scope: str, intervention: str) -> tuple[str, ...]:
    """The questions of an initiative's own quadrant; empty while it is not placed."""
    if not scope or not intervention:
        return ()
    asked = CHECKLISTS[scope != "horizontal", intervention == "market"]
    return (*asked, *CHAIN) if scope == "value_chain" else asked
