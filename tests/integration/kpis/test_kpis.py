"""KPIs, definitions, cells, holds and rules: what services take and refuse."""

from __future__ import annotations

import datetime

import pytest

from kpis.models import Hold, Rule, RuleVersion, Series
from kpis.rules.rules_catalogue import KINDS
from kpis.rules.rules_catalogue import RuleRefused as SettingRefused
from kpis.selectors import kpis as selectors
from kpis.services import detection, holds, kpis, readings, rules
from kpis.services import series as series_service
from labs.services import programmes
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories.people import PostFactory

pytestmark = pytest.mark.django_db
BY = {"by": make.BY, "at": make.AT}


def test_kpi_starts_with_a_definition_and_a_total():
    kpi = make.kpi(name="Street crime")
    (series,) = selectors.series_of(kpi)
    assert (series.cell.key, series.definition.version) == ("total", 1)
    assert series.changed_at is not None
    event = Event.objects.get(verb="kpi.created")
    assert event.data["direction"] == "increase"
    assert "Street crime" not in str(event.data)


@pytest.mark.parametrize(
    "fields", [{"direction": "up"}, {"kind": "words"}, {"frequency": "daily"}, {"scale": 0}]
)
def test_definition_takes_only_what_it_offers(fields):
    with pytest.raises(kpis.KpiRefused) as refusal:
        make.kpi(**fields)
    assert set(refusal.value.fields) == set(fields)


def test_code_is_unique_and_owner_does_not_verify():
    make.kpi(code="crime")
    with pytest.raises(kpis.KpiRefused):
        make.kpi(code="crime")
    post = PostFactory()
    with pytest.raises(kpis.KpiRefused):
        make.kpi(owner=post, verifier=post)


def test_redefining_starts_new_series_and_keeps_the_old():
    kpi = make.kpi()
    old = make.cell(kpi, "region=north")
    make.reading(old, "2018", "1")
    kpis.redefine(kpi=kpi, reason="Counted by arrests", unit="arrests", **BY)
    keys = [series.cell.key for series in selectors.series_of(kpi)]
    assert keys == ["total", "region=north"]
    assert old.readings.count() == 1
    assert Series.objects.count() == 4
    assert selectors.definition_of(kpi).unit == "arrests"
    with pytest.raises(kpis.KpiRefused):
        kpis.redefine(kpi=kpi, reason="", unit="x", **BY)
    with pytest.raises(kpis.KpiRefused):
        kpis.redefine(kpi=kpi, reason="Nothing", unit="arrests", **BY)


def test_replaced_definition_takes_no_new_value():
    kpi = make.kpi()
    old = make.total(kpi)
    kpis.redefine(kpi=kpi, reason="Counted by arrests", unit="arrests", **BY)
    with pytest.raises(readings.DefinitionReplaced):
        make.reading(old, "2018", "1")
    assert make.reading(make.total(kpi), "2018", "1").pk


def test_kpi_loaded_as_history_takes_effect_once():
    kpi = make.kpi(effective_from=None, reporting_from=None)
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    assert detection.detect(at=make.AT).opened == 0, "nothing was ever asked for"
    kpis.take_effect(kpi=kpi, effective_from=datetime.date(2018, 1, 1), **BY)
    assert detection.detect(at=make.AT).opened == 1, "the value of 2018 is missing"
    assert make.total(kpi) == series
    with pytest.raises(kpis.KpiRefused):
        kpis.take_effect(kpi=kpi, effective_from=datetime.date(2017, 1, 1), **BY)


def test_closed_programme_takes_no_kpi():
    kpi = make.kpi()
    programmes.close(programme=kpi.area.programme, because="Over", **BY)
    with pytest.raises(kpis.KpiRefused) as refusal:
        make.kpi(kpi.area, rules_from="")
    assert refusal.value.code == "programme_closed"


@pytest.mark.parametrize(
    ("key", "normal"),
    [
        ("", "total"),
        (" total ", "total"),
        ("trust = R1K", "trust=R1K"),
        ("size=small; region=north", "region=north;size=small"),
    ],
)
def test_cells_have_one_name(key, normal):
    assert make.cell(make.kpi(), key).cell.key == normal


@pytest.mark.parametrize("key", ["A", "a=", "=b", "a=b;a=c", "a=" + "b" * 61])
def test_wrong_cells_are_refused(key):
    with pytest.raises(series_service.CellRefused):
        make.cell(make.kpi(), key)


def test_hold_opens_once_and_lifts_once():
    kpi = make.kpi()
    for _ in range(2):
        holds.open(kpi=kpi, ref="dispute:1", reason="Two totals for 2011", **BY)
    holds.open(kpi=kpi, ref="dispute:2", reason="Another", **BY)
    assert Hold.objects.filter(lifted_at=None).count() == 2
    assert holds.lift(kpi=kpi, ref="dispute:1", reason="Settled", **BY) is not None
    assert holds.lift(kpi=kpi, ref="dispute:1", reason="Settled", **BY) is None
    assert Event.objects.filter(verb__in=["kpi.held", "kpi.released"]).count() == 3
    assert selectors.with_context(selectors.Kpi.objects.all()).count() == 1


def test_default_rules_are_installed_once():
    kpi = make.kpi()
    programme = kpi.area.programme
    made = rules.install_defaults(programme=programme, applies_from=datetime.date(2019, 1, 1), **BY)
    assert made == []
    assert set(Rule.objects.values_list("kind", flat=True)) == set(KINDS)
    assert RuleVersion.objects.count() == len(KINDS)


def change(rule, **fields):
    given = {
        "parameters": {"on_track_from": "0.8"},
        "severity": "review",
        "applies_from": datetime.date(2019, 1, 1),
        "reason": "Agreed",
    }
    return rules.change(rule=rule, **{**given, **fields}, **BY)


def test_changing_a_rule_starts_a_version_and_says_what_it_widens():
    rule = make.rule(make.kpi(), "progress")
    version = change(rule)
    assert (version.version, version.parameters["on_track_from"]) == (2, "0.8")
    assert version.parameters["at_risk_from"] == "0.5", "settings not given are at their defaults"
    event = Event.objects.get(verb="rule.changed")
    assert (event.data["widened"], event.data["softened"]) == (["on_track_from"], False)
    assert rule.versions.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": " "},
        {"severity": "loud"},
        {"parameters": {}},
    ],
)
def test_change_of_a_rule_needs_a_reason_and_a_change(fields):
    with pytest.raises(rules.RuleRefused):
        change(make.rule(make.kpi(), "progress"), **fields)


def test_settings_are_checked_field_by_field():
    with pytest.raises(SettingRefused) as refusal:
        change(make.rule(make.kpi(), "progress"), parameters={"on_track_from": "2", "speed": 1})
    assert set(refusal.value.fields) == {"on_track_from", "speed"}


def test_kpi_set_up_by_mistake_ends_with_a_reason_once():
    kpi = make.kpi()
    with pytest.raises(kpis.KpiRefused):
        kpis.retire(kpi=kpi, reason=" ", **BY)
    kpis.retire(kpi=kpi, reason="Set up twice", **BY)
    with pytest.raises(kpis.KpiRefused):
        kpis.retire(kpi=kpi, reason="Set up twice", **BY)
    assert Event.objects.filter(verb="kpi.retired").count() == 1


def test_kpi_with_an_open_deviation_does_not_end():
    kpi = make.kpi()
    series = make.total(kpi)
    make.target(series, "2018", "100", baseline="0")
    make.reading(series, "2018", "10")
    detection.detect(at=make.AT)
    with pytest.raises(kpis.KpiRefused, match="deviation"):
        kpis.retire(kpi=kpi, reason="Inconvenient", **BY)
