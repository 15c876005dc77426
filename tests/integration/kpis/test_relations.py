"""Rules on how series stand to each other: quality beside a headline, parts beside a total."""

from __future__ import annotations

import datetime

import pytest

from kpis.models import Deviation, Signal
from kpis.services import detection, readings
from kpis.templatetags.looked_at import recomputed
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db


def run() -> detection.Counts:
    counts = detection.detect(at=make.AT)
    again = detection.detect(at=make.AT)
    assert (again.series, again.signals, again.opened) == (0, 0, 0)
    return counts


def found(kind: str) -> list[Deviation]:
    return list(Deviation.objects.filter(rule__kind=kind).order_by("pk"))


def guarded():
    """A headline and its quality KPI, each with a target of 100 for 2017 and 2018."""
    quality = make.kpi(name="Seats that work")
    headline = make.kpi(quality.area, name="Seats in school")
    type(headline).objects.filter(pk=headline.pk).update(quality_pair=quality)
    pair = make.total(headline), make.total(quality)
    for series in pair:
        for year in ("2017", "2018"):
            make.target(series, year, "100", baseline="0")
    return pair


def test_headline_on_track_with_its_quality_off_is_a_conflict():
    headline, quality = guarded()
    make.reading(headline, "2018", "100")
    run()
    assert found("pair_conflict") == []
    make.reading(quality, "2018", "10")
    run()
    (conflict,) = found("pair_conflict")
    assert (conflict.series, conflict.severity) == (headline, "ask")
    evidence = conflict.first_signal.evidence
    assert evidence["pair"]["name"] == "Seats that work"
    assert (evidence["pair"]["value"], evidence["pair"]["status"]) == ("10", "off_track")
    assert evidence["target"] == evidence["pair"]["target"] == "100"
    assert evidence["about"]["kpi"] == "Seats in school"


def test_a_conflict_is_over_when_quality_is_back():
    headline, quality = guarded()
    make.reading(headline, "2018", "100")
    bad = make.reading(quality, "2018", "10")
    run()
    readings.correct(
        reading=bad, observation=make.number("100"), reason="Typo", by=make.BY, at=make.AT
    )
    run()
    (conflict,) = found("pair_conflict")
    assert conflict.closed_at is not None


def test_headline_off_track_is_no_conflict():
    headline, quality = guarded()
    make.reading(headline, "2018", "10")
    make.reading(quality, "2018", "10")
    run()
    assert found("pair_conflict") == []


def broken_down(**fields):
    """A total and two regions."""
    kpi = make.kpi(**fields)
    return [make.cell(kpi, key) for key in ("total", "region=north", "region=south")]


def test_a_part_that_worsens_behind_a_better_total_is_noted():
    total, north, south = broken_down()
    for year, values in (("2015", "10 6 4"), ("2016", "11 7 4"), ("2017", "12 8 4")):
        for series, value in zip((total, north, south), values.split(), strict=True):
            make.reading(series, year, value)
    run()
    assert found("part_worsens") == []
    make.reading(total, "2018", "13")
    make.reading(north, "2018", "10")
    make.reading(south, "2018", "3")
    run()
    (hidden,) = found("part_worsens")
    assert (hidden.series, hidden.severity) == (total, "note")
    evidence = hidden.first_signal.evidence
    assert evidence["parts"] == [{"label": "south", "from": "4", "to": "3"}]
    assert (evidence["total_from"], evidence["total_to"]) == ("10", "13")


def test_what_worsens_in_a_range_stays_recomputable():
    total, north = broken_down(direction="range")[:2]
    for year, values in (("2015", "20 8"), ("2018", "12 11")):
        for series, value in zip((total, north), values.split(), strict=True):
            make.target(series, year, "5", high="10")
            make.reading(series, year, value)
    run()
    (hidden,) = found("part_worsens")
    signal = hidden.first_signal
    assert (signal.evidence["target_low"], signal.evidence["target_high"]) == ("5", "10")
    assert recomputed(signal) == "holds"


def test_parts_that_do_not_make_the_total_disagree():
    total, north, south = broken_down(over_parts="sum", parts_check="total")
    make.reading(total, "2018", "100")
    make.reading(north, "2018", "60")
    run()
    assert found("parts_disagree") == [], "one part is still to come"
    make.reading(south, "2018", "30")
    run()
    (apart,) = found("parts_disagree")
    assert apart.series == total
    evidence = apart.first_signal.evidence
    assert (evidence["how"], evidence["total"], evidence["parts_total"]) == ("sum", "100", "90")


def test_a_part_that_has_ended_is_not_waited_for():
    total, north, south = broken_down(over_parts="sum", parts_check="total")
    type(south.cell).objects.filter(pk=south.cell.pk).update(ends_on=datetime.date(2017, 6, 30))
    for year in ("2017", "2018"):
        make.reading(total, year, "100")
        make.reading(north, year, "60")
    run()
    (apart,) = found("parts_disagree")
    assert [apart.first_signal.period_start.year, apart.last_signal.period_start.year] == [2018] * 2
    assert apart.first_signal.evidence["parts"] == 1


def test_shares_must_sum_to_a_hundred():
    total, north, south = broken_down(unit="%", kind="percentage", parts_check="hundred")
    for series, value in ((total, "100"), (north, "60"), (south, "39.6")):
        make.reading(series, "2018", value)
    run()
    assert found("parts_disagree") == [], "within half a per cent"
    make.reading(total, "2017", "100")
    make.reading(north, "2017", "60")
    make.reading(south, "2017", "41")
    run()
    assert len(found("parts_disagree")) == 1


def test_parts_of_a_ratio_are_added_before_they_are_divided():
    total, north, south = broken_down(
        kind="ratio", scale=100, unit="%", over_parts="ratio_of_sums", parts_check="total"
    )
    make.reading(total, "2018", make.share(30, 100))
    make.reading(north, "2018", make.share(10, 20))
    make.reading(south, "2018", make.share(20, 80))
    run()
    assert found("parts_disagree") == []
    assert not Signal.objects.filter(version__rule__kind="parts_disagree").exists()


def test_thirds_are_added_without_rounding_them():
    total, north, south = broken_down(
        kind="ratio", scale=100, unit="%", over_parts="ratio_of_sums", parts_check="total"
    )
    make.reading(total, "2018", make.share(2, 6))
    make.reading(north, "2018", make.share(1, 3))
    make.reading(south, "2018", make.share(1, 3))
    run()
    assert found("parts_disagree") == []
    make.reading(total, "2017", make.share(2, 6))
    make.reading(north, "2017", make.share(1, 3))
    make.reading(south, "2017", make.share(2, 3))
    run()
    (apart,) = found("parts_disagree")
    assert apart.first_signal.evidence["parts_total"] == "50"
