"""Sealing: one number each, in order, in batches, once; crashes are mended."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from ledger import wallclock
from ledger.models import Event, Seal, SealerLease
from ledger.services import seal_file, seals, verification
from tests.factories import ledger

pytestmark = pytest.mark.django_db


def test_events_are_numbered_in_the_order_they_were_written(at):
    written = ledger.some(5)
    seal = seals.seal(at=at)
    assert (seal.number, seal.first, seal.last, seal.count) == (1, 1, 5, 5)
    assert list(Event.objects.order_by("number").values_list("pk", flat=True)) == [
        event.pk for event in written
    ]


def test_nothing_to_seal_makes_no_seal(at):
    assert seals.seal(at=at) is None
    ledger.event()
    seals.seal(at=at)
    assert seals.seal(at=at) is None
    assert Seal.objects.count() == 1
    assert len(seal_file.read().lines) == 1


def test_a_seal_covers_a_batch_at_most(at):
    ledger.some(7)
    assert [seals.seal(at=at, limit=3).count for _ in range(3)] == [3, 3, 1]
    assert seals.seal(at=at) is None
    assert verification.verify() == verification.Verdict(
        intact=True, head=Seal.objects.get(number=3).digest, events=7, sealed=7
    )


def test_an_empty_ledger_is_intact():
    assert verification.verify().intact


def test_the_file_says_what_the_database_says(at):
    ledger.some(3)
    seals.seal(at=at, limit=2)
    seals.seal(at=at)
    assert seal_file.read().lines == [seal_file.line_of(seal) for seal in Seal.objects.all()]


def test_one_sealer_at_a_time(at):
    ledger.event()
    later = wallclock.now() + datetime.timedelta(seconds=30)
    SealerLease.objects.create(name=seals.LEASE, holder="another", until=later)
    assert seals.seal(at=at) is None
    assert SealerLease.objects.get().holder == "another"


def test_a_sealer_that_died_is_replaced(at):
    ledger.event()
    gone = wallclock.now() - datetime.timedelta(seconds=1)
    SealerLease.objects.create(name=seals.LEASE, holder="dead", until=gone)
    assert seals.seal(at=at).count == 1
    assert SealerLease.objects.get().holder == ""


def test_a_sealer_that_lost_its_lease_writes_nothing(at, monkeypatch):
    """It was too slow: another took over between its claim and its batch."""
    ledger.event()
    taken_over = SealerLease.objects.filter(name=seals.LEASE)
    monkeypatch.setattr(seals, "_mend", lambda: taken_over.update(holder="another"))
    assert seals.seal(at=at) is None
    assert not Seal.objects.exists()
    assert Event.objects.filter(number=None).count() == 1
    assert SealerLease.objects.get().holder == "another"


def test_a_crash_before_the_line_is_written_is_mended_by_the_next_run(at, monkeypatch):
    def crash(seal):
        raise OSError("disk full")

    ledger.event(1)
    with monkeypatch.context() as patch:
        patch.setattr(seal_file, "append", crash)
        with pytest.raises(OSError, match="disk full"):
            seals.seal(at=at)
    verdict = verification.verify()
    assert verdict.intact
    assert verdict.pending == 1
    assert seals.seal(at=at) is None
    assert verification.verify().pending is None
    assert len(seal_file.read().lines) == 1


def test_a_line_torn_by_a_crash_is_written_again(at):
    ledger.event(1)
    seals.seal(at=at)
    whole = seal_file.path().read_text()
    seal_file.path().write_text(whole[:30])
    assert verification.verify().pending == 1
    ledger.event(2)
    seals.seal(at=at)
    assert verification.verify() == verification.Verdict(
        intact=True, head=Seal.objects.get(number=2).digest, events=2, sealed=2
    )


def test_more_than_one_missing_line_is_never_made_up(at):
    for n in range(3):
        ledger.event(n)
        seals.seal(at=at)
    first = seal_file.path().read_text().splitlines()[0]
    seal_file.path().write_text(first + "\n")
    ledger.event(4)
    seals.seal(at=at)
    assert not verification.verify().intact


def test_an_event_needs_the_transaction_of_its_change(transactional_db):
    with pytest.raises(RuntimeError, match="transaction"):
        ledger.events.record(
            verb="x.done", subject=("x.y", "1"), by=ledger.Actor.system("t"), at=ledger.AT
        )


def test_a_change_that_fails_leaves_no_event():
    @transaction.atomic
    def change():
        ledger.event()
        raise ValueError

    with pytest.raises(ValueError):
        change()
    assert not Event.objects.exists()


def test_data_is_for_ids_and_texts_are_for_text():
    with pytest.raises(ValueError, match="texts"):
        ledger.event(data={"texts": {}})
    with pytest.raises(TypeError):
        ledger.event(data={"value": 0.1})
    event = ledger.event(texts={"reason": "no beds", "dissent": ""})
    assert event.data.keys() == {"value", "texts"}
    assert "no beds" not in str(event.data)
    assert [text.field for text in event.texts.all()] == ["reason"]


def test_an_act_for_another_names_principal_and_evidence():
    by = ledger.Actor(user_id=1, label="Secretary", post_id=2)
    event = ledger.event(by=by.on_behalf_of(principal_id=3, principal_post_id=4, evidence_id=5))
    assert (event.actor_user, event.actor_post, event.actor_principal) == ("1", "2", "3")
    assert event.data["evidence"] == 5
    event = ledger.event(by=by.on_behalf_of(principal_id=None, principal_post_id=4, evidence_id=5))
    assert event.actor_principal == "post:4"


def test_command_seals_everything(capsys):
    ledger.some(2)
    call_command("seal_ledger")
    assert "seals made: 1" in capsys.readouterr().out
    assert not Event.objects.filter(number=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_never_number_twice(at):
    """Four sealers and a writer race; some find the lease taken, none repeats a number."""
    ledger.some(120)
    start = threading.Barrier(5)
    faults: list[Exception] = []

    def work(act):
        start.wait()
        try:
            for _ in range(15):
                act()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            faults.append(error)
        finally:
            connection.close()

    acts = [lambda: seals.seal(at=at, limit=7)] * 4 + [ledger.event]
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seals.seal_all(at=at)
    assert faults == []
    numbers = list(Event.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 136))
    assert verification.verify().intact
    assert [line.number for line in seal_file.read().lines] == list(
        range(1, Seal.objects.count() + 1)
    )
