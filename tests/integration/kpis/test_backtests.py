"""Back-tests: what a rule would have raised on what was known at the time."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models import Backtest, Deviation, Kpi, Signal
from kpis.services import backtests, readings
from kpis.services import kpis as kpi_services
from kpis.services.backtests import BacktestRefused
from people.models import User
from tests.factories import kpis as make
from tests.factories import people
from tests.factories.forums import make_forum
from tests.factories.kpis import AT, BY

pytestmark = pytest.mark.django_db

DAY = datetime.date


def noon(day: DAY) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(4), tzinfo=datetime.UTC)


def run(of: Kpi, kind: str = "progress", **given: Any) -> Backtest:
    asked = {
        "programme": of.area.programme,
        "kpi": of,
        "kind": kind,
        "first": {},
        "since": DAY(2016, 1, 1),
        "until": DAY(2019, 12, 31),
        "by": BY,
        "at": AT,
        **given,
    }
    made = backtests.start(**asked)
    while backtests.work(at=AT).more:
        pass
    made.refresh_from_db()
    return made


@pytest.fixture
def kpi() -> Kpi:
    """Targets of 100 a year; 2015 missed, 2016 met, 2017 missed, 2018 missed."""
    made = make.kpi(reporting_from=DAY(2015, 1, 1))
    series = make.total(made)
    for year, value in (("2015", "60"), ("2016", "120"), ("2017", "70"), ("2018", "70")):
        make.target(series, year, "100", baseline="50")
        entered = noon(DAY(int(year) + 1, 2, 1))
        make.reading(series, year, value, at=entered)
    return made


@pytest.fixture
def unit() -> User:
    return people.delivery_unit()


def raised(found: Backtest, setting: int = 1) -> list[tuple[str, str, str]]:
    rows = found.flags.filter(setting=setting).order_by("seen_on")
    return [(str(row.period_end.year), str(row.seen_on), row.outcome) for row in rows]


def test_flags_are_dated_when_the_value_became_known_and_told_by_the_next_target(kpi: Kpi) -> None:
    assert raised(run(kpi)) == [
        ("2015", "2016-02-01", "false"),  # 2016 was met
        ("2017", "2018-02-01", "hit"),  # 2018 was missed
        ("2018", "2019-02-01", "open"),
    ]


def test_figures_follow_from_the_flags(kpi: Kpi) -> None:
    score = run(kpi).scores[0]
    assert (score["precision"], score["misses"], score["found"]) == (0.5, 2, 1)
    assert score["recall"] == 0.5
    assert score["lead_days"] == (DAY(2018, 12, 31) - DAY(2018, 2, 1)).days


def test_what_was_corrected_later_was_not_known_then(kpi: Kpi) -> None:
    reading = make.total(kpi).readings.get(period_start="2016-01-01")
    readings.correct(
        reading=reading,
        observation=make.number("40"),
        reason="Counted anew",
        by=BY,
        at=noon(DAY(2018, 6, 1)),
    )
    assert ("2016", "2018-06-01", "hit") in raised(run(kpi))


def test_a_value_that_was_wrong_and_corrected_raised_its_flag_all_the_same(kpi: Kpi) -> None:
    reading = make.total(kpi).readings.get(period_start="2017-01-01")
    readings.correct(
        reading=reading,
        observation=make.number("130"),
        reason="Counted anew",
        by=BY,
        at=noon(DAY(2018, 6, 1)),
    )
    assert ("2017", "2018-02-01", "hit") in raised(run(kpi))


def test_the_vintage_of_a_source_counts_before_the_day_of_entry() -> None:
    made = make.kpi(reporting_from=DAY(2015, 1, 1))
    series = make.total(made)
    make.target(series, "2016", "100", baseline="50")
    make.reading(series, "2016", "60", vintage=DAY(2017, 3, 5), backfilled=True)
    assert raised(run(made)) == [("2016", "2017-03-05", "open")]


def test_history_without_a_vintage_counts_as_known_when_it_fell_due(kpi: Kpi) -> None:
    made = make.kpi(reporting_from=DAY(2015, 1, 1))
    series = make.total(made)
    make.target(series, "2016", "100", baseline="50")
    make.reading(series, "2016", "60", backfilled=True)
    found = run(made)
    assert found.assumed == 1
    assert raised(found)[0][1] < "2017-03-31"


def test_two_settings_stand_side_by_side(kpi: Kpi) -> None:
    lenient = {"at_risk_from": "0.1", "on_track_from": "0.3"}
    found = run(kpi, second=lenient)
    assert [score["flags"] for score in found.scores] == [3, 0]
    assert raised(found, 2) == []


def test_a_late_value_is_flagged_the_day_after_it_was_due() -> None:
    made = make.kpi(reporting_from=DAY(2015, 1, 1), effective_from=DAY(2015, 1, 1))
    make.reading(make.total(made), "2016", "60", at=noon(DAY(2017, 9, 1)))
    found = run(made, "missing", since=DAY(2017, 1, 1))
    assert raised(found)[0][0] == "2016"
    assert found.flags.earliest("period_start").seen_on < DAY(2017, 3, 1)


def test_a_value_that_never_came_is_flagged_too() -> None:
    made = make.kpi(reporting_from=DAY(2015, 1, 1), effective_from=DAY(2015, 1, 1))
    make.reading(make.total(made), "2015", "60", at=noon(DAY(2016, 1, 10)))
    found = run(made, "missing", since=DAY(2017, 1, 1))
    assert [row[0] for row in raised(found)] == ["2016", "2017", "2018"]
    first = found.flags.earliest("period_start")
    assert DAY(2017, 1, 20) < first.seen_on < DAY(2017, 3, 1)


def test_nothing_is_late_before_its_day_has_come() -> None:
    made = make.kpi(frequency="monthly", reporting_from=DAY(2018, 1, 1))
    make.total(made)
    found = run(made, "missing")
    assert found.flags.latest("seen_on").seen_on <= AT.date()


def test_a_deviation_that_takes_two_periods_is_flagged_at_the_second(kpi: Kpi) -> None:
    assert [row[0] for row in raised(run(kpi, first={"open_after": 2}))] == ["2018"]


def test_nothing_that_is_found_opens_anything(kpi: Kpi) -> None:
    run(kpi)
    assert not Signal.objects.exists()
    assert not Deviation.objects.exists()


def test_working_it_off_again_adds_nothing(kpi: Kpi) -> None:
    found = run(kpi)
    before = found.flags.count()
    Backtest.objects.filter(pk=found.pk).update(finished_at=None)
    assert backtests.work(at=AT).more
    assert found.flags.count() == before


def test_a_restricted_kpi_takes_no_part_in_the_whole_programme(kpi: Kpi) -> None:
    kpi_services.restrict(kpi=kpi, forums=[make_forum()], by=BY, at=AT)
    assert not run(kpi, kpi=None).flags.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "pair_conflict"}, "kind"),
        ({"since": DAY(2019, 1, 1), "until": DAY(2018, 1, 1)}, "until"),
    ],
)
def test_what_cannot_be_tried_is_refused(kpi: Kpi, given: dict[str, Any], field: str) -> None:
    with pytest.raises(BacktestRefused) as refusal:
        run(kpi, **given)
    assert field in (refusal.value.fields or {})


def test_the_same_setting_twice_is_refused(kpi: Kpi) -> None:
    with pytest.raises(BacktestRefused, match="same"):
        run(kpi, second={})


class TestPages:
    def test_the_delivery_unit_asks_and_everybody_reads(self, client, kpi: Kpi, unit) -> None:
        client.force_login(unit)
        code = kpi.area.programme.code
        page = reverse("kpis:backtest_new", args=[code]) + "?kind=progress"
        shown = client.get(page).context["form"].initial
        settings = {name: value for name, value in shown.items() if name.startswith("first_")}
        answer = client.post(
            page, {"since": "2016-01-01", "until": "2019-04-17", "kpi": kpi.code, **settings}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        run = Backtest.objects.get()
        while backtests.work(at=AT).more:
            pass
        text = client.get(reverse("kpis:backtest", args=[code, run.pk])).content.decode()
        assert "the flag was right" in text
        assert kpi.name in text

    def test_the_page_asks_as_often_for_many_flags(
        self, client, kpi: Kpi, unit, django_assert_num_queries
    ) -> None:
        found = run(kpi)
        client.force_login(unit)
        page = reverse("kpis:backtest", args=[kpi.area.programme.code, found.pk])
        client.get(page)
        with CaptureQueriesContext(connection) as few:
            client.get(page)
        row = found.flags.first()
        for number in range(30):
            row.pk, row.period_start = None, DAY(1950 + number, 1, 1)
            row.save(force_insert=True)
        with django_assert_num_queries(len(few)):
            client.get(page)
