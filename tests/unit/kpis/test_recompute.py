"""A verdict worked out again from stored evidence is the verdict, and changes with the numbers."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.rules.detection import PeriodReading, SeriesFacts, detect_series, fire
from kpis.rules.milestones import FinishReport, MilestoneFacts, detect_milestone
from kpis.rules.periods import parse_period
from kpis.rules.recompute import EvidenceRefused, holds
from kpis.rules.rules_catalogue import KINDS, RuleRefused, typed
from kpis.rules.schedule import Schedule
from kpis.rules.targets import Target
from kpis.rules.values import Observation
from tests.unit.kpis.portfolios import portfolio
from tests.unit.kpis.slow_xmr import VALUES

D = Decimal
MONTHLY = Schedule("monthly", effect_from=date(2018, 1, 1))
FACTS = SeriesFacts("decrease", MONTHLY, baseline=D(100), provisional_days=10)
TODAY = date(2020, 4, 15)
NOISE = [50, 52, 49, 51, 50, 48, 51, 50, 49, 52, 50, 51]
WIDE_NOISE = [-40, 48] * 4


def month(n):
    return parse_period(f"{2018 + (n - 1) // 12}-{(n - 1) % 12 + 1:02d}", "monthly")


def readings(*values):
    seen = [v if isinstance(v, Observation) else Observation(value=D(str(v))) for v in values]
    return [PeriodReading(month(i), v) for i, v in enumerate(seen, start=1)]


def stored(evidence):
    """As it comes back from the database."""
    return json.loads(json.dumps(evidence))


def found(kind, told, facts=FACTS, targets=None, **given_):
    params = typed(kind, given_)
    wanted = {month(i): Target(value=D(50)) for i in range(1, 40)} if targets is None else targets
    got = detect_series(
        kind, facts=facts, readings=told, targets=wanted, params=params, today=TODAY
    )
    return params, [stored(f.evidence) for f in got]


CASES = {
    "progress": (readings(75, 76, 110), {}),
    "pace": (readings(60, 60, 59, 59, 58, 58), {}),
    "missing": (readings(75), {}),
    "implausible": (readings(*NOISE, 900), {"jump": "300", "high": "1000"}),
    "control_limits": (readings(*NOISE, 70, 51, 20), {}),
    "control_trend": (readings(*WIDE_NOISE, *range(1, 10)), {}),
    "control_two_in_three": (readings(0, 20, 1, 19, 0, 20, 1, 19, 0, 20, 60, 30, 61, 9, 12), {}),
    "control_shift": (readings(*[1, 2] * 10, *[90, 91] * 4), {}),
}


@pytest.mark.parametrize("kind", CASES)
def test_every_finding_holds_from_its_own_evidence(kind):
    told, settings_ = CASES[kind]
    params, evidence = found(kind, told, **settings_)
    assert evidence
    assert all(holds(kind, params, one) for one in evidence)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("progress", {"value": "51", "target": "90"}),
        ("progress", {"status": "at_risk"}),
        ("pace", {"target": "57"}),
        ("missing", {"grace_working_days": 3}),
        ("implausible", {"previous": "800"}),
        ("control_limits", {"values": ["50", "70"] * 8}),
        ("control_trend", {"at": 13}),
        ("control_two_in_three", {"at": 3}),
        ("control_shift", {"direction": "increase"}),
    ],
)
def test_other_numbers_give_another_verdict(kind, changes):
    told, settings_ = CASES[kind]
    params, evidence = found(kind, told, **settings_)
    assert not holds(kind, params, evidence[0] | changes)


@pytest.mark.parametrize(
    ("kind", "settings_"),
    [
        ("progress", {"consecutive": 2}),
        ("progress", {"at_risk_from": "0.1"}),
        ("pace", {"points": 7}),
        ("pace", {"within": "99"}),
        ("implausible", {"jump": ""}),
        ("implausible", {"jump": "1700"}),
        ("control_limits", {"min_points": 40}),
        ("control_trend", {"min_points": 40}),
    ],
)
def test_milder_settings_give_another_verdict(kind, settings_):
    told, own = CASES[kind]
    _, evidence = found(kind, told, **own)
    assert not holds(kind, typed(kind, settings_), evidence[0])


def test_ratios_bounds_and_ranges_are_judged_as_they_were_seen():
    ratio = Observation.ratio(D(3), D(4), D(100))
    told = readings(ratio, Observation(">", D(80)), Observation("range", D(78), D(90)))
    params, evidence = found("progress", told)
    assert len(evidence) == 2
    assert all(holds("progress", params, one) for one in evidence)
    params, [first, *_] = found("progress", readings(Observation.ratio(D(9), D(10), D(100))))
    assert holds("progress", params, first)
    assert holds("progress", params, {k: v for k, v in first.items() if k != "scale"})
    aim = {month(1): Target(low=D(40), high=D(50))}
    params, [held] = found("progress", readings(80), SeriesFacts("hold", MONTHLY), aim)
    assert holds("progress", params, held)


def test_evidence_from_before_directions_and_values_were_told_still_holds():
    params, [one, *_] = found("progress", readings(90))
    assert holds(
        "progress", params, {k: v for k, v in one.items() if k not in ("direction", "row")}
    )
    params, [point] = found("control_limits", CASES["control_limits"][0])
    old = {k: point[k] for k in ("value", "mean", "lower", "upper", "cause", "kind", "points")}
    assert holds("control_limits", params, old)
    assert not holds("control_limits", params, old | {"value": old["mean"]})


@pytest.mark.parametrize(("test", "settings_"), [("range", {"high": "100"}), ("z", {"z": "3"})])
def test_each_test_of_plausibility_holds(test, settings_):
    params, [one] = found("implausible", readings(*NOISE, 900), **settings_)
    assert one["test"] == test
    assert holds("implausible", params, one)
    assert not holds("implausible", params, one | {"value": "51"})


@settings(max_examples=60, deadline=None)
@given(VALUES, st.sampled_from([k for k in KINDS if k.startswith("control_")]), st.booleans())
def test_what_fires_on_a_chart_holds_and_no_other_row_does(rows, kind, both_sides):
    one = portfolio([(0.0, float("inf")) if v is None else v / 10 for v in rows])
    params = typed(kind, {"min_points": 2, "both_sides": both_sides})
    got = fire(kind, one, params)
    told = [stored(got.evidence(i)) for i in range(len(got.point))]
    assert all(holds(kind, params, each) for each in told)
    if told:
        others = set(range(len(rows))) - {each["at"] for each in told}
        assert not any(holds(kind, params, told[0] | {"at": at}) for at in others)


def test_locked_limits_are_those_of_the_evidence():
    one = portfolio([50.0, 71], locked=[[50, 40, 60]], direction=-1)
    params = typed("control_limits", {})
    told = stored(fire("control_limits", one, params).evidence(0))
    assert holds("control_limits", params, told)
    assert not holds("control_limits", params, told | {"upper": "75", "lower": "25"})


def test_a_value_provisional_for_too_long_holds():
    late = [PeriodReading(month(1), Observation(value=D(5)), True, date(2018, 2, 5))]
    params, [one] = found("provisional", late)
    assert one["due"] == "2018-02-19"
    assert holds("provisional", params, one)
    assert not holds("provisional", params, one | {"due": "2018-02-06"})
    assert found("provisional", late, SeriesFacts("decrease", MONTHLY))[1] == []
    fresh = [PeriodReading(month(1), Observation(value=D(5)), True, date(2020, 4, 1))]
    assert found("provisional", fresh)[1] == []
    final = [PeriodReading(month(1), Observation(value=D(5)), False, date(2018, 2, 5))]
    assert found("provisional", final)[1] == []


@pytest.mark.parametrize(
    ("kind", "evidence", "other"),
    [
        (
            "pair_conflict",
            {"status": "on_track", "pair": {"status": "off_track"}},
            {"status": "at_risk"},
        ),
        (
            "part_worsens",
            {
                "direction": "increase",
                "total_from": "5",
                "total_to": "6",
                "parts": [{"label": "north", "from": "4", "to": "3.9"}],
            },
            {"total_to": "5"},
        ),
        (
            "parts_disagree",
            {"how": "sum", "total": "200", "parts_total": "198"},
            {"parts_total": "199"},
        ),
        (
            "parts_disagree",
            {"how": "hundred", "total": "100", "parts_total": "99"},
            {"parts_total": "100"},
        ),
    ],
)
def test_relations_between_series_hold(kind, evidence, other):
    assert holds(kind, typed(kind, {}), evidence)
    assert not holds(kind, typed(kind, {}), evidence | other)


@pytest.mark.parametrize(
    ("kind", "facts", "other"),
    [
        ("milestone_late", {}, {"working_days": 1}),
        (
            "milestone_moved",
            {
                "finishes": tuple(
                    FinishReport(date(2019, 1, m), date(2019, m, 1)) for m in (3, 4, 5)
                )
            },
            {"moves": 1},
        ),
        (
            "milestone_blocked",
            {"blocked_since": date(2019, 1, 7), "blocked_by": "land"},
            {"working_days": 2},
        ),
        ("milestone_unreported", {"last_report": date(2019, 1, 7)}, {"due": "2019-01-08"}),
    ],
)
def test_findings_on_milestones_hold(kind, facts, other):
    params = typed(kind, {})
    one = MilestoneFacts(planned_finish=date(2019, 3, 1), **facts)
    [finding] = detect_milestone(kind, facts=one, params=params, today=TODAY)
    assert holds(kind, params, stored(finding.evidence))
    assert not holds(kind, params, stored(finding.evidence) | other)


def test_every_kind_can_be_worked_out_again_and_no_other():
    for kind in KINDS:
        with pytest.raises(EvidenceRefused):
            holds(kind, typed(kind, {}), {})
    with pytest.raises(RuleRefused):
        holds("astrology", {}, {})
