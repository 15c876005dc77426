"""Rules' settings: checked, stored as text, and honest about what widens a tolerance."""

import json
from decimal import Decimal

import pytest

from kpis.rules.rules_catalogue import (
    KINDS,
    MILESTONE_KINDS,
    SERIES_KINDS,
    SEVERITIES,
    RuleRefused,
    capped,
    clean,
    kind_of,
    softened,
    tolerances,
    typed,
    widened,
)
from kpis.rules.targets import Tolerances, TolerancesRefused


@pytest.mark.parametrize("key", KINDS)
def test_defaults_are_clean_and_survive_storage(key):
    defaults = KINDS[key].defaults()
    assert clean(key, {}) == defaults
    assert clean(key, json.loads(json.dumps(defaults))) == defaults
    assert KINDS[key].severity in SEVERITIES


def test_the_defaults_of_a_progress_rule_are_those_of_a_judgement():
    assert tolerances(typed("progress", {})) == Tolerances()


def test_settings_are_typed_for_detection_and_plain_for_storing():
    stored = clean("progress", {"on_track_from": "0.80", "consecutive": "2"})
    assert (stored["on_track_from"], stored["consecutive"]) == ("0.8", 2)
    assert typed("progress", stored)["on_track_from"] == Decimal("0.8")
    assert clean("progress", {"on_track_from": Decimal("0.80")}) == clean(
        "progress", stored | {"consecutive": 1}
    )


@pytest.mark.parametrize(
    ("key", "given", "field"),
    [
        ("progress", {"on_track_from": "1.01"}, "on_track_from"),
        ("progress", {"on_track_from": "90%"}, "on_track_from"),
        ("progress", {"on_track_from": 0.9}, "on_track_from"),
        ("progress", {"fires_on": "on_track"}, "fires_on"),
        ("progress", {"consecutive": "1.5"}, "consecutive"),
        ("progress", {"consecutive": 0}, "consecutive"),
        ("progress", {"consecutive": True}, "consecutive"),
        ("missing", {"grace_working_days": None}, "grace_working_days"),
        ("control_limits", {"both_sides": "yes"}, "both_sides"),
        ("milestone_late", {"days": 3}, "days"),
        ("implausible", {"z": "0.5"}, "z"),
        ("implausible", {"jump": "-1"}, "jump"),
        ("implausible", {"low": "5", "high": "4"}, "high"),
        ("implausible", {"z": ""}, "z"),
        ("control_limits", {"open_after": 0}, "open_after"),
        ("control_limits", {"lock_after": "many"}, "lock_after"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(key, given, field):
    with pytest.raises(RuleRefused) as refusal:
        clean(key, given)
    assert list(refusal.value.fields) == [field]


def test_sixteen_kinds_and_how_each_opens_and_closes():
    assert len(SERIES_KINDS) == 12
    assert len(MILESTONE_KINDS) == 4
    for key in SERIES_KINDS:
        assert {"open_after", "clear_periods"} <= KINDS[key].defaults().keys()


def test_locking_limits_is_neither_stricter_nor_wider():
    assert widened("control_limits", {"lock_after": 0}, {"lock_after": 24}) == []


def test_a_test_that_is_off_stays_off():
    stored = clean("implausible", {"low": None, "high": ""})
    assert (stored["low"], stored["high"], stored["z"]) == ("", "", "6")
    assert typed("implausible", stored)["low"] == ""


def test_a_severity_is_capped():
    assert capped("review", "ask") == "ask"
    assert capped("note", "ask") == "note"


def test_every_wrong_setting_is_named_at_once():
    with pytest.raises(RuleRefused) as refusal:
        clean("progress", {"on_track_from": "x", "consecutive": 99})
    assert set(refusal.value.fields) == {"on_track_from", "consecutive"}


def test_settings_are_checked_together():
    with pytest.raises(TolerancesRefused):
        clean("progress", {"on_track_from": "0.4"})


def test_an_unknown_kind_is_refused():
    with pytest.raises(RuleRefused):
        kind_of("astrology")


@pytest.mark.parametrize(
    ("key", "name", "stricter", "wider"),
    [
        ("progress", "on_track_from", "0.9", "0.8"),
        ("progress", "at_risk_from", "0.5", "0.4"),
        ("progress", "on_track_within", "1", "2"),
        ("progress", "at_risk_within", "10", "11"),
        ("progress", "fires_on", "at_risk", "off_track"),
        ("progress", "consecutive", 1, 2),
        ("progress", "clear_periods", 3, 2),
        ("missing", "grace_working_days", 0, 5),
        ("control_limits", "min_points", 13, 20),
        ("control_limits", "both_sides", True, False),
        ("milestone_late", "working_days", 5, 6),
        ("milestone_moved", "times", 2, 3),
        ("pace", "within", "5", "10"),
        ("control_shift", "open_after", 1, 2),
        ("implausible", "z", "6", "7"),
        ("implausible", "z", "6", ""),
        ("implausible", "low", "0", "-1"),
        ("implausible", "low", "0", ""),
        ("implausible", "high", "100", "200"),
        ("implausible", "jump", "3", ""),
        ("milestone_blocked", "working_days", 10, 11),
    ],
)
def test_only_the_lenient_direction_widens(key, name, stricter, wider):
    rest = {"jump": "9"} if key == "implausible" and name != "jump" else {}
    assert widened(key, rest | {name: stricter}, rest | {name: wider}) == [name]
    assert widened(key, {name: wider}, {name: stricter}) == []
    assert widened(key, {name: wider}, {name: wider}) == []


def test_a_setting_left_out_means_its_default():
    assert widened("milestone_late", {}, {"working_days": 6}) == ["working_days"]
    assert widened("milestone_late", {"working_days": 4}, {}) == ["working_days"]


def test_a_lower_severity_is_softer():
    assert softened("review", "note")
    assert not softened("ask", "review")
    assert not softened("ask", "ask")
