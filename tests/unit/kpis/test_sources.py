"""Which of several sources counts."""

from __future__ import annotations

import datetime

import pytest

from kpis.rules.sources import Candidate, because, counts

EARLY = datetime.datetime(2019, 1, 1, tzinfo=datetime.UTC)
LATE = datetime.datetime(2019, 2, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("candidates", "winner", "why"),
    [
        ([], None, "only"),
        ([Candidate(1, EARLY)], 1, "only"),
        ([Candidate(1, EARLY, current=True), Candidate(2, LATE)], 1, "first"),
        ([Candidate(1, EARLY), Candidate(2, LATE)], 2, "first"),
        ([Candidate(1, EARLY, current=True), Candidate(2, LATE, rank=5)], 2, "ranked"),
        ([Candidate(1, EARLY, rank=2, current=True), Candidate(2, LATE, rank=1)], 2, "ranked"),
        (
            [Candidate(1, EARLY, rank=2, chosen=True, current=True), Candidate(2, LATE, rank=1)],
            1,
            "chosen",
        ),
        ([Candidate(1, EARLY, chosen=True), Candidate(2, LATE, current=True)], 1, "chosen"),
    ],
)
def test_choice_then_rank_then_who_counts_already_then_the_newest(candidates, winner, why):
    found = counts(candidates)
    assert (found.key if found else None, because(candidates)) == (winner, why)
