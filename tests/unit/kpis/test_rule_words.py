"""What people read about rules, in pages and in the documentation."""

from pathlib import Path

import pytest

from kpis.rules.rules_catalogue import KINDS
from kpis.templatetags.rules import said, setting

DOCS = (Path(__file__).resolve().parents[3] / "docs" / "rules.md").read_text()


@pytest.mark.parametrize("key", KINDS)
def test_every_kind_is_documented_with_what_follows(key):
    (line,) = [line for line in DOCS.splitlines() if line.startswith(f"| `{key}` |")]
    assert line.endswith(f"| {KINDS[key].severity} |")


@pytest.mark.parametrize(
    ("key", "parameters", "words"),
    [
        ("progress", {"at_risk_from": "0.2"}, "at risk from 20%"),
        ("progress", {"consecutive": 2}, "It takes 2 such periods in a row."),
        ("progress", {"open_after": 3}, "A deviation opens after 3 periods in a row."),
        ("progress", {"clear_periods": 1}, "A deviation closes by itself after 1 clear period."),
        ("missing", {}, "Fires the day after the value was due."),
        ("missing", {"grace_working_days": 4}, "Fires 4 working days after the value was due."),
        ("implausible", {"z": ""}, "No test is set, so it never fires."),
        (
            "implausible",
            {"low": "0", "high": "100", "jump": "50"},
            "it is below 0 or it is above 100 or it differs by more than 50% from the value before.",
        ),
        ("control_limits", {"lock_after": 24}, "Limits are locked after 24 values."),
        ("control_limits", {"both_sides": True}, "Fires on the better side too."),
    ],
)
def test_settings_are_said_as_they_are(key, parameters, words):
    assert words in said(key, {**KINDS[key].defaults(), **parameters})


def test_a_setting_that_is_empty_is_off():
    assert (setting(""), setting(True), setting("off_track")) == ("off", "yes", "when off track")


def test_a_kind_from_another_version_of_the_product_is_said_to_be_nothing():
    assert said("astrology", {}) == ""
