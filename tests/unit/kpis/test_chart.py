"""The chart's specification: what is drawn, what is joined, what the key names."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from kpis.charts import draw, spec
from kpis.charts.data import Event, PathLine, PathPoint, Point, SeriesChart


def year(number: int, **fields: Any) -> Point:
    return Point(datetime.date(number, 1, 1), datetime.date(number, 12, 31), str(number), **fields)


def layers(chart: SeriesChart, **size: int) -> list[dict[str, Any]]:
    return spec.build(chart, **size)["vconcat"][1]["layer"]


def rows(part: dict[str, Any], of_all: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of one layer, which may be kept with all layers together."""
    return part.get("data", of_all.get("data"))["values"]


def found(chart: SeriesChart, view: int, mark: str) -> list[list[dict[str, Any]]]:
    of_all = spec.build(chart, checked=True)["vconcat"][view]
    return [rows(each, of_all) for each in of_all["layer"] if each["mark"]["type"] == mark]


def drawn(chart: SeriesChart, mark: str) -> list[list[dict[str, Any]]]:
    """The rows of every layer with this mark."""
    return found(chart, 1, mark)


def key(chart: SeriesChart) -> list[str]:
    return [texts[0]["name"] for texts in found(chart, 0, "text")]


def test_key_names_what_is_there_and_nothing_else() -> None:
    assert key(SeriesChart("%", [year(2018, value=1.0)])) == ["Value"]
    full = SeriesChart(
        "%",
        [
            year(2017, value=1.0, mean=1.0, lower=0.5, upper=1.5),
            year(2018, value=2.0, target=3.0, mark="deviation"),
        ],
        [Event(datetime.date(2017, 6, 1), "Revision 1")],
    )
    names = ["Value", "Value that broke a rule", "Target", "Average", "Control limits", "Decision"]
    assert key(full) == names


def test_period_without_a_value_breaks_the_line() -> None:
    chart = SeriesChart("", [year(2015, value=1.0), year(2016, value=2.0), year(2018, value=3.0)])
    [line] = drawn(chart, "line")
    assert [row["run"] for row in line] == [1, 1, 2]


def test_targets_that_lie_apart_are_not_joined() -> None:
    chart = SeriesChart("", [year(2012, target=5.0), year(2020, target=9.0)])
    [line] = drawn(chart, "line")
    assert len({row["run"] for row in line}) == 2
    [ticks] = drawn(chart, "tick")
    assert [row["y"] for row in ticks] == [5.0, 9.0]


def test_new_baseline_group_starts_new_limits() -> None:
    points = [
        year(2015 + n, value=1.0, mean=1.0 + n // 2, lower=0.0, upper=2.0, group=n // 2)
        for n in range(4)
    ]
    runs = [[row["run"] for row in line] for line in drawn(SeriesChart("", points), "line")]
    assert [0, 0, 1, 1] in runs


def test_decision_outside_the_periods_shown_is_left_out() -> None:
    points = [year(2015, value=1.0), year(2016, value=1.0)]
    early = Event(datetime.date(2001, 1, 1), "Revision 1")
    assert not drawn(SeriesChart("", points, [early]), "rule")


def test_marks_differ_in_shape_as_well_as_in_colour() -> None:
    looks = list(spec.MARKS.values())
    assert len({(fill, shape) for _stroke, fill, shape in looks}) == len(looks)
    assert spec.MARKS["deviation"][2] != spec.MARKS["value"][2]
    dashes = [tuple(dash) for _colour, dash in spec.LINES.values()]
    assert len(set(dashes)) == len(dashes)


def test_few_periods_are_named_where_there_is_little_room() -> None:
    chart = SeriesChart("", [year(1990 + n, value=float(n)) for n in range(30)])

    def named(width: int) -> int:
        line = layers(chart, width=width)[0]
        return len(line["encoding"]["x"]["axis"]["values"])

    assert named(350) < named(840) <= 30


@pytest.mark.parametrize(
    "points",
    [
        [],
        [year(2018, value=5.0)],
        [year(2017, value=0.0), year(2018, value=0.0)],
        [year(2017, value=1.0, high=3.0, mark="bound"), year(2018, target=1.0, target_high=4.0)],
        [year(2017, value=-1e12), year(2018, value=1e12, mark="provisional")],
    ],
)
def test_any_series_can_be_drawn(points: list[Point]) -> None:
    picture = draw.drawn(SeriesChart("MYR <million> & more", points), width=840, height=300)
    assert picture.startswith("<svg")
    assert "style=" not in picture
    assert "<million>" not in picture


def test_same_data_give_the_same_text() -> None:
    chart = SeriesChart("%", [year(2017, value=1.0), year(2018, value=2.0)])
    first, second = (json.dumps(spec.build(chart), sort_keys=True) for _ in range(2))
    assert first == second


def path(kind: str, *values: float, first: int = 2016, **fields: Any) -> PathLine:
    points = [
        PathPoint(datetime.date(first + i, 1, 1), value, **fields) for i, value in enumerate(values)
    ]
    return PathLine(kind, "Revision 1", points)  # type: ignore[arg-type]


def test_paths_are_drawn_named_and_in_the_key() -> None:
    chart = SeriesChart(
        "%",
        [year(2016, value=1.0), year(2017, value=2.0, target=3.0)],
        paths=[path("path", 1, 2, 3), path("promised", 1, 4)],
    )
    assert key(chart) == ["Value", "Target", "Path", "Path promised then"]
    lines = [[row["y"] for row in line] for line in drawn(chart, "line")]
    assert [1, 2, 3] in lines
    assert [1, 4] in lines
    assert [rows[0]["name"] for rows in drawn(chart, "text")] == ["Revision 1", "Revision 1"]


def test_targets_are_not_joined_where_the_path_runs() -> None:
    points = [year(2016, value=1.0, target=2.0), year(2017, value=2.0, target=3.0)]
    assert [2.0, 3.0] in [[r["y"] for r in line] for line in drawn(SeriesChart("", points), "line")]
    chart = SeriesChart("", points, paths=[path("path", 2, 3, first=2020)])
    assert len(drawn(chart, "line")) == 2


def test_a_range_has_a_line_for_each_edge() -> None:
    chart = SeriesChart("", [year(2016, value=1.0)], paths=[path("path", 1, 2, high=5.0)])
    assert [[r["y"] for r in line] for line in drawn(chart, "line")][:2] == [[1, 2], [5, 5]]


def test_the_axis_reaches_to_the_end_of_a_path() -> None:
    chart = SeriesChart("", [year(2016, value=1.0)], paths=[path("path", 1, 2, 3, first=2020)])
    x = layers(chart)[0]["encoding"]["x"]
    ends = [
        datetime.datetime.fromtimestamp(ms / 1000, datetime.UTC).year for ms in x["scale"]["domain"]
    ]
    assert ends == [2016, 2022]
