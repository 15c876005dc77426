"""Loading periodic readings: the England file, and small ones with every kind of row."""

from __future__ import annotations

import datetime
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kpis.models import Deviation, Reading, Series, Signal
from kpis.services import imports
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db
FILE = Path(__file__).resolve().parents[2] / "demo/data/england_ae.csv"


def load(file: Path, *options: str) -> dict:
    out, err = StringIO(), StringIO()
    call_command("import_readings", str(file), *options, stdout=out, stderr=err)
    return json.loads(out.getvalue().splitlines()[-1])


def write(folder: Path, text: str) -> Path:
    file = folder / "readings.csv"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def england():
    return make.monthly_ratio(
        code="eng-ae-4h",
        effective_from=datetime.date(2016, 4, 1),
        rules_from="2016-04-01",
    )


@pytest.mark.usefixtures("england")
def test_england_file_loads_as_history_and_opens_nothing():
    summary = load(FILE)
    assert (summary["rows"], summary["loaded"]) == (2340, 2340)
    assert (summary["skipped"], summary["conflicts"]) == ([], [])
    assert (summary["signals"], summary["deviations"], summary["reviews"]) == (0, 0, 0)
    assert Series.objects.exclude(cell__key="total").count() == 65
    first = Reading.objects.get(series__cell__key="trust=R1K", period_start="2016-04-01")
    assert (first.numerator, first.denominator, first.complete) == (9063, 11715, True)
    again = load(FILE)
    assert (again["loaded"], again["already"]) == (0, 2340)
    assert not Deviation.objects.exists()


@pytest.mark.usefixtures("england")
def test_same_file_as_news_asks_for_one_review():
    """Replayed as it came in, the parts' deviations belong to one KPI, so to one review."""
    summary = imports.load_readings(file=FILE, backfilled=False, by=make.BY, at=make.AT)
    assert summary["loaded"] == 2340
    assert summary["signals"] == Signal.objects.count() > 0
    assert summary["deviations"] == Deviation.objects.count() > 0
    assert summary["reviews"] <= 1


@pytest.mark.usefixtures("england")
def test_file_can_be_loaded_month_by_month():
    until = datetime.date(2016, 5, 31)
    first = imports.load_readings(file=FILE, until=until, by=make.BY, at=make.AT)
    assert (first["loaded"], first["outside"]) == (130, 2210)
    june = datetime.date(2016, 6, 1)
    rest = imports.load_readings(file=FILE, since=june, by=make.BY, at=make.AT)
    assert (rest["loaded"], rest["outside"]) == (2210, 130)


@pytest.mark.usefixtures("england")
def test_every_row_is_counted_once(tmp_path):
    file = write(
        tmp_path,
        "kpi,cell,period,numerator,denominator,value,status,source,note\n"
        "eng-ae-4h,trust=A,2016-04,9,10,,final,NHS,\n"
        "eng-ae-4h,trust=A,2016-04,9,10,,final,NHS,same\n"
        "eng-ae-4h,trust=A,2016-04,8,10,,final,NHS,other\n"
        "eng-ae-4h,trust=A,2016-04-01,9,10,,provisional,NHS,other state\n"
        "eng-ae-4h,trust=A,2016-05,,,95,final,NHS,not a ratio\n"
        "eng-ae-4h,trust=A,2016-05,0,0,,final,NHS,nobody came\n"
        "nobody-knows,total,2016-05,9,10,,final,NHS,\n"
        "eng-ae-4h,,2199-01,9,10,,final,NHS,to come\n"
        "eng-ae-4h,,2016-04,9,10,,,NHS,the total\n",
    )
    summary = load(file)
    assert summary["loaded"] == 2
    assert summary["already"] == 1
    assert [each["row"] for each in summary["conflicts"]] == [4, 5]
    assert sorted(each["row"] for each in summary["skipped"]) == [4, 5, 6, 7, 8, 9]
    assert load(file)["already"] == 3


@pytest.mark.usefixtures("england")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kpi,period,value\n", 'Row 1: the column "source" is missing'),
        ("kpi,period,source\n", "columns value or numerator and denominator"),
        ("kpi,when,value,source\n", 'Row 1, column 2: "when"'),
        ("kpi,period,period,value,source\n", 'Row 1, column 3: "period" is there twice'),
        (
            "kpi,period,numerator,denominator,source\neng-ae-4h,2016-04,nine,10,NHS\n",
            "Row 2, column numerator",
        ),
        (
            "kpi,period,numerator,denominator,source\neng-ae-4h,April,9,10,NHS\n",
            "Row 2, column period",
        ),
        (
            (
                "kpi,period_start,period_end,numerator,denominator,source\n"
                "eng-ae-4h,2016-04-30,2016-04-01,9,10,NHS\n"
            ),
            "Row 2, column period_end",
        ),
        (
            "kpi,cell,period,numerator,denominator,source\neng-ae-4h,A,2016-04,9,10,NHS\n",
            "Row 2, column cell",
        ),
        (
            "kpi,period,numerator,denominator,status,source\neng-ae-4h,2016-04,9,10,done,NHS\n",
            "Row 2, column status",
        ),
    ],
)
def test_wrong_files_are_refused_whole(tmp_path, text, message):
    with pytest.raises(CommandError) as error:
        load(write(tmp_path, text))
    assert message in str(error.value)
    assert not Reading.objects.exists()
