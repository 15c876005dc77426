"""Episodes: opened once, extended, closed after clear periods, and stable when asked again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules.detection import Finding
from kpis.rules.episodes import OpenEpisode, Step, episode
from kpis.rules.periods import parse_period

MONTHS = [parse_period(f"{2018 + i // 12}-{i % 12 + 1:02d}", "monthly") for i in range(36)]


def steps(pattern, clear_periods=2, open=None, closed=None, qualifies=lambda _: True, open_after=1):
    """``pattern`` has a letter per month: x found, - covered, . clear, blank no value.

    Steps as short text.
    """
    got = episode(
        findings=[Finding(MONTHS[i], {}) for i, c in enumerate(pattern) if c == "x"],
        judged=[MONTHS[i] for i, c in enumerate(pattern) if c != " "],
        holds=[MONTHS[i] for i, c in enumerate(pattern) if c == "-"],
        clear_periods=clear_periods,
        open_after=open_after,
        current=None if open is None else OpenEpisode(MONTHS[open[0]], MONTHS[open[1]]),
        closed_through=None if closed is None else MONTHS[closed].end,
        may_open=lambda f: qualifies(MONTHS.index(f.period)),
    )
    return [f"{s.kind} {MONTHS.index(s.period)} {s.reason}".strip() for s in got]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", []),
        ("...", []),
        ("x", ["open 0"]),
        ("x.x.x", ["open 0", "extend 2", "extend 4"]),
        ("x..", ["open 0", "close 2 clear"]),
        ("x. .", ["open 0", "close 3 clear"]),
        ("x  ", ["open 0"]),
        ("x..x..", ["open 0", "close 2 clear", "open 3", "close 5 clear"]),
        ("xx...x", ["open 0", "extend 1", "close 3 clear", "open 5"]),
    ],
)
def test_an_episode_runs_from_its_first_finding_to_the_clear_periods(pattern, expected):
    assert steps(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "open", "expected"),
    [
        ("xx", (0, 1), []),
        ("xxx", (0, 1), ["extend 2"]),
        ("xx..", (0, 1), ["close 3 clear"]),
        ("xx.", (0, 1), []),
        ("x..", (0, 1), ["close 2 clear"]),
        ("..", (0, 1), ["close 1 no_longer_holds"]),
        ("..x", (0, 1), ["close 1 no_longer_holds", "open 2"]),
        ("x.xx", (2, 3), []),
    ],
)
def test_an_open_episode_goes_on_and_closes_when_its_findings_are_gone(pattern, open, expected):
    assert steps(pattern, open=open) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("x", []),
        ("x.x", []),
        ("xx", ["open 0", "extend 1"]),
        ("x x", ["open 0", "extend 2"]),
        ("x.xxx", ["open 2", "extend 3", "extend 4"]),
        ("xx..x.xx", ["open 0", "extend 1", "close 3 clear", "open 6", "extend 7"]),
        ("x-", ["open 0"]),
        ("x--x", ["open 0", "extend 3"]),
        ("-x", []),
    ],
)
def test_an_episode_opens_after_so_many_findings_in_a_row(pattern, expected):
    assert steps(pattern, open_after=2) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("x-----", ["open 0"]),
        ("x--..", ["open 0", "close 4 clear"]),
        ("x.-.-.", ["open 0"]),
        ("-----", []),
    ],
)
def test_a_period_that_a_pattern_still_covers_is_not_clear(pattern, expected):
    assert steps(pattern) == expected


def test_history_does_not_count_towards_opening():
    assert steps("xxx", qualifies=lambda i: i >= 2, open_after=2) == []
    assert steps("xxxx", qualifies=lambda i: i >= 2, open_after=2) == ["open 2", "extend 3"]


def test_what_a_closed_episode_covered_stays_settled():
    assert steps("xx..", closed=3) == []
    assert steps("xx..x", closed=3) == ["open 4"]
    assert steps("xxxx", closed=1) == ["open 2", "extend 3"]


def test_findings_that_may_not_open_are_passed_over_until_one_may():
    assert steps("xxx", qualifies=lambda i: i >= 2) == ["open 2"]
    assert steps("x..", qualifies=lambda _: False) == []


def test_any_finding_extends_what_is_open():
    assert steps("xx", open=(0, 0), qualifies=lambda _: False) == ["extend 1"]


def test_milestones_close_only_when_the_finding_is_gone():
    day = parse_period("2019-04-19/2019-04-19", "monthly")
    late = Finding(day, {})
    opened = episode(findings=[late], judged=[], clear_periods=1)
    assert opened == [Step("open", day)]
    open_now = OpenEpisode(day, day)
    assert episode(findings=[late], judged=[], clear_periods=1, current=open_now) == []
    assert episode(findings=[], judged=[], clear_periods=1, current=open_now) == [
        Step("close", day, "no_longer_holds")
    ]


def carry_out(state, taken):
    """(open episode, closed through) after the steps, as a service keeps them."""
    now, closed = state
    for step in taken:
        if step.kind == "open":
            assert now is None, "two open at once"
            now = OpenEpisode(step.period, step.period)
        elif step.kind == "extend":
            now = OpenEpisode(now.first, step.period)
        else:
            now, closed = None, step.period.end
    return now, closed


def run(pattern, state, clear_periods, open_after=1):
    now, closed = state
    return episode(
        findings=[Finding(MONTHS[i], {}) for i, c in enumerate(pattern) if c == "x"],
        judged=[MONTHS[i] for i, c in enumerate(pattern) if c != " "],
        holds=[MONTHS[i] for i, c in enumerate(pattern) if c == "-"],
        clear_periods=clear_periods,
        open_after=open_after,
        current=now,
        closed_through=closed,
    )


patterns = st.text("x. -", max_size=24)
counts = st.integers(1, 4)


@given(patterns, counts, counts)
def test_asking_again_gives_no_step(pattern, clear_periods, open_after):
    state = carry_out((None, None), run(pattern, (None, None), clear_periods, open_after))
    assert run(pattern, state, clear_periods, open_after) == []


@given(patterns, counts, counts)
def test_month_by_month_and_all_at_once_end_alike(pattern, clear_periods, open_after):
    state = (None, None)
    for end in range(len(pattern) + 1):
        state = carry_out(state, run(pattern[:end], state, clear_periods, open_after))
    at_once = carry_out((None, None), run(pattern, (None, None), clear_periods, open_after))
    assert state == at_once


@given(patterns, patterns, counts, counts)
def test_after_any_correction_asking_again_gives_no_step(before, after, clear_periods, open_after):
    state = carry_out((None, None), run(before, (None, None), clear_periods, open_after))
    state = carry_out(state, run(after, state, clear_periods, open_after))
    assert run(after, state, clear_periods, open_after) == []


def test_a_closed_day_before_everything_changes_nothing():
    found = [Finding(MONTHS[0], {})]
    got = episode(findings=found, judged=[], clear_periods=1, closed_through=date(2017, 12, 31))
    assert got == [Step("open", MONTHS[0])]
