"""What a request to others needs, by the cause that brings it."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from reviews.rules import referrals as rules

TODAY = datetime.date(2019, 4, 17)
ASKED = rules.Request(
    kind=rules.POLICY,
    has_organisation=True,
    text="Let the police see the register.",
    due_on=datetime.date(2019, 5, 2),
)


def test_three_causes_lie_with_others():
    assert set(rules.KIND_OF) == {"external_policy", "coordination", "data"}
    assert len(set(rules.KIND_OF.values())) == 3


def test_a_whole_request_has_no_problem():
    assert rules.problems(ASKED, TODAY) == {}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"has_organisation": False}, {"organisation": "whom"}),
        ({"own": True}, {"organisation": "own"}),
        ({"text": "  "}, {"asked": "what"}),
        ({"due_on": None}, {"answer_by": "when"}),
        ({"due_on": TODAY}, {"answer_by": "past"}),
        ({"kind": rules.CORRECTION, "own": True}, {}),
        ({"kind": rules.CORRECTION, "can_choose_reading": True}, {"reading": "which"}),
        ({"kind": rules.CORRECTION, "can_choose_reading": True, "has_reading": True}, {}),
    ],
)
def test_what_is_missing_is_named_by_field(given, expected):
    assert rules.problems(replace(ASKED, **given), TODAY) == expected


@pytest.mark.parametrize(
    ("kind", "names_reading", "corrected", "expected"),
    [
        (rules.POLICY, False, False, True),
        (rules.DEPENDENCY, False, False, True),
        (rules.CORRECTION, False, False, True),
        (rules.CORRECTION, True, False, False),
        (rules.CORRECTION, True, True, True),
    ],
)
def test_a_value_is_met_by_its_correction_and_not_by_word(kind, names_reading, corrected, expected):
    assert rules.can_be_met(kind, names_reading=names_reading, corrected=corrected) is expected
