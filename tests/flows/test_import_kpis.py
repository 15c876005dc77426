"""Loading a KPI file: every row accounted for, once; wrong files change nothing."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kpis.models import Deviation, ImportBatch, Kpi, LiveReading, Reading, SeriesStatus, Target
from kpis.services.imports.kpi_rows import COLUMNS
from labs.models import Programme, ResultArea
from labs.services import programmes
from ledger.models import Event
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db
FILE = Path(__file__).resolve().parents[2] / "demo/data/pemandu_kpis.csv"
ROW = {
    "programme": "GTP",
    "result_area": "Reducing Crime",
    "lead_ministry": "Ministry of Home Affairs",
    "kpi": "Street crime",
    "unit": "%",
    "direction": "higher_is_better",
    "period_start": "2012-01-01",
    "period_end": "2012-12-31",
    "baseline": "",
    "target": "45",
    "actual": "41.3",
    "source_url": "https://example.org/2012",
    "note": "",
}


def load(file: Path, *options: str) -> dict:
    out, err = StringIO(), StringIO()
    call_command("import_kpis", str(file), *options, stdout=out, stderr=err)
    return json.loads(out.getvalue().splitlines()[-1])


def write(folder: Path, *rows: dict, columns=COLUMNS) -> Path:
    file = folder / "kpis.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, columns)
        table.writeheader()
        table.writerows({**ROW, **row} for row in rows)
    return file


def refused(file: Path | str) -> CommandError:
    with pytest.raises(CommandError) as error:
        load(file)
    assert not Kpi.objects.exists()
    assert not Programme.objects.exists()
    assert not Event.objects.exists()
    return error.value


def test_all_rows_of_the_real_file_are_accounted_for():
    summary = load(FILE)
    assert (summary["rows"], summary["loaded"], summary["already"]) == (303, 303, 0)
    assert (summary["skipped"], summary["conflicts"]) == ([], [])
    assert summary["series"] == {"readings_only": 78, "targets_only": 28, "both": 47}
    assert (summary["signals"], summary["deviations"], summary["reviews"]) == (0, 0, 0)
    assert (Reading.objects.count(), Target.objects.count()) == (258, 97)
    assert not Reading.objects.filter(backfilled=False).exists()
    assert SeriesStatus.objects.count() == Kpi.objects.count() == 153
    batch = ImportBatch.objects.get()
    assert batch.readings.count() + batch.targets.count() == 355
    assert Event.objects.get(verb="import.loaded").data["digest"] == batch.sha256


def test_loading_again_finds_every_row_and_changes_nothing():
    load(FILE)
    events = Event.objects.count()
    summary = load(FILE)
    assert (summary["loaded"], summary["already"]) == (0, 303)
    assert Event.objects.count() == events
    assert ImportBatch.objects.count() == 1


def test_dry_run_says_the_same_and_keeps_nothing():
    summary = load(FILE, "--dry-run")
    assert (summary["loaded"], summary["dry_run"]) == (303, True)
    assert not Kpi.objects.exists()
    assert not Event.objects.exists()


def test_periods_that_have_not_ended_wait_and_their_targets_do_not(tmp_path):
    file = write(
        tmp_path,
        {"period_start": "2200-01-01", "period_end": "2199-12-31", "actual": "1"}
        | {"period_start": "2198-01-01"},
        {"kpi": "Other", "period_start": "2198-01-01", "period_end": "2199-12-31", "target": ""},
    )
    summary = load(file)
    assert summary["loaded"] == 1
    assert [each["row"] for each in summary["partly"]] == [2]
    assert [each["row"] for each in summary["skipped"]] == [3]
    assert Target.objects.count() == 1
    assert not Reading.objects.exists()
    assert load(file)["already"] == 1


def test_part_years_and_overlaps_load_as_what_they_are(tmp_path):
    load(
        write(
            tmp_path,
            {},
            {"period_end": "2012-05-31", "target": "", "actual": "10.1"},
            {"period_start": "2010-10-25", "target": "", "actual": "8"},
        )
    )
    assert list(Reading.objects.order_by("pk").values_list("complete", flat=True)) == [
        True,
        False,
        False,
    ]
    status = SeriesStatus.objects.get()
    assert (status.status, str(status.value)) == ("at_risk", "41.3000000000")


def test_same_row_twice_is_known_and_another_value_a_conflict(tmp_path):
    summary = load(
        write(
            tmp_path,
            {},
            {},
            {"actual": "40"},
            {"target": "50", "actual": ""},
            {"actual": "40", "target": "", "source_url": "https://example.org/other"},
            {"unit": "cases"},
            {"target": "", "actual": ""},
        )
    )
    assert (summary["loaded"], summary["already"]) == (2, 1)
    assert [each["row"] for each in summary["conflicts"]] == [4, 5, 7]
    assert [each["row"] for each in summary["skipped"]] == [4, 5, 7, 8]
    assert LiveReading.objects.filter(is_current=True).count() == 1


def test_a_value_entered_as_provisional_is_the_same_value(tmp_path):
    load(write(tmp_path, {}))
    series = make.total(Kpi.objects.get())
    make.reading(series, "2013", "40", state="provisional", source=ROW["source_url"])
    later = {"period_start": "2013-01-01", "period_end": "2013-12-31", "target": ""}
    summary = load(write(tmp_path, {**later, "actual": "40"}))
    assert (summary["already"], summary["skipped"]) == (1, [])


def test_baseline_without_target_is_kept_and_said(tmp_path):
    summary = load(write(tmp_path, {"target": "", "baseline": "66343"}))
    assert summary["baselines_without_target"] == [2]
    assert "66343" in Reading.objects.get().note


def test_frequency_follows_the_complete_periods(tmp_path):
    quarters = [
        {"period_start": f"2012-{m:02d}-01", "period_end": end, "target": ""}
        for m, end in ((1, "2012-03-31"), (4, "2012-06-30"), (7, "2012-09-30"))
    ]
    load(write(tmp_path, *quarters, {"kpi": "Other"}))
    assert dict(Kpi.objects.values_list("name", "definitions__frequency")) == {
        "Street crime": "quarterly",
        "Other": "yearly",
    }


def test_closed_programme_knows_its_rows_and_takes_no_more(tmp_path):
    load(write(tmp_path, {}))
    programmes.close(programme=Programme.objects.get(), because="Over", by=make.BY, at=make.AT)
    summary = load(write(tmp_path, {}, {"kpi": "New"}, {"source_url": "https://example.org/x"}))
    assert (summary["loaded"], summary["already"]) == (0, 1)
    assert [each["row"] for each in summary["skipped"]] == [3, 4]
    assert Kpi.objects.count() == 1


def test_new_areas_report_to_the_forum_that_is_named(tmp_path):
    forum = make.kpi().area.home_forum
    load(write(tmp_path, {}), "--forum", forum.name)
    assert ResultArea.objects.get(name="Reducing Crime").home_forum == forum
    with pytest.raises(CommandError, match="There is no open forum"):
        load(write(tmp_path, {"programme": "ETP"}), "--forum", "Nowhere")


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"actual": "41,3"}, "Row 2, column actual: Write the decimal sign as a point"),
        ({"target": "many"}, "Row 2, column target"),
        ({"baseline": "1234567890123456"}, "Row 2, column baseline"),
        ({"period_end": "2011-12-31"}, "Row 2, column period_end: The period ends"),
        ({"period_start": "01/01/2012"}, "Row 2, column period_start"),
        ({"period_start": "0328-01-01"}, "Row 2, column period_start"),
        ({"direction": "up"}, "Row 2, column direction"),
        ({"kpi": ""}, "Row 2, column kpi"),
        ({"kpi": "x" * 301}, "Row 2, column kpi"),
    ],
)
def test_row_that_cannot_be_read_refuses_the_file(tmp_path, row, place):
    error = refused(write(tmp_path, row, {"kpi": "Sound"}))
    assert place in str(error)
    assert error.returncode == 1


def test_every_problem_is_named_at_once(tmp_path):
    error = refused(write(tmp_path, {"actual": "a"}, {}, {"target": "b"}))
    assert [line.split(":")[0] for line in str(error).splitlines()[:2]] == [
        "Row 2, column actual",
        "Row 4, column target",
    ]


HEADER = ",".join(COLUMNS).encode()
GOOD = b"GTP,A,M,K,%,higher_is_better,2012-01-01,2012-12-31,,,1,https://example.org,"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"programme,area\nx,y\n", 'Row 1, column 2: "result_area" is "area"'),
        (HEADER + b",extra\n", "Row 1, column 14"),
        (HEADER.replace(b",", b";") + b"\n", "semicolons"),
        (HEADER + b"\n" + GOOD + "café".encode("latin-1") + b"\n", "Row 2, column 13: byte 0xe9"),
        ("programme,x\n".encode("utf-16"), "UTF-16"),
        (HEADER + b"\n" + GOOD + b"\x00\n", "Row 2, column 13: there is a NUL"),
        (HEADER + b"\n" + GOOD[:-1] + b"\n", "Row 2, column note: the row has 12 columns"),
        (HEADER + b'\n"GTP,A\n', "Row 2"),
        (b"PK\x03\x04 spreadsheet", "is a spreadsheet"),
    ],
)
def test_file_of_the_wrong_form_is_refused_with_its_place(tmp_path, content, message):
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    assert message in str(refused(file))


def test_no_file_a_folder_and_a_file_too_large_are_refused(tmp_path, settings):
    assert "There is no file" in str(refused(tmp_path / "none.csv"))
    assert "is a folder" in str(refused(tmp_path))
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(100_000_000)
    error = refused(tmp_path / "large.csv")
    assert "100 MB; at most 50 MB" in str(error)
    assert error.returncode == 2


def test_byte_order_mark_and_line_breaks_in_cells_are_taken(tmp_path):
    file = tmp_path / "kpis.csv"
    row = GOOD + b'"two\r\nlines"\r\n'
    file.write_bytes(b"\xef\xbb\xbf" + HEADER + b"\r\n" + row)
    assert load(file)["loaded"] == 1
    assert not Deviation.objects.exists()
