"""The status word: the newest due period decides, and missing is never on track."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules.periods import parse_period
from kpis.rules.progress import Judgement
from kpis.rules.status import STATUSES, Latest, most_pressing, summarise

MONTHS = [parse_period(f"2019-{m:02d}", "monthly") for m in range(1, 13)]


def latest(month, status):
    return Latest(MONTHS[month], Judgement(status))


@pytest.mark.parametrize(
    "status", ["on_track", "at_risk", "off_track", "indeterminate", "no_target"]
)
def test_the_verdict_on_the_newest_period_is_the_status(status):
    got = summarise(direction="increase", latest=latest(3, status), missing=[])
    assert (got.key, got.period) == (status, MONTHS[3])


def test_a_newer_missing_period_outweighs_an_older_verdict():
    got = summarise(
        direction="increase", latest=latest(3, "on_track"), missing=[MONTHS[4], MONTHS[5]]
    )
    assert (got.key, got.period) == ("missing", MONTHS[5])


def test_an_older_gap_is_kept_in_sight_beside_a_newer_verdict():
    got = summarise(
        direction="increase", latest=latest(3, "at_risk"), missing=[MONTHS[2], MONTHS[1]]
    )
    assert (got.key, got.missing) == ("at_risk", (MONTHS[1], MONTHS[2]))


@pytest.mark.parametrize(
    ("direction", "has_target", "missing", "key"),
    [
        ("increase", True, [], "not_due"),
        ("increase", False, [], "no_target"),
        ("increase", False, [0], "missing"),
        ("context", False, [], "context"),
        ("context", False, [0], "missing"),
    ],
)
def test_a_series_without_readings(direction, has_target, missing, key):
    gaps = [MONTHS[i] for i in missing]
    got = summarise(direction=direction, latest=None, missing=gaps, has_target=has_target)
    assert got.key == key


@given(st.integers(0, 11), st.sets(st.integers(0, 11)))
def test_on_track_is_said_only_when_nothing_newer_is_missing(month, gaps):
    got = summarise(
        direction="increase",
        latest=latest(month, "on_track"),
        missing=[MONTHS[i] for i in gaps - {month}],
    )
    assert (got.key == "on_track") is all(i <= month for i in gaps)
    assert got.key in STATUSES


def test_the_most_pressing_status_leads():
    assert most_pressing(["on_track", "missing", "at_risk"]) == "missing"
    assert most_pressing([]) is None
