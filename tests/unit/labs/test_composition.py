"""Who is missing or too many in a lab, and how long it runs."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from labs.rules import composition
from labs.rules.composition import Bounds, ForumFacts, LabFacts, SeatFacts

BOUNDS = Bounds(weeks_min=6, weeks_max=9, core_people_max=40, forum_members_max=20)
MONDAY = datetime.date(2019, 1, 7)
PUBLIC = SeatFacts(core=True, people=20, sector="public", group="ministry")
PRIVATE = SeatFacts(core=True, people=20, sector="private", group="firms")
LAB = LabFacts(
    starts_on=MONDAY,
    ends_on=MONDAY + datetime.timedelta(weeks=6, days=-3),
    is_mini=False,
    seats=(PUBLIC, PRIVATE),
    forums=(ForumFacts("Steering", 20, steering=True), ForumFacts("Home", 20, steering=False)),
)


def codes(lab: LabFacts, bounds: Bounds = BOUNDS) -> list[str]:
    return [warning.code for warning in composition.warnings(lab, bounds)]


def lasting(days: int) -> LabFacts:
    return replace(LAB, ends_on=MONDAY + datetime.timedelta(days=days - 1))


def test_nothing_is_unusual_at_the_very_bounds() -> None:
    assert codes(LAB) == []


@pytest.mark.parametrize(
    ("days", "weeks", "found"),
    [
        (35, 5, ["short"]),
        (36, 6, []),
        (40, 6, []),  # Monday to Friday of the sixth week
        (63, 9, []),
        (64, 10, ["long"]),
        (1, 1, ["short"]),
    ],
)
def test_the_length_is_counted_in_weeks_begun(days: int, weeks: int, found: list[str]) -> None:
    lab = lasting(days)
    assert composition.weeks(lab.starts_on, lab.ends_on) == weeks
    assert codes(lab) == found


def test_mini_labs_may_be_short() -> None:
    assert codes(replace(lasting(14), is_mini=True)) == []


def test_a_warning_carries_the_number_of_the_setting() -> None:
    (warning,) = composition.warnings(lasting(14), BOUNDS)
    assert warning.params == {"weeks": 2, "bound": 6}


def test_core_people_are_counted_and_invited_ones_are_not() -> None:
    many = replace(PUBLIC, people=21)
    assert codes(replace(LAB, seats=(many, PRIVATE))) == ["core_people"]
    assert codes(replace(LAB, seats=(PUBLIC, PRIVATE, replace(many, core=False)))) == []


def test_forums_over_the_setting_are_told_apart() -> None:
    forums = (ForumFacts("Steering", 21, steering=True), ForumFacts("Home", 33, steering=False))
    assert codes(replace(LAB, forums=forums)) == ["steering_size", "home_size"]


def test_who_has_no_seat_is_named() -> None:
    bounds = replace(BOUNDS, groups={"firms": "Small firms", "unions": "Unions"})
    found = composition.warnings(replace(LAB, seats=(PUBLIC,)), bounds)
    assert [(each.code, *each.params.values()) for each in found] == [
        ("sector", "private"),
        ("group", "Small firms"),
        ("group", "Unions"),
    ]


def test_before_opening_nobody_can_be_missing() -> None:
    empty = replace(lasting(14), seats=())
    assert [each.code for each in composition.before_opening(empty, BOUNDS)] == ["short"]
