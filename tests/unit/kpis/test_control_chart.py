"""Control charts of plain files: the sample to the last row, and files that are not as they should be."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.rules import control_files
from kpis.rules.control_files import COLUMNS_OUT, TableRefused, results, summaries
from tests.unit.kpis.slow_xmr import VALUES, slow_chart, slow_lines

DATA = Path(__file__).resolve().parents[2] / "data"
HEADING = "series_id,direction,target,period,value,rebase"
TEXTS = ("point_type", "special_cause_type", "period", "series_id")


def table(*rows, heading=HEADING):
    return control_files.read(StringIO("\n".join([heading, *rows]) + "\n"))


def problems(*rows, heading=HEADING):
    with pytest.raises(TableRefused) as refused:
        table(*rows, heading=heading)
    return refused.value.problems


def columns(read, *names):
    return [[row[COLUMNS_OUT.index(name)] for row in results(read)] for name in names]


def chart(source, out, **options):
    call_command("control_chart", str(source), str(out), stderr=StringIO(), **options)


def rows_of(path):
    with Path(path).open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_sample_agrees_on_every_row(tmp_path):
    out, summary = tmp_path / "out.csv", tmp_path / "summary.csv"
    chart(DATA / "spc_sample_series.csv", out, summary=summary)
    got, expected = rows_of(out), rows_of(DATA / "spc_sample_expected.csv")
    assert [list(row) for row in got[:1]] == [list(row) for row in expected[:1]]
    assert len(got) == len(expected) == 281
    for ours, theirs in zip(got, expected, strict=True):
        for name, text in theirs.items():
            if name in TEXTS or not text:
                assert ours[name] == text
            else:
                assert float(ours[name]) == pytest.approx(float(text), rel=1e-9)
    assert rows_of(summary) == rows_of(DATA / "spc_sample_expected_summary.csv")


def test_a_file_may_be_charted_onto_itself_and_needs_no_summary(tmp_path):
    path = tmp_path / "series.csv"
    path.write_bytes((DATA / "spc_sample_series.csv").read_bytes())
    chart(path, path)
    assert len(rows_of(path)) == 281
    assert [p.name for p in tmp_path.iterdir()] == ["series.csv"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(VALUES, st.integers(0, 40)), min_size=1, max_size=3),
    st.sampled_from([0, 1, 6]),
    st.randoms(),
)
def test_any_series_is_charted_as_in_the_slow_reading_whatever_the_order_of_rows(
    series, places, random
):
    """Each series starts a new baseline group at one of its rows; blanks; months left out."""
    rows, expected = [], {}
    for s, (values, cut) in enumerate(series):
        parts = [values[:cut], values[cut:]]
        charted = [row for part in parts for row in slow_chart(part)]
        means = [slow_lines(part)[0] for part in parts for _ in part]
        for i, v in enumerate(values):
            month = 2 * i
            day = f"{2000 + month // 12}-{month % 12 + 1:02d}-01"
            text = "" if v is None else f"{v / 10**places:.{places}f}"
            rows.append(f"S{s},increase,,{day},{text},{int(i == cut)}")
            expected[f"S{s}", day] = (charted[i], means[i])
    random.shuffle(rows)
    read = table(*rows)
    got = results(read)
    assert [[r[0], r[1]] for r in got] == [[r.split(",")[0], r.split(",")[3]] for r in rows]
    for row in got:
        told, (slow, mean) = dict(zip(COLUMNS_OUT, row, strict=True)), expected[row[0], row[1]]
        assert (
            told["mean"] == ""
            if mean is None
            else pytest.approx(float(told["mean"])) == float(mean) / 10**places
        )
        names = ("outside_limits", "close_to_limits", "relative_to_mean")
        assert [told[n] for n in names] == ["" if x is None else str(int(x)) for x in slow[:3]]
        names = ("rule_trend", "rule_two_in_three", "rule_shift")
        assert [told[n] for n in names] == [str(int(x)) for x in slow[3:6]]


def test_a_neutral_direction_says_high_and_low_and_gives_no_assurance():
    rows = [f"A,neutral,5,2020-{m:02d}-01,{10 + m % 2},0" for m in range(1, 13)]
    read = table(*rows, "A,neutral,5,2021-01-01,90,0", "A,neutral,5,2021-02-01,-90,0")
    [kinds, causes] = columns(read, "point_type", "special_cause_type")
    assert kinds[-2:] == ["special_cause_neutral_high", "special_cause_neutral_low"]
    assert causes[-2:] == ["Above UCL", "Below LCL"]
    assert summaries(read) == [["A", "special_cause_neutral_low", "", ""]]


def test_a_month_left_out_breaks_nothing_and_a_blank_does():
    def rows(missing):
        return [f"A,increase,,{2020 + m // 12}-{m % 12 + 1:02d}-01,{v},0"
                for m, v in enumerate([1, 2, 3, missing, 4, 5, 6, 7]) if v is not None]  # fmt: skip

    assert columns(table(*rows(None)), "rule_trend") == [["1"] * 7]
    [trend, mean, outside, cause] = columns(
        table(*rows("")), "rule_trend", "mean", "outside_limits", "special_cause_type"
    )
    assert trend == ["0"] * 8
    assert (mean[3], outside[3], cause[3]) == ("4", "", "Common Cause")


def test_a_rebase_on_the_first_row_leaves_one_group():
    rows = [
        "A,increase,,2020-01-01,1,1",
        "A,increase,,2020-02-01,2,0",
        "B,increase,,2020-01-01,5,0",
    ]
    [groups, means] = columns(table(*rows), "rebase_group", "mean")
    assert groups == ["1", "1", "0"]
    assert means == ["1.5", "1.5", "5"]


def test_the_short_group_warning_is_that_of_any_group_of_the_series():
    rows = [f"A,increase,,2020-{m:02d}-01,{m},{int(m == 3)}" for m in range(1, 13)]
    more = [f"A,increase,,2021-{m:02d}-01,{m},0" for m in range(1, 13)]
    read = table(*rows, *more)
    assert summaries(read)[0][3] == "short_group"
    assert columns(read, "short_group_warning")[0] == ["1"] * 2 + ["0"] * 22
    whole = table(*[row[:-1] + "0" for row in rows], *more)
    assert summaries(whole)[0][3] == ""


def test_long_numbers_and_exponents_are_read_and_written_out():
    read = table(
        "A,increase,1e-3,2020-01-01,0.1234567890123456,0", "A,increase,.001,2020-02-01,1e2,0"
    )
    assert columns(read, "mean") == [["50.0617283945062"] * 2]


def test_headings_in_another_order_with_more_columns_and_empty_lines_are_read():
    heading = " value,period,rebase,note,direction,target,series_id "
    read = table(
        "5,2020-01-01,,hello,increase,,A", "", ",2020-02-01,,,increase,,A", heading=heading
    )
    assert columns(read, "mean") == [["5", "5"]]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,up,,2020-01-01,5,0", "direction “up”"),
        ("A,increase,,2020-13-01,5,0", "not a day"),
        ("A,increase,,01/02/2020,5,0", "year-month-day"),
        ("A,increase,,2020-01-01,5x,0", "value “5x” is not a number"),
        ("A,increase,,2020-01-01,NaN,0", "value “NaN”"),
        ("A,increase,,2020-01-01,inf,0", "value “inf”"),
        ("A,increase,,2020-01-01,1e999,0", "value “1e999”"),
        ('A,increase,,2020-01-01,"1,5",0', "value “1,5”"),
        ("A,increase,five,2020-01-01,5,0", "target “five”"),
        ("A,increase,,2020-01-01,5,2", "rebase is “2”"),
        (",increase,,2020-01-01,5,0", "no series_id"),
        ("A,increase,,2020-01-01,5", "5 fields, the heading has 6"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(row, said):
    [problem] = problems("A,increase,,2019-01-01,5,0", row)
    assert problem.startswith("Line 3: ")
    assert said in problem


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,increase,7,2020-01-01,5,0", "on line 2 already"),
        ("A,decrease,7,2020-02-01,5,0", "direction of A is another"),
        ("A,increase,8,2020-02-01,5,0", "target of A is another"),
        ("A,increase,,2020-02-01,5,0", "target of A is another"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(row, said):
    [problem] = problems("A,increase,7,2020-01-01,5,0", row)
    assert said in problem


def test_every_problem_is_told_at_once_but_no_more_than_twenty():
    assert len(problems("A,up,,2020-01-01,5,0", "A,increase,,x,5,0")) == 2
    with pytest.raises(TableRefused) as refused:
        table(*["A,up,,2020-01-01,5,0"] * 25)
    assert str(refused.value).count("\n") == 20
    assert str(refused.value).endswith("and 5 more.")


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("series_id,direction,period,value", "no column target, rebase"),
        (HEADING.replace(",", ";"), "commas between them"),
        (HEADING + ",value", "column value is there twice"),
        ("", "no column series_id"),
    ],
)
def test_a_heading_that_does_not_name_the_columns_is_refused(heading, said):
    assert said in problems(heading=heading)[0]


def test_a_file_with_a_heading_only_gives_headings_only():
    assert (results(table()), summaries(table())) == ([], [])


@pytest.mark.parametrize("content", [b"series_id,direction\n", HEADING.encode() + b"\nA,\xff", b""])
def test_a_refused_file_leaves_what_was_there(tmp_path, content):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    out.write_text("before")
    with pytest.raises(CommandError) as refused:
        chart(source, out)
    assert refused.value.returncode == 2
    assert out.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


def test_places_that_cannot_be_read_or_written_are_refused(tmp_path):
    source = DATA / "spc_sample_series.csv"
    with pytest.raises(CommandError, match="cannot be read"):
        chart(tmp_path / "nowhere.csv", tmp_path / "out.csv")
    with pytest.raises(CommandError, match="cannot be written"):
        chart(source, tmp_path / "nowhere" / "out.csv")
    with pytest.raises(CommandError, match="cannot be written"):
        chart(source, tmp_path / "out.csv", summary=tmp_path / "nowhere" / "summary.csv")
    with pytest.raises(CommandError, match="file of its own"):
        chart(source, tmp_path / "out.csv", summary=tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_a_mark_of_its_encoding_is_read(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(f"{HEADING}\nÉcole,increase,,2020-01-01,5,0\n", encoding="utf-8-sig")
    chart(source, tmp_path / "out.csv")
    assert rows_of(tmp_path / "out.csv")[0]["series_id"] == "École"
