"""Who presides, and whether a forum can sit."""

from __future__ import annotations

import pytest

from forums.rules.interests import Interests
from forums.rules.ladders import climb, nearest_common, would_ring
from forums.rules.sitting import Seat, sit

CHAIR, ALTERNATE, OTHER = Seat(1, True), Seat(2, True), Seat(3, True)
VACANT = Seat(1, False)
BARRED = Seat(1, True, "its ministry is a party")


def test_the_chair_presides():
    assert sit(CHAIR, ALTERNATE, [OTHER], 2, is_top=False).presides == 1


@pytest.mark.parametrize("chair", [VACANT, BARRED])
def test_the_alternate_presides_when_the_chair_is_not_free(chair):
    found = sit(chair, ALTERNATE, [OTHER], 2, is_top=False)
    assert (found.ok, found.presides, found.interest_stated) == (True, 2, "")


@pytest.mark.parametrize("chair", [VACANT, BARRED])
@pytest.mark.parametrize("alternate", [None, Seat(2, False), Seat(2, True, "a party")])
def test_without_a_free_chair_and_alternate_a_forum_cannot_sit(chair, alternate):
    found = sit(chair, alternate, [OTHER], 1, is_top=False)
    assert (found.ok, found.why) == (False, "nobody_free_to_preside")


def test_a_quorum_is_needed_among_those_free():
    others = [Seat(3, True, "a party"), Seat(4, False), Seat(5, True)]
    assert sit(CHAIR, None, others, 2, is_top=False).ok
    found = sit(CHAIR, None, others, 3, is_top=False)
    assert (found.ok, found.why) == (False, "no_quorum_among_those_free")


def test_the_top_always_sits_and_its_alternate_presides():
    found = sit(BARRED, ALTERNATE, [], 5, is_top=True)
    assert (found.ok, found.presides, found.quorum, found.interest_stated) == (True, 2, 1, "")


def test_at_the_top_without_alternate_the_chair_rules_with_the_interest_stated():
    found = sit(BARRED, None, [Seat(3, True, "a party")], 3, is_top=True)
    assert (found.ok, found.presides, found.quorum) == (True, 1, 1)
    assert found.interest_stated == "its ministry is a party"


def test_an_interest_is_that_of_post_organisation_or_person():
    interests = Interests({1: "owns it"}, {7: "is a party"}, {40: "entered it"})
    assert interests.of_post(1, 5, [], {}) == "owns it"
    assert interests.of_post(2, 7, [], {}) == "is a party"
    assert interests.of_post(2, 5, [40], {40: [(2, 5)]}) == "entered it"
    assert interests.of_post(2, 5, [41], {41: [(2, 5), (9, 7)]}) == "is a party"
    assert interests.of_post(2, 5, [41, 42], {41: [(9, 7)], 42: [(2, 5)]}) == ""
    assert interests.of_post(2, 5, [], {}) == ""


def test_interests_come_back_from_json_as_they_were():
    interests = Interests({1: "owns it"}, {7: "is a party"}, {40: "entered it"})
    assert Interests.from_json(interests.as_json()) == interests


def test_a_ladder_runs_to_the_top_and_passes_closed_forums_to_their_successors():
    parents = {1: 2, 2: 3, 3: None, 9: 3}
    assert climb(1, parents, {}) == (1, 2, 3)
    assert climb(1, parents, {2: 9}) == (1, 9, 3)
    assert climb(1, parents, {1: 2, 2: 9}) == (9, 3)


def test_a_ladder_ends_even_when_the_data_ring():
    assert climb(1, {1: 2, 2: 1}, {}) == (1, 2)
    assert climb(1, {1: None}, {1: 1}) == (1,)


def test_ladders_meet_at_their_lowest_common_forum():
    assert nearest_common([(1, 3, 4), (2, 3, 4)]) == 3
    assert nearest_common([(1, 3, 4), (3, 4)]) == 3
    assert nearest_common([(1, 4), (2, 5)]) is None
    assert nearest_common([(1, 4)]) == 1


def test_a_ring_is_seen_before_it_closes():
    parents = {1: 2, 2: 3, 3: None}
    assert would_ring(3, 1, parents)
    assert would_ring(1, 1, parents)
    assert not would_ring(1, 3, parents)
    assert not would_ring(1, None, parents)


class TestTheTopWithoutAChair:
    """Nobody holds the chair: there is nothing above to pass the matter on to."""

    VACANT = Seat(1, occupied=False)

    def test_a_free_member_presides_where_there_is_no_alternate(self):
        found = sit(self.VACANT, None, [Seat(7, True, "party"), Seat(8, True)], 1, is_top=True)
        assert (found.ok, found.presides, found.interest_stated) == (True, 8, "")

    def test_the_alternate_comes_before_the_members(self):
        assert sit(self.VACANT, Seat(2, True), [Seat(8, True)], 1, is_top=True).presides == 2

    def test_an_alternate_with_an_interest_presides_and_states_it_where_no_member_is_free(self):
        found = sit(self.VACANT, Seat(2, True, "party"), [Seat(8, False)], 1, is_top=True)
        assert (found.presides, found.interest_stated) == (2, "party")

    def test_with_nobody_at_all_it_waits_for_a_chair(self):
        found = sit(self.VACANT, None, [], 3, is_top=True)
        assert (found.ok, found.presides, found.quorum) == (True, 1, 1)

    def test_a_chair_with_an_interest_rules_and_states_it(self):
        found = sit(Seat(1, True, "party"), None, [Seat(8, True)], 1, is_top=True)
        assert (found.presides, found.interest_stated) == (1, "party")

    def test_below_the_top_it_is_passed(self):
        assert not sit(self.VACANT, None, [Seat(8, True)], 1, is_top=False).ok
