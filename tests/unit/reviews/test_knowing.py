"""Who would decide, in words with the right number."""

from __future__ import annotations

import pytest

from reviews.selectors import knowing as words


@pytest.mark.parametrize(
    ("free", "knowing", "said"),
    [
        (0, 0, "No member is free to decide."),
        (1, 0, "One member is free to decide, and does not know the work from the home forum."),
        (1, 1, "One member is free to decide, and knows the work from the home forum."),
        (
            3,
            0,
            "3 members are free to decide; none of them knows the work from the home forum.",
        ),
        (3, 1, "3 members are free to decide; 1 of them knows the work from the home forum."),
        (3, 3, "3 members are free to decide; all of them know the work from the home forum."),
        (3, 2, "3 members are free to decide; 2 of them know the work from the home forum."),
    ],
)
def test_who_decides_and_knows(free: int, knowing: int, said: str) -> None:
    assert words.in_words(free, knowing) == said
