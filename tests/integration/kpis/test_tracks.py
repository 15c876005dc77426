"""Tracks: whatever was written, in whatever order, a track says what its rows say."""

from __future__ import annotations

import datetime
from random import Random

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from kpis.models import Baseline, Reading, Series, Signal, Track
from kpis.rules.portfolio import APART, BACKFILLED, BOUND, EXTRA, LEAD, POINT, PROVISIONAL
from kpis.services import detection, readings, tracks
from kpis.services import series as series_service
from ledger.rules.actors import Actor
from tests.factories import kpis as make

pytestmark = pytest.mark.django_db


def points_of(series):
    return np.frombuffer(bytes(Track.objects.get(pk=series.pk).points), POINT)


def test_a_value_and_what_becomes_of_it():
    series = make.total(make.monthly_ratio())
    first = make.reading(series, "2018-01", make.share(1, 3), backfilled=True)
    make.reading(series, "2018-03", make.share(1, 2), state="provisional")
    points = points_of(series)
    assert points["start"].tolist() == [17532, 17591]
    assert points["value"].tolist() == [100 / 3, 50.0]
    assert points["flags"].tolist() == [BACKFILLED, PROVISIONAL]
    extras = np.frombuffer(bytes(Track.objects.get().extras), EXTRA)
    assert extras.tolist() == [(17591, 50.0, 50.0, 18003)]
    readings.correct(
        reading=first, observation=make.share(2, 3), reason="Typo", by=make.BY, at=make.AT
    )
    assert points_of(series)["value"].tolist() == [200 / 3, 50.0]
    readings.retract(reading=first.corrected_by, reason="Wrong trust", by=make.BY, at=make.AT)
    assert points_of(series)["value"].tolist() == [50.0]
    assert tracks.differing() == []


def test_a_verified_value_is_provisional_no_longer():
    series = make.total(make.kpi())
    entered = make.reading(series, "2018", "10", state="provisional")
    assert points_of(series)["flags"].tolist() == [PROVISIONAL]
    readings.verify(reading=entered, by=Actor.system("somebody else"), at=make.AT)
    assert points_of(series)["flags"].tolist() == [0]


def test_bounds_have_their_ends():
    series = make.total(make.kpi())
    for year, sign, high in (("2015", "<", None), ("2016", ">", None), ("2017", "range", "9")):
        make.reading(series, year, make.number("7", sign, high))
    make.reading(series, "2018", make.number("7", "≈"))
    points = points_of(series)
    assert points["flags"].tolist() == [BOUND] * 3 + [0]
    assert np.isnan(points["value"]).tolist() == [True] * 3 + [False]
    extras = np.frombuffer(bytes(Track.objects.get().extras), EXTRA)
    assert extras["low"].tolist() == [-np.inf, 7, 7]
    assert extras["high"].tolist() == [7, np.inf, 9]


def test_part_years_and_other_sources_are_left_out():
    series = make.total(make.kpi())
    make.reading(series, "2018-01-01/2018-06-30", "3")
    make.reading(series, "2018", "7")
    other = make.reading(series, "2018", "8", source="Census")
    assert points_of(series)["value"].tolist() == [7.0]
    readings.choose(reading=other, reason="Better", by=make.BY, at=make.AT)
    assert points_of(series)["value"].tolist() == [8.0]


def test_before_a_new_baseline_only_what_leads_up_to_it_is_packed():
    series = make.total(make.kpi(frequency="monthly", effective_from=None))
    make.history(series, "2010-01-01", (str(n) for n in range(60)), backfilled=True)
    readings.retract(
        reading=Reading.objects.get(period_start="2011-01-01"),
        reason="Lost",
        by=make.BY,
        at=make.AT,
    )
    Baseline.objects.create(series=series, starts_on="2014-01-01", reason="Moved", at=make.AT)
    tracks.rebuild([series.pk])
    track = Track.objects.get()
    points = points_of(series)
    assert track.since == datetime.date(2014, 1, 1)
    assert (points["flags"] & LEAD != 0).sum() == (points["flags"] & APART != 0).sum() == 12
    assert len(points) == 24
    runs = np.frombuffer(bytes(track.earlier), "<i4").reshape(-1, 2)
    assert len(runs) == 2, "a stretch before and one after the month that is lost"
    make.reading(series, "2011-01", "12")
    runs = np.frombuffer(bytes(Track.objects.get().earlier), "<i4").reshape(-1, 2)
    assert len(runs) == 1
    assert tracks.differing() == []


@pytest.mark.parametrize("seed", range(6))
def test_any_walk_of_writes_leaves_tracks_true(seed):
    draw = Random(seed)
    kpi = make.kpi(frequency="monthly")
    cells = [make.cell(kpi, f"region=r{n}") for n in range(3)]
    months = [f"2016-{n:02}" for n in range(1, 13)]
    for _step in range(60):
        _write(draw, cells, months)
    assert tracks.differing() == []
    kept = list(Track.objects.order_by("pk").values_list("pk", "points", "extras", "earlier"))
    assert tracks.build_all() == Series.objects.count()
    again = list(Track.objects.order_by("pk").values_list("pk", "points", "extras", "earlier"))
    assert [
        [*map(str, map(bytes, row[1:]))] for row in again if row[0] in {k[0] for k in kept}
    ] == [[*map(str, map(bytes, row[1:]))] for row in kept]


def _write(draw: Random, cells: list[Series], months: list[str]) -> None:
    """One act that any writer might do."""
    live = list(Reading.objects.filter(live__isnull=False).order_by("pk"))
    act = draw.choice(["record"] * 4 + ["correct", "retract", "choose", "verify", "rebase"])
    if act == "rebase":
        series = draw.choice(cells)
        start = f"{draw.choice(months)}-01"
        Baseline.objects.get_or_create(
            series=series, starts_on=start, defaults={"reason": "Moved", "at": make.AT}
        )
        tracks.changed(series_ids=[series.pk], news=False, at=make.AT)
        return
    try:
        if act == "record" or not live:
            value = make.number(str(draw.randint(1, 99)), draw.choice(["=", "=", "=", "<", ">"]))
            make.reading(
                draw.choice(cells),
                draw.choice(months),
                value,
                source=draw.choice(["Census", "Register"]),
                state=draw.choice(["final", "provisional"]),
            )
            return
        one, by = draw.choice(live), make.BY
        if act == "correct":
            seen = make.number(str(draw.randint(1, 99)))
            readings.correct(reading=one, observation=seen, reason="Typo", by=by, at=make.AT)
        elif act == "retract":
            readings.retract(reading=one, reason="Wrong", by=by, at=make.AT)
        elif act == "choose":
            readings.choose(reading=one, reason="Better", by=by, at=make.AT)
        else:
            readings.verify(reading=one, by=Actor.system("another"), at=make.AT)
    except readings.ReadingRefused:
        return


def test_touching_twice_at_one_moment_moves_the_mark():
    series = make.total(make.kpi())
    marks = set()
    for since in ("2018-03-01", "2018-01-01", "2018-02-01"):
        day = datetime.date.fromisoformat(since)
        series_service.touch(series_ids=[series.pk], at=make.AT, since=day)
        series.refresh_from_db()
        marks.add(series.changed_at)
    assert len(marks) == 3
    assert series.changed_from == datetime.date(2018, 1, 1)


def test_the_check_names_a_track_that_was_tampered_with():
    series = make.total(make.kpi())
    make.reading(series, "2018", "10")
    call_command("rebuild_tracks", "--check")
    Track.objects.update(points=b"")
    with pytest.raises(CommandError, match=str(series.pk)):
        call_command("rebuild_tracks", "--check")
    call_command("rebuild_tracks")
    call_command("rebuild_tracks", "--check")


def test_a_series_from_before_there_were_tracks_is_packed_when_it_is_looked_at():
    series = make.total(make.kpi())
    make.target(series, "2017", "100", baseline="0")
    make.history(series, "2016-01-01", ["150", "10"])
    Track.objects.all().delete()
    series_service.touch(series_ids=[series.pk], at=make.AT)
    detection.detect(at=make.AT)
    assert tracks.differing([series.pk]) == []
    assert Signal.objects.filter(series=series, version__rule__kind="progress").count() == 1
