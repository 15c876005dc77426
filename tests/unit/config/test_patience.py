"""How long the supervisor waits for a silent worker."""

from __future__ import annotations

from scripts.pulse import FORGOTTEN_AFTER, LONGEST, Patience


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def lost(patience: Patience, times: int) -> list[float]:
    found = []
    for _time in range(times):
        found.append(patience.left())
        patience.lose()
    return found


def test_what_takes_long_is_given_more_time_each_time_up_to_a_quarter_of_an_hour() -> None:
    assert lost(Patience(45), 7) == [45, 90, 180, 360, 720, LONGEST, LONGEST]


def test_who_asks_for_more_than_that_is_given_it() -> None:
    assert lost(Patience(3600), 3) == [3600] * 3


def test_after_quiet_hours_it_is_as_at_first() -> None:
    clock = Clock()
    patience = Patience(45, clock)
    lost(patience, 3)
    clock.now += FORGOTTEN_AFTER
    assert patience.left() == 360
    clock.now += 1
    assert patience.left() == 45
