"""Many reviews that end in no action mean a bad rule."""

from __future__ import annotations

import pytest

from reviews.rules.no_action import Count


@pytest.mark.parametrize(
    ("reviews", "no_action", "many"),
    [(0, 0, False), (4, 4, False), (5, 3, True), (6, 3, False), (100, 51, True)],
)
def test_more_than_half_of_at_least_five(reviews, no_action, many):
    assert Count(reviews, no_action).many is many


def test_there_is_no_share_of_nothing():
    assert Count(0, 0).share is None
