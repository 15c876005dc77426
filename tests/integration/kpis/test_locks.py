"""Locked periods: nothing changes in them, whoever asks by whichever way; checks go on."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from kpis.models import Kpi, LiveReading, PeriodLock, Reading, Series
from kpis.services import locks, readings, source_ranks
from kpis.services.readings import checks
from ledger.models import Event
from people.models import User
from tests.factories import kpis as make
from tests.factories import people

YEAR = {"first": datetime.date(2018, 1, 1), "last": datetime.date(2018, 12, 31)}


def day(month: int, number: int) -> datetime.date:
    return datetime.date(2018, month, number)


def lock(kpi: Kpi, *, of: Kpi | None = None, by: User | None = None, **fields: Any) -> PeriodLock:
    given = {**YEAR, "reason": "The annual report is printed", **fields}
    actor = people.actor(by or people.delivery_unit())
    return locks.lock(programme=kpi.area.programme, kpi=of, by=actor, at=make.AT, **given)


@pytest.mark.django_db
class TestRefusals:
    @pytest.fixture
    def kpi(self) -> Kpi:
        return make.kpi()

    @pytest.fixture
    def acts(self, kpi: Kpi) -> dict[str, Callable[[], object]]:
        """Everything that changes a value of 2018."""
        series = make.total(kpi)
        first = make.reading(series, "2018", "1", state="provisional")
        second = make.reading(series, "2018", "2", source="Another")
        row = readings.ReadingRow(series, make.period(series, "2018"), make.number("9"), "Third")
        why = {"reason": "Because", "by": make.BY, "at": make.AT}
        return {
            "record": lambda: make.reading(series, "2018", "3", source="Third"),
            "record_many": lambda: readings.record_many(
                rows=[row], backfilled=True, by=make.BY, at=make.AT
            ),
            "correct": lambda: readings.correct(reading=first, observation=make.number("5"), **why),
            "finalise": lambda: readings.finalise(reading=first, by=make.BY, at=make.AT),
            "retract": lambda: readings.retract(reading=first, **why),
            "choose": lambda: readings.choose(reading=second, **why),
        }

    @pytest.mark.parametrize(
        "act", ["record", "record_many", "correct", "finalise", "retract", "choose"]
    )
    def test_no_act_changes_a_locked_period_and_the_refusal_says_who_to_ask(self, kpi, acts, act):
        unit = people.delivery_unit()
        lock(kpi, by=unit)
        before = list(LiveReading.objects.order_by("pk").values())
        with pytest.raises(readings.PeriodLocked) as refused:
            acts[act]()
        assert list(LiveReading.objects.order_by("pk").values()) == before
        said = str(refused.value)
        for part in (
            unit.name,
            "31 December 2018",
            "The annual report is printed",
            "delivery unit",
        ):
            assert part in said

    def test_a_locked_value_can_be_verified(self, kpi):
        reading = make.reading(make.total(kpi), "2018", "1")
        lock(kpi)
        readings.verify(reading=reading, by=people.actor(people.verifier()), at=make.AT)
        assert reading.verification.pk

    def test_the_same_value_sent_again_is_no_change(self, kpi):
        reading = make.reading(make.total(kpi), "2018", "1")
        lock(kpi)
        assert make.reading(make.total(kpi), "2018", "1") == reading

    @pytest.mark.parametrize(
        ("first", "last", "locked"),
        [
            (day(12, 31), day(12, 31), True),  # the year ends on that day
            (day(1, 1), day(12, 30), False),
            (datetime.date(2019, 1, 1), datetime.date(2019, 2, 28), False),
        ],
    )
    def test_a_period_is_locked_by_the_day_it_ends_on(self, kpi, first, last, locked):
        lock(kpi, first=first, last=last)
        if not locked:
            assert make.reading(make.total(kpi), "2018", "1").pk
            return
        with pytest.raises(readings.PeriodLocked):
            make.reading(make.total(kpi), "2018", "1")

    def test_a_lock_of_one_kpi_leaves_the_others(self, kpi):
        other = make.kpi(kpi.area)
        lock(kpi, of=kpi)
        assert make.reading(make.total(other), "2018", "1").pk
        with pytest.raises(readings.PeriodLocked):
            make.reading(make.total(kpi), "2018", "1")

    def test_lifted_with_a_reason_values_change_again(self, kpi):
        made = lock(kpi)
        by = people.actor(people.delivery_unit())
        with pytest.raises(locks.LockRefused):
            locks.lift(lock=made, reason=" ", by=by, at=make.AT)
        locks.lift(lock=made, reason="A misprint", by=by, at=make.AT)
        assert make.reading(make.total(kpi), "2018", "1").pk
        with pytest.raises(locks.NotLocked):
            locks.lift(lock=made, reason="Again", by=by, at=make.AT)
        verbs = Event.objects.filter(verb__startswith="period.").values_list("verb", flat=True)
        assert list(verbs) == ["period.locked", "period.lifted"]

    def test_what_cannot_be_locked(self, kpi):
        lock(kpi)
        wrong: list[dict[str, Any]] = [
            {},  # locked already
            {"of": kpi},
            {"reason": ""},
            {"first": day(12, 31), "last": day(1, 1)},
            {"last": datetime.date(2019, 4, 17)},  # today
            {"of": make.kpi(), "first": day(1, 1), "last": day(1, 31)},
        ]
        for fields in wrong:
            with pytest.raises(locks.LockRefused):
                lock(kpi, **fields)

    def test_an_order_of_sources_moves_nothing_that_is_locked(self, kpi):
        series = make.total(kpi)
        first = make.reading(series, "2018", "1")
        make.reading(series, "2018", "2", source="Better")
        make.reading(series, "2017", "1")
        better = make.reading(series, "2017", "2", source="Better")
        lock(kpi)
        source_ranks.rank(
            kpi=kpi, sources=[better.source], reason="Audited", by=make.BY, at=make.AT
        )
        current = {pointer.reading for pointer in LiveReading.objects.filter(is_current=True)}
        assert current == {first, better}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_lock_waits_for_a_value_that_is_being_recorded(self):
        """None comes after the lock; the one that came before is there when it is set."""
        series = make.total(make.kpi())
        holding, let_go = Signal(), Signal()
        seen: list[int] = []

        def record() -> None:
            try:
                with transaction.atomic():
                    make.reading(Series.objects.get(pk=series.pk), "2018", "1")
                    holding.set()
                    let_go.wait(10)
            finally:
                connection.close()

        def set_lock() -> None:
            try:
                holding.wait(10)
                kpi = Kpi.objects.get(pk=series.definition.kpi_id)
                with transaction.atomic():
                    lock(kpi)
                    seen.append(Reading.objects.count())
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            acts = [pool.submit(record), pool.submit(set_lock)]
            holding.wait(10)
            time.sleep(0.3)  # long enough for a lock that does not wait
            let_go.set()
            for act in acts:
                act.result()
        assert seen == [1]
        with pytest.raises(readings.PeriodLocked):
            make.reading(Series.objects.get(pk=series.pk), "2018", "2", source="Later")

    def test_a_value_waits_for_a_lock_that_is_being_set(self):
        series = make.total(make.kpi())
        holding, let_go = Signal(), Signal()

        def set_lock() -> None:
            try:
                with transaction.atomic():
                    lock(Kpi.objects.get(pk=series.definition.kpi_id))
                    holding.set()
                    let_go.wait(10)
            finally:
                connection.close()

        def record() -> object:
            try:
                holding.wait(10)
                return make.reading(Series.objects.get(pk=series.pk), "2018", "1")
            except checks.PeriodLocked as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            setting, recording = pool.submit(set_lock), pool.submit(record)
            holding.wait(10)
            time.sleep(0.3)
            let_go.set()
            setting.result()
            assert isinstance(recording.result(), checks.PeriodLocked)
        assert not Reading.objects.exists()


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def today(self) -> Iterator[None]:
        with time_machine.travel(make.AT, tick=False):
            yield

    def test_delivery_unit_locks_and_lifts(self, client):
        kpi = make.kpi()
        client.force_login(people.delivery_unit())
        url = f"/programmes/{kpi.area.programme.code}/locks/"
        assert client.post(url, {}).context["form"].errors["reason"]
        fields = {"first": "2018-01-01", "last": "2018-12-31", "reason": "Printed"}
        said = client.post(url, fields, follow=True).text
        assert "Printed" in said
        assert "Locked" in said
        found = PeriodLock.objects.get()
        client.post(f"{url}{found.pk}/lift/", {"reason": "A misprint"})
        text = client.get(url).text
        assert "Lifted: A misprint" in text

    def test_others_read_locks_and_set_none(self, client):
        owner = people.ministry_officer()
        kpi = make.kpi(owner=people.post_of(owner))
        kpi.area.lead = people.post_of(owner).organisation
        kpi.area.save()
        found = lock(kpi)
        client.force_login(owner)
        url = f"/programmes/{kpi.area.programme.code}/locks/"
        assert "The annual report is printed" in client.get(url).text
        assert client.post(url, {}).status_code == 403
        assert client.post(f"{url}{found.pk}/lift/", {"reason": "x"}).status_code == 403

    def test_owner_is_told_on_the_form_and_keeps_what_they_typed(self, client):
        owner = people.ministry_officer()
        kpi = make.kpi(owner=people.post_of(owner))
        lock(kpi)
        client.force_login(owner)
        url = f"/kpis/{kpi.code}/readings/new/"
        assert "The annual report is printed" in client.get(url).text
        fields = {"other_period": "2018", "value": "41.3", "comparator": "=", "state": "final"}
        said = client.post(url, fields | {"source": "Annual report"}).text
        assert "are locked since" in said
        assert 'value="41.3"' in said

    def test_api_refuses_with_a_code(self, client):
        owner = people.ministry_officer()
        kpi = make.kpi(owner=people.post_of(owner))
        lock(kpi)
        client.force_login(owner)
        item = {"kpi": kpi.code, "period": "2018", "value": "1", "source": "Feed"}
        for data in (item, [item, item | {"period": "2017"}]):
            answer = client.post("/api/v1/readings/", data, content_type="application/json")
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "period_locked")
        assert "counted from 0: 0." in answer.json()["error"]["message"]
        assert not Reading.objects.exists()
