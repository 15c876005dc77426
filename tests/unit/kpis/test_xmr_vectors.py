"""Control charts agree with every recorded row of the sample vectors (tests/data/spc_SOURCE.md)."""

import csv
import math
from collections import defaultdict
from pathlib import Path

import pytest

from kpis.rules.xmr import assurance, chart

DATA = Path(__file__).resolve().parents[2] / "data"
CAUSE_OF = {
    "Common Cause": "common_cause",
    "Above UCL": "outside_above",
    "Below LCL": "outside_below",
    "7 Point Trend (Increasing)": "trend_rising",
    "7 Point Trend (Decreasing)": "trend_falling",
    "2 in 3 Above CL": "two_in_three_above",
    "2 in 3 Below CL": "two_in_three_below",
    "7 Points Above CL": "shift_above",
    "7 Points Below CL": "shift_below",
}


def by_series(name):
    rows = defaultdict(list)
    with (DATA / name).open(newline="") as lines:
        for row in csv.DictReader(lines):
            rows[row["series_id"]].append(row)
    return rows


def number(text):
    return float(text) if text else None


SERIES = by_series("spc_sample_series.csv")
EXPECTED = by_series("spc_sample_expected.csv")
SUMMARY = by_series("spc_sample_expected_summary.csv")


def charted(series_id):
    rows = SERIES[series_id]
    return chart(
        [number(row["value"]) for row in rows],
        [row["rebase"] == "1" for row in rows],
        rows[0]["direction"],
    )


def test_all_ten_series_are_there():
    assert len(SERIES) == 10
    assert sum(map(len, SERIES.values())) == sum(map(len, EXPECTED.values())) == 281


@pytest.mark.parametrize("series_id", sorted(SERIES))
def test_every_row_agrees(series_id):
    got, rows = charted(series_id), EXPECTED[series_id]
    assert len(got.values) == len(rows)
    for i, row in enumerate(rows):
        for column, ours in (("mean", got.mean), ("lpl", got.lower), ("upl", got.upper)):
            assert_close(ours[i], number(row[column]))
        flags = {
            "outside_limits": got.outside[i],
            "close_to_limits": got.close[i],
            "relative_to_mean": got.side[i],
            "rule_trend": got.trend[i],
            "rule_two_in_three": got.two_in_three[i],
            "rule_shift": got.shift[i],
            "rebase_group": got.group[i],
            "short_group_warning": got.short_group[i],
            "special_cause_flag": got.cause[i] != "common_cause",
        }
        assert {k: number(row[k]) for k in flags} == {k: _number(v) for k, v in flags.items()}
        assert got.cause[i] == CAUSE_OF[row["special_cause_type"]]
        assert got.kind[i] == row["point_type"]


@pytest.mark.parametrize("series_id", sorted(SERIES))
def test_the_summary_agrees(series_id):
    got, first, [summary] = charted(series_id), SERIES[series_id][0], SUMMARY[series_id]
    verdict = assurance(got, number(first["target"]), first["direction"])
    assert got.variation == summary["variation"]
    assert (verdict or "") == summary["assurance"]
    assert any(got.short_group) is (summary["short_group_warning"] == "short_group")


def _number(flag):
    return None if flag is None else float(flag)


def assert_close(ours, theirs):
    if theirs is None:
        assert ours is None
    else:
        assert math.isclose(ours, theirs, rel_tol=1e-9)
