"""What a signal was found with, in words: each input named, nothing raw, whatever the kind."""

from types import SimpleNamespace as Row

import pytest

from kpis.rules.rules_catalogue import KINDS
from kpis.templatetags.evidence_names import NAMES
from kpis.templatetags.looked_at import looked_at, recomputed, values_of

PERIODS = [f"20{year}-01-01/20{year}-12-31" for year in range(10, 17)]
EVIDENCE = {
    "progress": {
        "value": "90",
        "comparator": "<",
        "status": "off_track",
        "target": "200",
        "baseline": "100",
        "progress": "-0.1",
        "direction": "increase",
        "provisional": False,
        "path": "trajectory",
        "row": PERIODS[:2],
        "running": 2,
        "about": {"kpi": "Cases solved", "unit": "cases", "frequency": "yearly", "part": ""},
        "reading": 7,
    },
    "pace": {
        "values": ["1", "2", "3"],
        "periods": PERIODS[:3],
        "offsets": [-2, -1, 0],
        "ahead": 2,
        "slope": "1",
        "pace": "1",
        "needed": "3.5",
        "last": "3",
        "target": "10",
        "target_period": PERIODS[4],
        "projected": "5",
        "points": 3,
        "within": "10",
        "direction": "increase",
    },
    "missing": {"due": "2019-02-27", "grace_working_days": 0},
    "provisional": {"value": "3", "entered": "2019-01-02", "allowed_days": 10, "due": "2019-01-16"},
    "implausible": {
        "test": "z",
        "value": "90",
        "median": "10",
        "spread": "2",
        "z": "40",
        "limit": "6",
        "values": ["9", "10", "11"],
    },
    "control_shift": {
        "value": "12",
        "mean": "10",
        "lower": "7",
        "upper": "13",
        "cause": "shift_above",
        "kind": "special_cause_concern",
        "points": 7,
        "values": [str(n) for n in range(11, 18)],
        "periods": PERIODS,
        "pattern": PERIODS[3:],
        "at": 6,
        "short": True,
        "locked": False,
        "direction": "decrease",
    },
    "pair_conflict": {
        "value": "95",
        "status": "on_track",
        "pair": {
            "kpi": 3,
            "code": "returns",
            "name": "Return visits",
            "unit": "%",
            "value": "12",
            "status": "off_track",
            "target": "5",
            "period": PERIODS[0],
        },
    },
    "part_worsens": {
        "total_from": "10",
        "total_to": "12",
        "periods": PERIODS[:2],
        "parts": [{"label": "North", "from": "5", "to": "4"}],
        "direction": "increase",
    },
    "parts_disagree": {
        "how": "sum",
        "total": "100",
        "parts_total": "90",
        "difference": "10",
        "tolerance": "0.5",
        "parts": 3,
        "missing": ["South"],
    },
    "milestone_late": {"planned_finish": "2019-02-28", "working_days": 5},
    "milestone_moved": {"finishes": ["2019-02-28", "2019-03-31", "2019-05-01"], "moves": 2},
    "milestone_blocked": {"blocked_by": "Land", "since": "2019-02-28", "working_days": 10},
    "milestone_unreported": {"last_report": "", "days": 35, "due": "2019-02-28"},
}
SAID = {
    "progress": ("Value", "< 90 cases"),
    "pace": ("Change per period that is needed", "3.5 cases"),
    "missing": ("Was due on", "27 February 2019"),
    "provisional": ("Working days it may stay provisional", "10"),
    "implausible": ("Usual spreads from the median", "40"),
    "control_shift": ("Test", "seven values above the average"),
    "pair_conflict": ("Return visits", "12%, off track, for 2010; asked: 5%"),
    "part_worsens": ("North", "from 5 to 4 cases"),
    "parts_disagree": ("How the parts make the total", "their sum"),
    "milestone_late": ("Working days since", "5"),
    "milestone_moved": ("Finishes so far", "28 February 2019 → 31 March 2019 → 1 May 2019"),
    "milestone_blocked": ("Blocked by", "Land"),
    "milestone_unreported": ("Last report", "never"),
}


def signal(kind: str, evidence: dict | None = None, **parameters) -> Row:
    told = EVIDENCE[kind] if evidence is None else evidence
    rule = Row(kind=kind)
    of_series = KINDS[kind].subject == "series"
    series = Row(definition=Row(unit="cases")) if of_series else None
    return Row(
        evidence=told,
        version=Row(rule=rule, parameters={**KINDS[kind].defaults(), **parameters}),
        series_id=1 if of_series else None,
        series=series,
    )


@pytest.mark.parametrize("kind", EVIDENCE)
def test_inputs_of_every_kind_are_named_and_none_is_raw(kind):
    said = [(name, value.replace("\xa0", " ")) for name, value in looked_at(signal(kind))]
    assert SAID[kind] in said
    shown = " ".join(f"{name} {value}" for name, value in said)
    assert not any(raw in shown for raw in ("{", "[", "_", "True", "None"))


def test_names_stand_for_something_in_the_order_it_was_stored():
    assert [name for name, _value in looked_at(signal("parts_disagree"))] == [
        NAMES["how"],
        NAMES["total"],
        NAMES["parts_total"],
        NAMES["difference"],
        NAMES["tolerance"],
        "Parts",
        NAMES["missing"],
    ]


def test_values_are_listed_with_their_periods_and_the_pattern_is_marked():
    values = values_of(signal("control_shift"))
    assert [(each.period, each.in_pattern) for each in values[2:4]] == [
        ("2012", False),
        ("2013", True),
    ]
    assert [each.is_found for each in values] == [False] * 6 + [True]
    assert values_of(signal("implausible")) == []  # values without periods


def test_verdict_is_worked_out_again_from_what_was_stored():
    late = {"planned_finish": "2019-02-28", "working_days": 5}
    assert recomputed(signal("milestone_late", late)) == "holds"
    assert recomputed(signal("milestone_late", late, working_days=9)) == "differs"
    assert recomputed(signal("milestone_late", {"planned_finish": "2019-02-28"})) == "unknown"
