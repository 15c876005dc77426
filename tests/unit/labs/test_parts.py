"""What may be written in a goal, an initiative, a milestone."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.rules import parts
from labs.rules.parts import Unreadable

A, B, C, D = (uuid.UUID(int=number) for number in range(4))


def problem(part: str, **fields: object) -> dict[str, str]:
    _, problems = parts.parse(part, fields)
    return {name: each.code for name, each in problems.items()}


def test_values_have_one_spelling() -> None:
    values, problems = parts.parse(
        "initiative",
        {
            "title": "  More patrols\r\n",
            "goal_key": str(A).upper(),
            "budget": "0012.50",
            "starts_on": "2019-01-01",
            "lead": "007",
            "description": " ",
        },
    )
    assert problems == {}
    assert values == {
        "title": "More patrols",
        "goal_key": str(A),
        "budget": "12.5",
        "starts_on": "2019-01-01",
        "lead": "7",
        "description": None,
    }


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("starts_on", "1 May 2019", "not_a_date"),
        ("starts_on", "2019-02-30", "not_a_date"),
        ("starts_on", "20190501", "not_a_date"),
        ("starts_on", "0328-01-01", "year_out_of_range"),
        ("budget", "1,500", "not_a_number"),
        ("budget", "1e6", "not_a_number"),
        ("budget", "NaN", "not_a_number"),
        ("budget", "١٢", "not_a_number"),
        ("budget", "-1", "negative"),
        ("budget", "1.005", "too_many_places"),
        ("budget", "12345678901234", "too_many_digits"),
        ("lead", "Director", "not_a_post"),
        ("lead", "-3", "not_a_post"),
        ("goal_key", "first", "not_a_key"),
        ("goal_key", "", "required"),
        ("title", " ", "required"),
        ("title", "x" * 301, "too_long"),
        ("title", "a\x00b", "control_sign"),
        ("quadrant", "4", "unknown_field"),
    ],
)
def test_what_cannot_be_read_names_its_field(field: str, text: str, code: str) -> None:
    assert problem("initiative", **{field: text}) == {field: code}


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_money_reads_back(amount) -> None:
    assert parts.number(parts.read_money(format(amount, "f"))) == amount


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (parts.read_decimal, parts.read_date, parts.read_key, parts.read_period):
        try:
            once = read(text)
        except Unreadable:
            continue
        assert read(once) == once


def test_period_must_be_in_order() -> None:
    assert parts.read_period("2012-01-01/2012-12-31") == "2012-01-01/2012-12-31"
    with pytest.raises(Unreadable, match="ends_before_start"):
        parts.read_period("2012-12-31/2012-01-01")
    with pytest.raises(Unreadable, match="not_a_period"):
        parts.read_period("2012-12-31")


def plan() -> dict:
    return {
        ("goal", A): {"title": "Goal"},
        ("initiative", B): {"title": "Initiative", "goal_key": str(A)},
        ("milestone", C): {"title": "First", "initiative_key": str(B)},
        ("milestone", D): {
            "title": "Second",
            "initiative_key": str(B),
            "depends_on": [str(C)],
        },
    }


def checked(part: str, key: uuid.UUID, **fields: object) -> dict[str, str]:
    content = plan()
    content[part, key] = {**content[part, key], **fields}
    found = parts.check(part, key, content[part, key], content)
    return {name: each.code for name, each in found.items()}


def test_finish_must_not_come_before_start() -> None:
    dates = {"starts_on": "2019-06-01", "finishes_on": "2019-05-01"}
    assert checked("milestone", C, **dates) == {"finishes_on": "before"}


def test_expiry_must_not_come_before_finish() -> None:
    dates = {"finishes_on": "2019-06-01", "expires_on": "2019-05-01"}
    assert checked("initiative", B, **dates) == {"expires_on": "before"}


def test_same_day_is_in_order() -> None:
    dates = {"starts_on": "2019-05-01", "finishes_on": "2019-05-01"}
    assert checked("milestone", C, **dates) == {}


def test_a_milestone_may_lack_its_owner_in_a_draft() -> None:
    assert checked("milestone", C) == {}


def test_links_must_be_in_the_plan() -> None:
    assert checked("initiative", B, goal_key=str(C)) == {"goal_key": "not_in_plan"}
    assert checked("milestone", C, depends_on=[str(A)]) == {"depends_on": "not_in_plan"}


def test_a_milestone_cannot_come_before_itself() -> None:
    assert checked("milestone", C, depends_on=[str(C)]) == {"depends_on": "comes_before_itself"}
    assert checked("milestone", C, depends_on=[str(D)]) == {"depends_on": "comes_before_itself"}


def test_what_points_at_a_part() -> None:
    assert parts.pointing_at("goal", A, plan()) == [("initiative", B)]
    assert parts.pointing_at("milestone", C, plan()) == [("milestone", D)]
    assert parts.pointing_at("milestone", D, plan()) == []


def test_hanging_parts_are_found() -> None:
    content = plan()
    del content["goal", A]
    assert list(parts.hanging(content)) == [("initiative", B)]
    assert parts.hanging(plan()) == {}
