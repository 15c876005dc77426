"""Chance told from a seed."""

from __future__ import annotations

from statistics import mean, pstdev

from simulator.rules.chance import Chance

MANY = range(4000)


def test_the_same_question_has_the_same_answer():
    assert Chance("1").share("late", 7) == Chance("1").share("late", 7)
    assert Chance("1").share("late", 7) != Chance("1").share("late", 8)
    assert Chance("1").share("late", 7) != Chance("2").share("late", 7)


def test_an_answer_is_lasting():
    """A seed means the same on every machine and in every later version."""
    assert Chance("1").share("late", 7) == 0.16789356458074955


def test_shares_are_even():
    shares = [Chance("1").share(n) for n in MANY]
    assert all(0 <= share < 1 for share in shares)
    assert abs(mean(shares) - 0.5) < 0.02
    assert abs(mean(Chance("1").happens(0.2, n) for n in MANY) - 0.2) < 0.02


def test_whole_numbers_reach_both_ends():
    assert {Chance("1").whole(1, 3, n) for n in MANY} == {1, 2, 3}
    assert {Chance("1").one_of("ab", n) for n in MANY} == {"a", "b"}


def test_noise_is_about_zero():
    noise = [Chance("1").about_zero(n) for n in MANY]
    assert abs(mean(noise)) < 0.05
    assert abs(pstdev(noise) - 1) < 0.05
