"""Many readings judged at once: as the exact judgement of each, but for what is told as a tie."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.rules.detection import fire
from kpis.rules.progress import STATUSES, judge, judge_points
from kpis.rules.progress_points import NOT_JUDGED
from kpis.rules.rules_catalogue import tolerances, typed
from kpis.rules.targets import Target
from kpis.rules.values import Observation
from tests.unit.kpis.portfolios import NAN, portfolio

D = Decimal
INF = float("inf")
DIRECTIONS = {"increase": 1, "decrease": -1, "hold": 0, "context": 2}
USUAL = typed("progress", {})
TENTHS = st.integers(-400, 1200).map(lambda n: D(n) / 10)
LONG = st.integers(-(10**15) + 1, 10**15 - 1).map(lambda n: D(n).scaleb(-4))
NUMBERS = st.one_of(TENTHS, TENTHS, LONG)
OBSERVED = st.one_of(
    NUMBERS.map(lambda v: Observation(value=v)),
    NUMBERS.map(lambda v: Observation(value=v)),
    NUMBERS.map(lambda v: Observation("<", v)),
    NUMBERS.map(lambda v: Observation(">", v)),
    st.tuples(NUMBERS, NUMBERS).map(lambda two: Observation("range", min(two), max(two))),
)
TOLERANCES = st.sampled_from(
    [
        {},
        {"on_track_from": "1", "at_risk_from": "1", "on_track_within": "0", "at_risk_within": "0"},
        {"on_track_from": "0.75", "at_risk_from": "0.3", "on_track_within": "5"},
    ]
)
CASES = st.lists(
    st.tuples(OBSERVED, st.none() | st.tuples(NUMBERS, NUMBERS), st.none() | NUMBERS),
    min_size=1,
    max_size=8,
)


def ends(seen):
    if seen.comparator == "<":
        return (-INF, float(seen.value))
    if seen.comparator == ">":
        return (float(seen.value), INF)
    if seen.comparator == "range":
        return (float(seen.value), float(seen.high))
    return float(seen.value)


def target_of(direction, asked):
    if asked is None:
        return None
    return (
        Target(low=min(asked), high=max(asked)) if direction == "hold" else Target(value=asked[0])
    )


def flat(direction, cases):
    edges = [(NAN, NAN) if t is None else tuple(map(float, t.edges)) for _, t, _ in cases]
    return portfolio(
        [ends(seen) for seen, _, _ in cases],
        direction=DIRECTIONS[direction],
        asked=([low for low, _ in edges], [high for _, high in edges]),
        baseline=[NAN if b is None else float(b) for _, _, b in cases],
    )


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(DIRECTIONS)), CASES, TOLERANCES)
def test_every_point_that_is_no_tie_has_the_status_of_the_exact_judgement(direction, told, given_):
    params = typed("progress", given_)
    cases = [(seen, target_of(direction, asked), base) for seen, asked, base in told]
    codes, ties = judge_points(flat(direction, cases), params)
    exact = [judge(direction, seen, t, b, tolerances(params)).status for seen, t, b in cases]
    got = [STATUSES[code] for code in codes]
    assert [g for g, tie in zip(got, ties, strict=True) if not tie] == [
        e for e, tie in zip(exact, ties, strict=True) if not tie
    ]


@pytest.mark.parametrize(("value", "status"), [("55", "on_track"), ("55.0000001", "at_risk"),
                                               ("75", "at_risk"), ("75.00001", "off_track")])  # fmt: skip
def test_what_lies_on_an_edge_is_told_as_a_tie_and_nothing_else_is(value, status):
    codes, ties = judge_points(
        portfolio([float(value)], direction=-1, asked=50, baseline=100), USUAL
    )
    assert STATUSES[codes[0]] == status or ties[0]
    assert bool(ties[0]) is (value in ("55", "75"))


@settings(max_examples=100, deadline=None)
@given(st.integers(-500, 500), st.integers(1, 500), st.sampled_from([1, -1]))
def test_every_value_just_on_an_edge_is_a_tie_whatever_doubles_make_of_it(start, way, direction):
    base, aim = D(start) / 10, D(start + direction * way) / 10
    edges = [float(aim - (aim - base) * share) for share in (D("0.1"), D("0.5"))]
    one = portfolio(edges, direction=direction, asked=float(aim), baseline=float(base))
    assert judge_points(one, USUAL)[1].tolist() == [True, True]


def test_ties_are_settled_on_the_decimals_that_the_doubles_stand_for():
    """0.15 is half the way from 0.1 to 0.2, and so at risk; in doubles it falls short of it."""
    edge = portfolio([0.15], asked=0.2, baseline=0.1)
    assert STATUSES[judge_points(edge, USUAL)[0][0]] == "off_track"
    assert off_track(edge).point.tolist() == []


def test_a_range_over_an_edge_is_indeterminate_even_where_it_is_at_risk_at_worst():
    codes, _ties = judge_points(
        portfolio([(48.0, 52.0), (44.0, 48.0), (46.0, 48.0)], asked=50), USUAL
    )
    assert [STATUSES[c] for c in codes] == ["indeterminate", "indeterminate", "at_risk"]


def test_the_first_month_of_a_series_follows_no_month_of_another():
    got = off_track(portfolio([1], [None, 1], asked=50), consecutive=2)
    assert got.point.tolist() == []


def test_only_series_marked_are_judged():
    two = portfolio([1.0, 2.0], [3.0], asked=50)
    codes, ties = judge_points(two, USUAL, np.array([False, True]))
    assert codes.tolist() == [NOT_JUDGED, NOT_JUDGED, STATUSES.index("off_track")]
    assert not ties.any()


def test_more_points_than_one_block_takes_are_all_judged():
    many = portfolio(*[[float(i % 100) for i in range(1000)]] * 70, asked=50)
    codes, _ = judge_points(many, USUAL)
    assert codes.reshape(70, 1000).tolist() == [codes[:1000].tolist()] * 70
    assert (codes[:1000] == STATUSES.index("on_track")).sum() == 500


def off_track(one, **given):
    return fire("progress", one, typed("progress", given))


def test_rows_end_at_a_month_left_out_and_at_another_series():
    two = portfolio([1, 1, None, 1, 99, 1], [1, 1], asked=50)
    got = off_track(two, consecutive=2)
    assert got.point.tolist() == [1, 6]
    assert (got.series.tolist(), got.ordinal.tolist()) == ([0, 1], [24217, 24217])
    assert np.flatnonzero(got.holds).tolist() == [0, 2, 4, 5]


def test_the_evidence_is_that_of_the_exact_judgement_and_tells_the_row():
    got = off_track(portfolio([1.5, 2, 3], asked=50, baseline=0), consecutive=2)
    told = got.evidence(1)
    alone = judge("increase", Observation(value=D(3)), Target(value=D(50)), D(0))
    assert told | {"status": alone.status} == told | alone.evidence
    assert told["row"] == [f"2018-0{m}-01/2018-0{m}-{d}" for m, d in ((1, 31), (2, 28), (3, 31))]
    assert (told["running"], told["status"], told["provisional"]) == (3, "off_track", False)


@pytest.mark.parametrize(
    ("seen", "comparator"), [((-INF, 3.0), "<"), ((2.0, 3.0), "range"), (3.0, "=")]
)
def test_bounds_that_are_off_track_for_certain_fire_too(seen, comparator):
    assert off_track(portfolio([seen], asked=50)).evidence(0)["comparator"] == comparator


def test_exact_verdicts_that_are_handed_in_go_before_the_doubles():
    one = portfolio([45.0, 1.0], asked=50)
    codes = np.array([STATUSES.index("off_track"), STATUSES.index("on_track")], np.uint8)
    got = fire("progress", one, USUAL, codes=codes, told=lambda point: {"value": f"#{point}"})
    assert got.point.tolist() == [0]
    assert got.evidence(0)["value"] == "#0"


def test_at_risk_fires_where_the_rule_says_so():
    one = portfolio([45.0, 50.0], asked=50)
    assert off_track(one).point.tolist() == []
    assert off_track(one, fires_on="at_risk").point.tolist() == [0]
