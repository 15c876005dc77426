"""More time: once, while there is time, and at most half of the tier's own days."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.extensions import Asked, fate, longest, may_be_given, obstacles

TODAY = datetime.date(2019, 4, 17)
DAY = datetime.timedelta(days=1)
FINE = Asked(is_open=True, today=TODAY, deadline=TODAY + DAY, own_days=10, extended=False, days=5)


@pytest.mark.parametrize(("own", "most"), [(1, 1), (2, 1), (3, 1), (4, 2), (10, 5), (15, 7)])
def test_at_most_half_of_the_tiers_own_days_and_at_least_one(own, most):
    assert longest(own) == most


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ()),
        ({"deadline": TODAY}, ()),
        ({"deadline": TODAY - DAY}, ("last_day_passed",)),
        ({"extended": True}, ("extended_before",)),
        ({"days": 6}, ("too_long",)),
        ({"is_open": False, "extended": True}, ("ended",)),
        ({"deadline": TODAY - DAY, "extended": True}, ("last_day_passed", "extended_before")),
    ],
)
def test_why_not(changes, found):
    assert obstacles(replace(FINE, **changes)) == found


@given(st.integers(1, 400), st.integers(1, 400))
def test_what_is_allowed_is_never_more_than_what_was_there(own, days):
    allowed = not obstacles(replace(FINE, own_days=own, days=days))
    assert allowed == (days <= longest(own))
    assert longest(own) <= own


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"may_come": True}, "waiting"),
        ({"may_come": False}, "lapsed"),
        ({"extended": True, "may_come": False}, "given"),
        ({"declined": True, "may_come": True}, "declined"),
        ({"declined": True, "extended": True, "may_come": False}, "declined"),
    ],
)
def test_what_became_of_a_request(known, found):
    assert fate(**{"declined": False, "extended": False, **known}) == found


def test_a_request_for_too_much_may_still_be_given_less():
    assert may_be_given(replace(FINE, days=400))
    assert not may_be_given(replace(FINE, extended=True))
