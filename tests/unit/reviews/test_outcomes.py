"""What each outcome of a review asks for."""

from __future__ import annotations

import datetime

import pytest

from reviews.rules.outcomes import Proposed, look_again, problems, settles

TODAY = datetime.date(2019, 4, 17)
LATER = datetime.date(2019, 6, 1)


def proposed(outcome: str, **more: object) -> Proposed:
    return Proposed(cause="means", outcome=outcome, reason="Too few beds.", **more)


@pytest.mark.parametrize(
    ("outcome", "needs"),
    [
        ("corrective_action", {"action_title", "action_owner", "action_due"}),
        ("change_execution", {"revision"}),
        ("change_goal", {"revision"}),
        ("no_action", {"look_again_on"}),
        ("lab", set()),
        ("scale", set()),
        ("stop", set()),
    ],
)
def test_each_outcome_names_what_it_needs(outcome: str, needs: set[str]) -> None:
    assert set(problems(proposed(outcome), TODAY)) == needs


@pytest.mark.parametrize("field", ["cause", "outcome", "reason"])
def test_cause_outcome_and_reason_are_required(field: str) -> None:
    given = {"cause": "goal", "outcome": "scale", "reason": "It works."} | {field: "  "}
    assert problems(Proposed(**given), TODAY) == {field: "required"}


def test_a_revision_has_no_place_in_an_outcome_that_changes_nothing() -> None:
    found = problems(proposed("no_action", look_again_on=LATER, has_revision=True), TODAY)
    assert found == {"revision": "out_of_place"}


def test_dates_lie_ahead() -> None:
    past = proposed(
        "corrective_action",
        action_title="Open a ward",
        has_action_owner=True,
        action_due=datetime.date(2019, 4, 16),
        look_again_on=TODAY,
    )
    assert problems(past, TODAY) == {"look_again_on": "past", "action_due": "past"}


def test_only_a_change_of_what_is_measured_settles_the_episode() -> None:
    assert settles("change_goal")
    assert settles("stop")
    assert not settles("corrective_action")
    assert not settles("no_action")


def test_what_stays_open_has_a_day_to_look_again() -> None:
    action = proposed("corrective_action", action_due=LATER)
    assert look_again(action, None) == LATER
    assert look_again(proposed("lab"), TODAY) == TODAY
    assert look_again(proposed("change_goal", look_again_on=LATER), None) is None


def test_only_a_lab_is_reconvened_and_only_where_one_made_the_plan() -> None:
    assert problems(proposed("lab", reconvene=True), TODAY) == {}
    found = problems(proposed("scale", reconvene=True), TODAY)
    assert found == {"reconvene": "no_lab_outcome"}
    found = problems(proposed("lab", reconvene=True, has_lab=False), TODAY)
    assert found == {"reconvene": "no_lab_before"}
