"""Definitions in full: kinds, ways of putting values together, pairs, composites, versions."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from kpis.models import Deviation, Series, SeriesStatus
from kpis.rules.kinds import MILESTONE_UNIT
from kpis.rules.values import Observation
from kpis.selectors import breakdowns as breakdown_selectors
from kpis.selectors import kpis as selectors
from kpis.selectors.pages import entry
from kpis.services import breakdowns, detection, kpis, readings
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories import people
from tests.factories.labs import AreaFactory

pytestmark = pytest.mark.django_db
BY = {"by": make.BY, "at": make.AT}
D = Decimal


@pytest.fixture
def area():
    return AreaFactory()


def newest(kpi):
    return selectors.definition_of(kpi)


def test_definition_keeps_all_that_was_said(area):
    pair = make.kpi(area, name="Repeat offences")
    kpi = make.kpi(
        area,
        kind="count",
        over_periods="sum",
        over_parts="sum",
        parts_check="total",
        provisional_days=15,
        quality_pair=pair,
    )
    found = newest(kpi)
    assert (found.over_periods, found.over_parts, found.parts_check) == ("sum", "sum", "total")
    assert (found.provisional_days, kpi.quality_pair) == (15, pair)
    data = Event.objects.get(verb="kpi.created", subject_id=str(kpi.pk)).data
    assert (data["over_parts"], data["provisional_days"], data["components"]) == ("sum", 15, [])


@pytest.mark.parametrize(
    ("kind", "way"), [("ratio", "ratio_of_sums"), ("count", "sum"), ("score", "latest")]
)
def test_year_is_put_together_as_fits_the_kind_unless_said_otherwise(area, kind, way):
    assert newest(make.kpi(area, kind=kind)).over_periods == way
    assert newest(make.kpi(area, kind=kind, over_periods="")).over_periods == ""


def test_milestone_is_done_or_not_done(area):
    kpi = make.kpi(area, kind="milestone", unit="")
    series = make.total(kpi)
    assert newest(kpi).unit == MILESTONE_UNIT
    with pytest.raises(readings.WrongKind, match="done"):
        make.reading(series, "2017", "0.3")
    assert make.reading(series, "2017", "0").value == 0
    assert make.reading(series, "2018", "1").value == 1


@pytest.mark.parametrize(
    ("kind", "value"), [("count", "1.5"), ("count", "-1"), ("rank", "0"), ("rank", "2.5")]
)
def test_values_that_cannot_be_are_refused_beside_the_value(area, kind, value):
    with pytest.raises(readings.WrongKind) as refused:
        make.reading(make.total(make.kpi(area, kind=kind)), "2018", value)
    assert set(refused.value.fields) == {"value"}


def test_percentage_above_a_hundred_is_taken_unless_it_is_a_share(area):
    growth = make.total(make.kpi(area, kind="percentage"))
    assert make.reading(growth, "2018", "140").pk
    share = make.total(make.kpi(area, kind="percentage", parts_check="hundred"))
    with pytest.raises(readings.WrongKind, match="share"):
        make.reading(share, "2018", "140")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "ratio", "scale": 100, "over_periods": "average"}, "over_periods"),
        ({"kind": "rank", "over_parts": "sum"}, "over_parts"),
        ({"parts_check": "total"}, "parts_check"),
        ({"kind": "milestone", "direction": "range"}, "direction"),
        ({"provisional_days": 251}, "provisional_days"),
        ({"over_parts": "median"}, "over_parts"),
    ],
)
def test_what_does_not_fit_the_kind_is_refused_by_field(area, fields, field):
    with pytest.raises(kpis.KpiRefused) as refused:
        make.kpi(area, **fields)
    assert set(refused.value.fields) == {field}


# What stands beside a KPI


def test_kpi_is_not_its_own_pair_and_the_pair_is_of_the_programme(area):
    kpi = make.kpi(area)
    for wrong in (kpi, make.kpi(AreaFactory())):
        with pytest.raises(kpis.KpiRefused) as refused:
            kpis.assign(kpi=kpi, owner=None, verifier=None, quality_pair=wrong, **BY)
        assert set(refused.value.fields) == {"quality_pair"}


def test_pair_stays_unless_it_is_named_and_asks_for_detection(area):
    kpi, pair = make.kpi(area), make.kpi(area)
    Series.objects.update(changed_at=None)
    kpis.assign(kpi=kpi, owner=None, verifier=None, quality_pair=pair, **BY)
    assert make.total(kpi).changed_at is not None
    kpis.assign(kpi=kpi, owner=None, verifier=None, **BY)
    kpi.refresh_from_db()
    assert kpi.quality_pair == pair
    kpis.assign(kpi=kpi, owner=None, verifier=None, quality_pair=None, **BY)
    kpi.refresh_from_db()
    assert kpi.quality_pair is None


# Composites


def composite(area, *parts, **fields):
    given = {"composition": "weighted", "components": [(part, D(1)) for part in parts]}
    return make.kpi(area, **{**given, **fields})


def test_composite_shows_its_components_and_takes_no_value_by_hand(area):
    roads, rails = make.kpi(area), make.kpi(area)
    kpi = composite(area, components=[(roads, D(3)), (rails, D("0.5"))])
    rows = newest(kpi).components.values_list("kpi__code", "weight")
    assert list(rows) == [(roads.code, D(3)), (rails.code, D("0.5"))]
    with pytest.raises(readings.WorkedOut):
        make.reading(make.total(kpi), "2018", "5")


def test_components_that_say_nothing_clear_are_refused(area):
    part = make.kpi(area)
    wrong = [
        {"components": []},
        {"components": [(part, D(0))]},
        {"components": [(part, D(1)), (part, D(2))]},
        {"components": [(part, D("0.00001"))]},
        {"components": [(part, D(1)), (make.kpi(area), D(-1))]},
        {"components": [(make.kpi(AreaFactory()), D(1))]},
        {"components": [(make.kpi(area, frequency="monthly"), D(1))]},
        {"components": [(part, D(1))], "composition": ""},
        {"components": [(part, D(1))], "kind": "count"},
    ]
    for fields in wrong:
        with pytest.raises(kpis.KpiRefused):
            composite(area, **fields)


def test_kpi_is_never_worked_out_from_itself(area):
    bottom = make.kpi(area)
    middle = composite(area, bottom)
    top = composite(area, middle)
    for parts in ([(bottom, D(1))], [(top, D(1))]):
        with pytest.raises(kpis.KpiRefused, match="itself"):
            kpis.redefine(kpi=bottom, reason="Round", composition="sum", components=parts, **BY)


def test_component_in_use_does_not_end(area):
    part = make.kpi(area)
    whole = composite(area, part)
    with pytest.raises(kpis.KpiRefused, match="worked out from this one"):
        kpis.retire(kpi=part, reason="Set up twice", **BY)
    kpis.redefine(kpi=whole, reason="Reported by itself", composition="", **BY)
    assert not newest(whole).components.exists()
    kpis.retire(kpi=part, reason="Set up twice", **BY)


def test_other_components_are_a_new_version_and_the_same_are_none(area):
    one, other = make.kpi(area), make.kpi(area)
    kpi = composite(area, one)
    with pytest.raises(kpis.KpiRefused, match="Nothing would change"):
        kpis.redefine(kpi=kpi, reason="Same", components=[(one, D("1.0"))], **BY)
    kpis.redefine(kpi=kpi, reason="Rails too", components=[(one, D(1)), (other, D(1))], **BY)
    assert (newest(kpi).version, newest(kpi).components.count()) == (2, 2)
    kpis.redefine(kpi=kpi, reason="In points", unit="points", **BY)
    assert newest(kpi).components.count() == 2, "what is not named stays"


def test_composite_is_worked_out_anew_when_a_component_is_redefined(area):
    part = make.kpi(area)
    whole = composite(area, part)
    whole.definitions.update(composed_at=make.AT)
    kpis.redefine(kpi=part, reason="Counted anew", unit="arrests", **BY)
    assert newest(whole).composed_at is None


# Time


def test_nothing_is_due_until_the_effect_date(area):
    kpi = make.kpi(area, effective_from=datetime.date(2020, 1, 1), reporting_from=None)
    make.target(make.total(kpi), "2018", "100")
    detection.detect(at=make.AT)
    series = make.total(kpi)
    assert series.status.status == "not_due"
    assert not Deviation.objects.exists()


def test_a_value_from_before_the_effect_date_is_judged_once_the_kpi_is_in_effect(area):
    start = datetime.date(2020, 1, 1)
    series = make.total(make.kpi(area, effective_from=start))
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    detection.detect(at=make.AT)
    assert (series.status.status, series.status.value, series.status.check_on) == (
        "not_due",
        D(10),
        start,
    )
    detection.detect_due(at=datetime.datetime(2020, 1, 1, 9, tzinfo=datetime.UTC), limit=10)
    series.status.refresh_from_db()
    assert series.status.status == "off_track"
    assert not Deviation.objects.exists()


def test_part_owes_nothing_before_its_first_day_and_after_its_last(area):
    kpi = make.kpi(area, reporting_from=datetime.date(2015, 1, 1), frequency="yearly")
    parts = [
        breakdowns.Part("a", "Opened 2017", starts_on=datetime.date(2017, 1, 1)),
        breakdowns.Part("b", "Closed 2016", ends_on=datetime.date(2016, 12, 31)),
        breakdowns.Part("c", "Always"),
    ]
    of = {
        series.cell.key: series
        for series in breakdowns.add(kpi=kpi, dimension="trust", parts=parts, **BY)
    }
    years = {
        key: [owed.period.start.year for owed in entry.owed_periods(series, make.AT)][::-1]
        for key, series in of.items()
    }
    assert years == {
        "trust=a": [2017, 2018],
        "trust=b": [2015, 2016],
        "trust=c": [2015, 2016, 2017, 2018],
    }
    detection.detect(at=make.AT)
    rows = SeriesStatus.objects.filter(series__in=of.values())
    newest = dict(rows.values_list("series__cell__key", "missing_period_end"))
    assert newest["trust=a"] == newest["trust=c"] == datetime.date(2018, 12, 31)
    assert newest["trust=b"] == datetime.date(2016, 12, 31)
    # Said to have closed before anything was asked for, it owes nothing any more.
    member = breakdown_selectors.members_of(of["trust=b"])[0]
    renaming = breakdowns.Renaming(member, member.name, None, datetime.date(2014, 12, 31))
    breakdowns.rename(kpi=kpi, renamings=[renaming], **BY)
    detection.detect(at=make.AT)
    assert SeriesStatus.objects.get(series=of["trust=b"]).missing_period_end is None


def test_old_deviations_stay_with_the_old_version(area):
    kpi = make.kpi(area)
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    detection.detect(at=make.AT)
    before = Deviation.objects.get(rule__kind="progress")
    kpis.redefine(kpi=kpi, reason="Counted anew", kind="count", over_periods=None, **BY)
    detection.detect(at=make.AT)
    after = Deviation.objects.get(rule__kind="progress")
    assert (after.pk, after.series, after.first_signal) == (before.pk, series, before.first_signal)
    assert newest(kpi).over_periods == "sum"


def test_ratio_keeps_its_two_parts(area):
    series = make.total(make.monthly_ratio(area))
    seen = Observation.ratio(D(29), D(40), D(100))
    reading = make.reading(series, "2018-03", seen)
    assert (reading.numerator, reading.denominator, reading.value) == (D(29), D(40), D("72.5"))


# On the pages


def test_milestone_is_entered_as_a_choice_and_read_in_words(client, area):
    client.force_login(people.delivery_unit())
    kpi = make.kpi(area, kind="milestone", reporting_from=datetime.date(2015, 1, 1))
    url = reverse("kpis:reading_new", args=[kpi.code])
    with time_machine.travel(make.AT, tick=False):
        form = client.get(url).context["form"]
        assert [value for value, _word in form.fields["value"].choices] == ["1", "0"]
        assert "comparator" not in form.fields
        make.target(make.total(kpi), "2017", "1")
        make.reading(make.total(kpi), "2016", "0")
        make.reading(make.total(kpi), "2017", "1")
        text = client.get(reverse("kpis:kpi", args=[kpi.code])).text
    assert "not done" in text
    assert "0 done / not done" not in text
