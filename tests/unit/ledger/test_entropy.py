"""Chance and real time, as they are and as they are given."""

from __future__ import annotations

import datetime
import threading

from ledger import entropy, wallclock

THEN = datetime.datetime(2019, 1, 2, tzinfo=datetime.UTC)


def drawn() -> tuple[str, str]:
    return entropy.token_hex(16), str(entropy.uuid4())


def test_without_a_seed_nothing_comes_twice():
    assert drawn() != drawn()
    assert entropy.uuid4().version == 4
    assert len(entropy.token_hex(16)) == 32


def test_a_seed_gives_the_same_again_and_another_one_does_not():
    with entropy.seeded("1"):
        first, second = drawn(), drawn()
        assert entropy.uuid4().version == 4
    with entropy.seeded("1"):
        assert (drawn(), drawn()) == (first, second)
    with entropy.seeded("2"):
        assert drawn() != first
    assert first != second


def test_a_given_clock_says_the_time_until_it_is_left():
    with wallclock.at(lambda: THEN):
        assert wallclock.now() == THEN
    assert wallclock.now() > THEN


def test_other_threads_know_nothing_of_either():
    """What serves people beside a simulation keeps real time and real chance."""
    seen: list[object] = []

    def look() -> None:
        seen.extend([wallclock.now(), drawn()])

    with wallclock.at(lambda: THEN), entropy.seeded("1"):
        there = threading.Thread(target=look)
        there.start()
        there.join()
        expected = drawn()
    assert seen[0] != THEN
    assert seen[1] != expected
