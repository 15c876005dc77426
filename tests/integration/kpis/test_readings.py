"""Readings: recorded once, never changed, one live per source, one current per period."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from kpis.models import LiveReading, Reading, Series
from kpis.rules.values import NumberRefused, Observation, to_text
from kpis.services import readings
from kpis.services import series as series_service
from kpis.services.readings import later
from labs.services import programmes
from ledger.models import Event
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def series() -> Series:
    return make.total(make.kpi())


def verbs() -> list[str]:
    return list(Event.objects.filter(verb__startswith="reading").values_list("verb", flat=True))


def test_value_is_recorded_with_its_event_and_asks_for_detection(series, at):
    Series.objects.update(changed_at=None)
    reading = make.reading(series, "2018", "41.3")
    assert (reading.value, reading.complete, reading.live.is_current) == (D("41.3"), True, True)
    series.refresh_from_db()
    assert series.changed_at is not None
    event = Event.objects.get(verb="reading.recorded")
    assert event.data["value"] == "41.3"
    assert event.programme_id == str(series.definition.kpi.area.programme_id)


def test_same_value_again_adds_nothing(series):
    first = make.reading(series, "2018", "41.3")
    again = readings.record(
        series=series,
        period=make.period(series, "2018"),
        observation=make.number("41.30"),
        source=make.SOURCE,
        by=make.BY,
        at=make.AT,
    )
    assert (again.reading, again.created) == (first, False)
    assert Reading.objects.count() == 1
    assert verbs() == ["reading.recorded"]


def test_another_value_from_the_same_source_is_a_conflict(series):
    make.reading(series, "2018", "41.3")
    with pytest.raises(readings.Conflict):
        make.reading(series, "2018", "41.4")
    with pytest.raises(readings.Conflict):
        make.reading(series, "2018", "41.3", state="provisional")
    assert Reading.objects.count() == 1


def test_second_source_is_kept_beside_the_first_and_can_be_chosen(series):
    first = make.reading(series, "2018", "157891")
    second = make.reading(series, "2018", "166295", source="The minister")
    assert (first.live.is_current, second.live.is_current) == (True, False)
    readings.choose(reading=second, reason="The later count", by=make.BY, at=make.AT)
    current = LiveReading.objects.filter(is_current=True)
    assert [pointer.reading for pointer in current] == [second]
    with pytest.raises(readings.AlreadyCurrent):
        readings.choose(reading=second, reason="Again", by=make.BY, at=make.AT)


def test_correction_keeps_the_old_row_and_moves_the_pointer(series):
    old = make.reading(series, "2018", "41.3")
    new = readings.correct(
        reading=old, observation=make.number("45"), reason="Typing error", by=make.BY, at=make.AT
    )
    old.refresh_from_db()
    assert (old.value, new.corrects, new.live.is_current) == (D("41.3"), old, True)
    assert not LiveReading.objects.filter(reading=old).exists()
    with pytest.raises(later.NotLive):
        readings.correct(
            reading=old, observation=make.number("46"), reason="Late", by=make.BY, at=make.AT
        )
    assert verbs() == ["reading.recorded", "reading.corrected"]


@pytest.mark.parametrize(("value", "reason"), [("41.3", "Same"), ("45", "  ")])
def test_correction_needs_another_value_and_a_reason(series, value, reason):
    old = make.reading(series, "2018", "41.3")
    with pytest.raises((later.NothingChanged, later.ReasonMissing)):
        readings.correct(
            reading=old, observation=make.number(value), reason=reason, by=make.BY, at=make.AT
        )
    assert Reading.objects.count() == 1


def test_provisional_value_becomes_final_by_correction(series):
    old = make.reading(series, "2018", "41.3", state="provisional")
    new = readings.correct(
        reading=old, observation=make.number("41.3"), reason="Final count", by=make.BY, at=make.AT
    )
    assert new.state == "final"


def test_retraction_lets_the_other_source_count(series):
    first = make.reading(series, "2018", "157891")
    second = make.reading(series, "2018", "166295", source="The minister")
    readings.retract(reading=first, reason="Withdrawn", by=make.BY, at=make.AT)
    second.live.refresh_from_db()
    assert second.live.is_current
    assert Reading.objects.count() == 2
    with pytest.raises(later.NotLive):
        readings.retract(reading=first, reason="Twice", by=make.BY, at=make.AT)


def test_retracted_period_takes_a_new_value(series):
    first = make.reading(series, "2018", "1")
    readings.retract(reading=first, reason="Wrong KPI", by=make.BY, at=make.AT)
    assert make.reading(series, "2018", "2").live.is_current


@pytest.mark.parametrize("when", ["2019", "2019-04-17/2019-04-17"])
def test_period_that_has_not_ended_is_refused(series, when):
    """On 17 April 2019 in Kuala Lumpur, 17 April is not over."""
    with pytest.raises(readings.FuturePeriod):
        make.reading(series, when, "1")


def test_day_ends_in_the_time_zone_of_the_programme(series):
    late = datetime.datetime(2018, 12, 31, 16, 30, tzinfo=datetime.UTC)
    assert make.reading(series, "2018", "1", at=late).pk


def test_part_year_is_kept_as_what_it_is(series):
    assert not make.reading(series, "2018-01-01/2018-06-30", "58.3").complete


def test_closed_programme_takes_no_value(series):
    old = make.reading(series, "2017", "1")
    programmes.close(
        programme=series.definition.kpi.area.programme,
        because="Its period is over",
        by=make.BY,
        at=make.AT,
    )
    series = Series.objects.get(pk=series.pk)
    with pytest.raises(readings.ProgrammeClosed):
        make.reading(series, "2018", "1")
    with pytest.raises(readings.ProgrammeClosed):
        readings.retract(reading=Reading.objects.get(pk=old.pk), reason="x", by=make.BY, at=make.AT)


def test_kind_of_number_is_that_of_the_kpi(series):
    with pytest.raises(readings.WrongKind):
        make.reading(series, "2018", make.share(1, 2))
    ratio = make.total(make.monthly_ratio())
    with pytest.raises(readings.WrongKind):
        make.reading(ratio, "2018-03", "95")
    kept = make.reading(ratio, "2018-03", make.share(19, 21))
    assert (kept.numerator, kept.denominator, kept.value) == (D(19), D(21), D("90.4761904762"))


@pytest.mark.parametrize(
    "text",
    ["123456789012345", "12345.0123456789", "0.1234567891", "-99999.9999999999", "0.0000000001"],
)
def test_fifteen_digits_and_ten_places_come_back_as_they_went_in(series, text):
    make.reading(series, "2018", text)
    assert to_text(Reading.objects.get().value) == text
    assert Reading.objects.filter(value=D(text)).exists()


@pytest.mark.parametrize("text", ["1234567890123456", "0.12345678901", "12345678.12345678"])
def test_more_digits_are_refused(series, text):
    with pytest.raises(NumberRefused):
        make.reading(series, "2018", Observation(value=D(text)))
    assert not Reading.objects.exists()


def test_nobody_verifies_what_they_entered(series):
    officer = people.ministry_officer()
    colleague = people.verifier(people.post_of(officer).organisation)
    reading = make.reading(series, "2018", "1", by=people.actor(officer))
    with pytest.raises(readings.OwnReading):
        readings.verify(reading=reading, by=people.actor(officer), at=make.AT)
    verified = readings.verify(reading=reading, by=people.actor(colleague), at=make.AT)
    assert verified.reading == reading
    with pytest.raises(readings.AlreadyVerified):
        readings.verify(reading=reading, by=people.actor(colleague), at=make.AT)


def test_same_post_and_same_principal_count_as_the_same_hand(series):
    """Fact 9 looks at user, principal and post."""
    officer = people.ministry_officer()
    successor = people.holder(people.post_of(officer), acting=True)
    reading = make.reading(series, "2018", "1", by=people.actor(officer))
    with pytest.raises(readings.OwnReading):
        readings.verify(reading=reading, by=people.actor(successor), at=make.AT)


def test_many_are_one_act_with_one_event(series):
    rows = [
        readings.ReadingRow(series, make.period(series, year), make.number("1"), make.SOURCE)
        for year in ("2015", "2016", "2017", "2016")
    ]
    outcome = readings.record_many(rows=rows, backfilled=True, by=make.BY, at=make.AT)
    assert (len(outcome.created), len(outcome.already)) == (3, 1)
    assert outcome.order[1] == outcome.order[3]
    event = Event.objects.get(verb="readings.recorded")
    batch = outcome.created[0].batch
    assert event.data["digest"] == batch.sha256
    assert set(Reading.objects.values_list("batch", flat=True)) == {batch.pk}
    again = readings.record_many(rows=rows, backfilled=True, by=make.BY, at=make.AT)
    assert (len(again.created), len(again.already)) == (0, 4)
    assert Event.objects.filter(verb="readings.recorded").count() == 1


def test_queries_of_a_bulk_do_not_grow_with_its_rows(django_assert_max_num_queries):
    definition = make.total(make.kpi()).definition
    cells = series_service.ensure_many(
        definition=definition, cells={f"region=r{n}": None for n in range(60)}, at=make.AT
    )
    rows = [
        readings.ReadingRow(one, make.period(one, "2018"), make.number("1"), "s")
        for one in cells.values()
    ]
    with django_assert_max_num_queries(26):
        readings.record_many(rows=rows[:10], backfilled=True, by=make.BY, at=make.AT)
    with django_assert_max_num_queries(26):
        readings.record_many(rows=rows, backfilled=True, by=make.BY, at=make.AT)
