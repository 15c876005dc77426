"""How a thing stands with its end; silence flags and never stops."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.rules import endings as rules

END = datetime.date(2019, 6, 30)


def day(number: int) -> datetime.date:
    return END + datetime.timedelta(number)


@pytest.mark.parametrize(
    ("on", "given_", "state"),
    [
        (-31, {}, "running"),
        (-30, {}, "soon"),
        (0, {}, "soon"),
        (1, {}, "expired"),
        (400, {}, "expired"),
        (-60, {"alert_days": 90}, "soon"),
        (-60, {"wind_down_until": day(20)}, "winding_down"),
        (20, {"wind_down_until": day(20)}, "winding_down"),
        (21, {"wind_down_until": day(20)}, "stopped"),
        (5, {"choice": "adapt", "until": day(10)}, "adapting"),
        (11, {"choice": "adapt", "until": day(10)}, "overdue"),
        (1, {"choice": "stop"}, "stopped"),
        (-3, {"choice": "stop", "until": day(9)}, "winding_down"),
    ],
)
def test_states(on, given_, state):
    assert rules.state(END, day(on), **given_) == state


def test_what_has_no_end_asks_for_nothing():
    assert rules.state(None, END) == "open_ended"


@given(st.integers(-400, 4000), st.integers(0, 400))
def test_nothing_is_stopped_without_a_choice(on, alert):
    assert rules.state(END, day(on), alert_days=alert) not in ("stopped", "winding_down")


@pytest.mark.parametrize(
    ("choice", "until", "codes"),
    [
        ("continue", None, {"until": "continue_until"}),
        ("continue", day(0), {"until": "not_later"}),
        ("continue", day(1), {}),
        ("adapt", day(-11), {"until": "past"}),
        ("adapt", day(-10), {}),
        ("stop", day(-1), {"until": "before_end"}),
        ("stop", day(0), {}),
        ("stop", None, {"until": "stop_until"}),
        ("wait", day(9), {"choice": "unknown"}),
    ],
)
def test_what_a_choice_must_say(choice, until, codes):
    assert rules.problems(choice, until, ends_on=END, on=day(-10)) == codes


def test_stopping_a_window_needs_no_last_day():
    assert rules.problems("stop", None, ends_on=END, on=END, needs_last_day=False) == {}


def test_what_has_expired_goes_on_only_to_a_day_ahead():
    assert rules.problems("continue", day(5), ends_on=END, on=day(9)) == {"until": "not_later"}
