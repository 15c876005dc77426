"""How votes become an outcome."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forums.rules.voting import Ballot, tally

CHOICES = ["for", "against", "abstain", "stood_aside", None]


def ballots(*choices, presides=0, barred=()):
    return [
        Ballot(post_id=number, presides=number == presides, choice=choice, barred=number in barred)
        for number, choice in enumerate(choices)
    ]


@pytest.mark.parametrize(
    ("quorum", "choices", "state"),
    [
        (1, ["for", None, None], "carried"),
        (1, ["against", "for", "for"], "lost"),
        (2, ["for", None, None], "open"),
        (2, ["for", "abstain", None], "carried"),
        (2, ["for", "against", None], "carried"),
        (1, [None, "for", "for"], "open"),
        (2, [None, "against", "against"], "open"),
        (1, ["stood_aside", "for", "for"], "lapsed"),
    ],
)
def test_who_presides_decides_once_a_quorum_is_heard(quorum, choices, state):
    assert tally("chair", quorum, ballots(*choices)).state == state


@pytest.mark.parametrize(
    ("quorum", "choices", "state"),
    [
        (2, ["for", "for", None], "carried"),
        (2, ["for", None, None], "open"),
        (2, ["for", "against", None], "open"),
        (3, ["for", "for", None], "open"),
        (3, ["for", "for", "against"], "carried"),
        (2, ["for", "against"], "lost"),
        (2, ["against", "against", None], "lost"),
        (2, ["abstain", "abstain", "for"], "carried"),
        (3, ["for", "for", "stood_aside"], "lapsed"),
    ],
)
def test_majority_decides_as_soon_as_nothing_can_change_it(quorum, choices, state):
    assert tally("majority", quorum, ballots(*choices)).state == state


@pytest.mark.parametrize(
    ("choices", "closing", "state"),
    [
        (["for", "for", None], False, "open"),
        (["for", "for", "against"], False, "carried"),
        (["for", "for", None], True, "carried"),
        (["for", None, None], True, "lapsed"),
        (["for", "against", None], True, "lost"),
        ([None, None, None], True, "lapsed"),
    ],
)
def test_written_procedure_waits_for_all_or_its_time(choices, closing, state):
    assert tally("written", 2, ballots(*choices), closing).state == state


@pytest.mark.parametrize(
    ("choices", "closing", "state"),
    [
        (["for", "for", "for"], False, "carried"),
        (["for", "for", None], False, "open"),
        (["for", "against", None], False, "lost"),
        (["for", "abstain", None], False, "lost"),
        (["for", "for", None], True, "carried"),
        (["for", None, None], True, "lapsed"),
        (["for", "for", "stood_aside"], False, "carried"),
    ],
)
def test_unanimity_needs_all_who_are_present(choices, closing, state):
    assert tally("unanimity", 2, ballots(*choices), closing).state == state


def test_barred_places_neither_vote_nor_count():
    found = tally("majority", 2, ballots("for", "for", "against", "against", barred={2, 3}))
    assert found.state == "carried"


def test_a_tally_says_how_many_votes_lack_to_the_quorum():
    assert tally("chair", 3, ballots("for", None, None)).needed == 2


def test_an_unknown_mode_is_a_fault():
    with pytest.raises(ValueError, match="acclamation"):
        tally("acclamation", 1, ballots("for"))


@given(
    st.sampled_from(["chair", "majority", "unanimity", "written"]),
    st.integers(1, 5),
    st.lists(st.sampled_from(CHOICES), min_size=1, max_size=7),
    st.booleans(),
)
def test_silence_never_approves(mode, quorum, choices, closing):
    """Nothing carries without the quorum having spoken and somebody being for it."""
    found = tally(mode, quorum, ballots(*choices), closing)
    voted = [choice for choice in choices if choice in {"for", "against", "abstain"}]
    if found.state == "carried":
        assert "for" in voted
        assert len(voted) >= quorum
    if closing:
        assert found.state != "open"


@given(
    st.integers(1, 5),
    st.lists(st.sampled_from(["for", "against", "abstain"]), min_size=1, max_size=7),
    st.data(),
)
def test_an_early_majority_is_never_overturned(quorum, choices, data):
    """What is decided before all voted is what all votes would have decided."""
    heard = data.draw(st.integers(0, len(choices)))
    early = tally("majority", quorum, ballots(*choices[:heard], *[None] * (len(choices) - heard)))
    if not early.is_open:
        assert tally("majority", quorum, ballots(*choices)).state == early.state
