"""Progress and judgement: every direction, worked by hand, then as properties."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpis.rules.progress import bands, judge, progress, progress_in_range
from kpis.rules.targets import Target, TargetRefused, Tolerances, TolerancesRefused
from kpis.rules.values import Observation

D, F = Decimal, Fraction
numbers = st.integers(-200, 200).map(D)
rising_or_falling = st.sampled_from(["increase", "decrease"])
RANK = {"off_track": 0, "at_risk": 1, "on_track": 2}


def at(value):
    return Observation(value=D(value))


def target(value):
    return Target(value=D(value))


@pytest.mark.parametrize(
    ("actual", "baseline", "goal", "expected"),
    [
        (75, 100, 50, F(1, 2)),
        (75, 50, 100, F(1, 2)),
        (100, 100, 50, F(0)),
        (110, 100, 50, F(-1, 5)),
        (40, 100, 50, F(6, 5)),
        (50, 100, 50, F(1)),
        ("0.3", 0, "0.9", F(1, 3)),
        (-5, -10, 0, F(1, 2)),
    ],
)
def test_progress_is_the_share_of_the_way_covered(actual, baseline, goal, expected):
    assert progress(D(actual), D(baseline), D(goal)) == expected


def test_there_is_no_share_of_no_way():
    assert progress(D(75), D(100), D(100)) is None


@pytest.mark.parametrize(
    ("actual", "baseline", "expected"),
    [
        (5, None, F(1)),
        (2, None, F(1)),
        (6, 20, F(1)),
        (8, None, F(-1, 2)),
        (0, 4, F(-1, 2)),
        (13, 20, F(1, 2)),
        (20, 20, F(0)),
        (27, 20, F(-1, 2)),
        (-5, 20, F(1, 2)),
    ],
)
def test_progress_into_a_range_of_2_to_6(actual, baseline, expected):
    start = None if baseline is None else D(baseline)
    assert progress_in_range(D(actual), D(2), D(6), start) == expected


def test_progress_towards_a_range_without_width():
    assert progress_in_range(D(12), D(10), D(10)) == F(-1, 5)
    assert progress_in_range(D(-2), D(0), D(0)) == -2


@pytest.mark.parametrize(
    ("direction", "actual", "baseline", "goal", "status", "way"),
    [
        ("decrease", 75, 100, 50, "at_risk", "0.5"),
        ("decrease", 76, 100, 50, "off_track", "0.48"),
        ("decrease", 55, 100, 50, "on_track", "0.9"),
        ("decrease", "55.0000000001", 100, 50, "at_risk", "0.899999999998"),
        ("decrease", 110, 100, 50, "off_track", "-0.2"),
        ("decrease", 10, 100, 50, "on_track", "1.8"),
        ("increase", 75, 50, 100, "at_risk", "0.5"),
        ("increase", 40, 50, 100, "off_track", "-0.2"),
        ("increase", 95, 50, 100, "on_track", "0.9"),
        ("hold", 13, 20, (2, 6), "at_risk", "0.5"),
        ("hold", "7.4", 20, (2, 6), "on_track", "0.9"),
        ("hold", 5, 20, (2, 6), "on_track", "1"),
        ("hold", 21, 20, (2, 6), "off_track", "-0.0714285714"),
    ],
)
def test_the_way_from_the_baseline_decides(direction, actual, baseline, goal, status, way):
    asked = Target(low=D(goal[0]), high=D(goal[1])) if isinstance(goal, tuple) else target(goal)
    got = judge(direction, at(actual), asked, D(baseline))
    assert got.status == status
    assert round(got.progress, 10) == round(F(way), 10)
    assert got.evidence["mode"] == "baseline"


@pytest.mark.parametrize(
    ("direction", "actual", "goal", "status", "shortfall"),
    [
        ("increase", 95, 95, "on_track", "0"),
        ("increase", 99, 95, "on_track", "0"),
        ("increase", "94.05", 95, "on_track", "0.95"),
        ("increase", "94.04", 95, "at_risk", "0.96"),
        ("increase", "85.5", 95, "at_risk", "9.5"),
        ("increase", "85.4", 95, "off_track", "9.6"),
        ("decrease", 110, 100, "at_risk", "10"),
        ("decrease", 111, 100, "off_track", "11"),
        ("decrease", 3, 100, "on_track", "0"),
        ("decrease", 0, 0, "on_track", "0"),
        ("increase", -101, -100, "on_track", "1"),
        ("increase", -111, -100, "off_track", "11"),
    ],
)
def test_without_a_baseline_the_tolerance_decides(direction, actual, goal, status, shortfall):
    got = judge(direction, at(actual), target(goal))
    assert (got.status, got.shortfall, got.progress) == (status, D(shortfall), None)
    assert got.evidence["mode"] == "tolerance"


@pytest.mark.parametrize(
    ("actual", "status"),
    [("1.96", "on_track"), ("1.9", "at_risk"), ("6.4", "at_risk"), (7, "off_track")],
)
def test_without_a_baseline_a_range_is_judged_by_its_width(actual, status):
    assert judge("hold", at(actual), Target(low=D(2), high=D(6))).status == status


def test_holding_what_one_has_is_judged_by_the_loss():
    kept = judge("increase", at(96), target(95), D(95))
    lost = judge("increase", at(76), target(95), D(95))
    assert (kept.status, kept.progress) == ("on_track", 1)
    assert (lost.status, lost.progress) == ("off_track", F(-1, 5))


def test_a_target_that_limits_a_loss_does_not_reward_a_greater_loss():
    """From 100 no lower than 90: 85 has gone 150 per cent of the way, the wrong way."""
    assert judge("increase", at(85), target(90), D(100)).status == "at_risk"
    assert judge("increase", at(70), target(90), D(100)).status == "off_track"
    assert judge("increase", at(70), target(90), D(100)).progress < 0
    assert judge("increase", at(95), target(90), D(100)).status == "on_track"


def test_no_target_and_context_are_said_before_anything_is_judged():
    assert judge("increase", at(1), None).status == "no_target"
    assert judge("context", at(1), target(5)).status == "context"
    assert judge("context", at(1), None).evidence == {"comparator": "=", "value": "1"}


@pytest.mark.parametrize(
    ("comparator", "value", "high", "status"),
    [
        ("<", 75, None, "off_track"),
        ("<", 76, None, "indeterminate"),
        (">", 95, None, "on_track"),
        (">", 94, None, "indeterminate"),
        (">", 75, None, "indeterminate"),
        ("range", 75, 94, "at_risk"),
        ("range", 75, 95, "indeterminate"),
        ("range", 74, 75, "indeterminate"),
        ("range", 60, 70, "off_track"),
        ("range", 95, 99, "on_track"),
        ("≈", 95, None, "on_track"),
    ],
)
def test_a_bound_that_straddles_a_threshold_is_indeterminate(comparator, value, high, status):
    seen = Observation(comparator, D(value), None if high is None else D(high))
    got = judge("increase", seen, target(100), D(50))
    assert got.status == status
    assert (got.progress is None) is (comparator != "≈")


def test_a_ratio_is_judged_unrounded():
    nearly = Observation.ratio(D("94999999999999"), D("99999999999999"), D(100))
    strict = Tolerances(on_track_within=D(0))
    assert nearly.value == D(95)
    assert judge("increase", nearly, target(95), tolerances=strict).status == "at_risk"


def test_a_trajectory_asks_for_less_than_the_target_and_progress_stays_towards_it():
    got = judge("increase", at(75), target(100), D(50), expected=target(75))
    assert (got.status, got.progress, got.shortfall) == ("on_track", F(1, 2), 0)
    assert got.evidence["expected"] == "75"
    assert got.evidence["target"] == "100"


def test_the_evidence_holds_plain_text_and_the_values_that_would_just_do():
    got = judge("decrease", Observation.ratio(D(3), D(4), D(100)), target(50), D(100))
    assert got.evidence == {
        "comparator": "=",
        "value": "75",
        "numerator": "3",
        "denominator": "4",
        "scale": "100",
        "target": "50",
        "baseline": "100",
        "mode": "baseline",
        "progress": "0.5",
        "shortfall": "25",
        "on_track_max": "55",
        "at_risk_max": "75",
    }


@pytest.mark.parametrize(
    "parts",
    [{}, {"low": D(1)}, {"value": D(1), "low": D(1), "high": D(2)}, {"low": D(2), "high": D(1)}],
)
def test_an_unclear_target_is_refused(parts):
    with pytest.raises(TargetRefused):
        Target(**parts)


def test_a_range_is_no_target_for_a_rising_kpi():
    with pytest.raises(TargetRefused, match="one target value"):
        bands("increase", Target(low=D(1), high=D(2)), None)


@pytest.mark.parametrize(
    "parts",
    [
        {"on_track_from": D("0.4")},
        {"at_risk_from": D("-0.1")},
        {"on_track_from": D("1.1")},
        {"on_track_within": D(11)},
        {"at_risk_within": D(101)},
    ],
)
def test_tolerances_that_contradict_themselves_are_refused(parts):
    with pytest.raises(TolerancesRefused):
        Tolerances(**parts)


@given(rising_or_falling, numbers, st.none() | numbers, numbers)
def test_meeting_or_beating_the_target_is_always_on_track(direction, goal, baseline, actual):
    assume(actual >= goal if direction == "increase" else actual <= goal)
    got = judge(direction, at(actual), target(goal), baseline)
    assert (got.status, got.shortfall) == ("on_track", 0)


@given(rising_or_falling, numbers, st.none() | numbers, numbers, numbers)
def test_a_better_value_never_gets_a_worse_verdict(direction, goal, baseline, one, other):
    worse, better = sorted((one, other), reverse=direction == "decrease")
    verdicts = [judge(direction, at(v), target(goal), baseline) for v in (worse, better)]
    assert RANK[verdicts[0].status] <= RANK[verdicts[1].status]
    assert verdicts[0].shortfall >= verdicts[1].shortfall


@given(numbers, st.none() | numbers, numbers)
def test_a_falling_kpi_is_a_rising_one_turned_over(goal, baseline, actual):
    turned = None if baseline is None else -baseline
    up = judge("increase", at(actual), target(goal), baseline)
    down = judge("decrease", at(-actual), target(-goal), turned)
    assert (up.status, up.progress, up.shortfall) == (down.status, down.progress, down.shortfall)


@given(rising_or_falling, numbers, numbers, numbers)
def test_in_mode_baseline_the_verdict_is_the_share_of_the_way(direction, goal, baseline, actual):
    assume(goal > baseline if direction == "increase" else goal < baseline)
    got = judge(direction, at(actual), target(goal), baseline)
    share = progress(actual, baseline, goal)
    expected = "on_track" if share >= F("0.9") else "at_risk" if share >= F("0.5") else "off_track"
    assert (got.status, got.progress) == (expected, share)


@given(numbers, numbers, st.none() | numbers, numbers)
def test_only_values_inside_a_range_have_arrived(one, other, baseline, actual):
    low, high = sorted((one, other))
    way = progress_in_range(actual, low, high, baseline)
    assert (way == 1) is (low <= actual <= high)
    assert way <= 1
