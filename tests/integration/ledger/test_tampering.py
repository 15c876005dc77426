"""Each way to tamper with the ledger is found, and the first bad place is named.

Tampering is done as an intruder would: SQL, past every service. Ten events with
texts in two seals (1 to 6, 7 to 10), then two events not sealed yet.
"""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from ledger import content
from ledger.models import Event, EventText, Seal
from ledger.rules import chain
from ledger.rules.actors import Actor
from ledger.services import seal_file, seals, texts, verification
from tests.factories import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(at):
    for n in range(1, 11):
        ledger.event(n, texts={"reason": f"because {n}"})
    assert seals.seal(at=at, limit=6).count == 6
    assert seals.seal(at=at).count == 4
    ledger.some(2)
    assert verification.verify().intact


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def without_references() -> None:
    """An intruder's first line; PostgreSQL holds deferred checks until the commit anyway."""
    if connection.vendor == "sqlite":
        sql("PRAGMA defer_foreign_keys = ON")


def id_of(number: int) -> int:
    return Event.objects.get(number=number).pk


def first_bad() -> str:
    verdict = verification.verify()
    assert not verdict.intact
    return verdict.first_bad


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "reading.retracted"),
        ("subject_type", "kpis.target"),
        ("subject_id", "99"),
        ("programme_id", "8"),
        ("restricted", True),
        ("at", "2019-04-18 02:00:00+00:00"),
        ("recorded_at", "2019-04-18 02:00:00+00:00"),
        ("actor_user", "9"),
        ("actor_post", "9"),
        ("actor_principal", "9"),
        ("actor_label", "Chair"),
        ("data", '{"value": "9"}'),
        ("mac", "0" * 64),
    ],
)
def test_an_edited_column_is_found(sealed, column, value):
    sql(f"UPDATE ledger_event SET {column} = %s WHERE id = %s", value, id_of(4))
    assert first_bad() == "event 4 was edited or not written by this installation"


def test_an_edited_event_is_found_even_with_a_fresh_digest_of_its_own(sealed):
    """Someone who has the key and mends the one event still breaks the chain."""
    sql("UPDATE ledger_event SET actor_user = '9' WHERE id = %s", id_of(4))
    mac = content.mac_of(Event.objects.get(number=4))
    sql("UPDATE ledger_event SET mac = %s WHERE id = %s", mac, id_of(4))
    assert first_bad().startswith("event 4 is not in its place")


def test_an_edited_text_is_found(sealed):
    text = EventText.objects.get(event=id_of(8))
    sql("UPDATE ledger_eventtext SET text = 'all is well' WHERE id = %s", text.pk)
    assert first_bad() == 'text "reason" of event 8 was edited'


def test_a_removed_text_is_found(sealed):
    sql("DELETE FROM ledger_eventtext WHERE event_id = %s", id_of(8))
    assert first_bad() == 'text "reason" of event 8 was removed'


def test_an_added_text_is_found(sealed):
    sql("UPDATE ledger_eventtext SET event_id = %s, field = 'dissent' WHERE event_id = %s",
        id_of(3), id_of(8))  # fmt: skip
    assert first_bad() == 'text "dissent" of event 3 was edited'


def test_a_text_emptied_without_an_erasure_is_found(sealed, at):
    sql("UPDATE ledger_eventtext SET text = '', erased_at = %s WHERE event_id = %s", at, id_of(8))
    assert first_bad() == 'text "reason" of event 8 was edited'


def remove(number: int) -> None:
    row = id_of(number)
    sql("DELETE FROM ledger_eventtext WHERE event_id = %s", row)
    sql("DELETE FROM ledger_event WHERE id = %s", row)


@pytest.mark.parametrize("number", [1, 4, 6, 7, 10])
def test_a_removed_event_is_found(sealed, number):
    remove(number)
    assert first_bad() == f"event {number} is missing"


def test_a_removed_event_is_found_when_the_rest_moves_up(sealed):
    remove(4)
    for number in range(5, 11):
        sql("UPDATE ledger_event SET number = %s WHERE number = %s", number - 1, number)
    assert first_bad().startswith("event 4 is not in its place")


COPIED = (
    "verb, subject_type, subject_id, programme_id, restricted, at, recorded_at, "
    "actor_user, actor_post, actor_principal, actor_label"
)


def insert(number: int | None, link: str) -> None:
    """A made-up event, a copy of number 3 without its text."""
    sql(
        f"INSERT INTO ledger_event ({COPIED}, uid, data, mac, number, link) "
        f"SELECT {COPIED}, %s, '{{}}', mac, %s, %s FROM ledger_event WHERE id = %s",
        "00000000000000000000000000000abc", number, link, id_of(3),
    )  # fmt: skip


def test_an_event_inserted_in_the_middle_is_found(sealed):
    for number in range(10, 4, -1):
        sql("UPDATE ledger_event SET number = %s WHERE number = %s", number + 1, number)
    insert(5, "f" * 64)
    assert first_bad().startswith("event 5 was edited or not written")


def test_an_event_appended_with_a_number_is_found(sealed):
    insert(11, "f" * 64)
    assert first_bad() == "event 11 is numbered but in no seal"


def test_an_event_slipped_in_before_it_is_sealed_is_found(sealed):
    insert(None, "")
    assert "not sealed yet, was edited or not written by this installation" in first_bad()


def test_sealing_an_inserted_event_does_not_launder_it(sealed, at):
    insert(None, "")
    seals.seal(at=at)
    assert first_bad() == "event 13 was edited or not written by this installation"


def test_swapped_numbers_are_found(sealed):
    three, four = id_of(3), id_of(4)
    sql("UPDATE ledger_event SET number = 999 WHERE id = %s", three)
    sql("UPDATE ledger_event SET number = 3 WHERE id = %s", four)
    sql("UPDATE ledger_event SET number = 4 WHERE id = %s", three)
    assert first_bad().startswith("event 3 is not in its place")


def test_swapped_rows_are_found(sealed):
    """The pages list events by id: moving rows is reordering too."""
    without_references()
    three, eight = id_of(3), id_of(8)
    for old, new in [(three, 90_000), (eight, three), (90_000, eight)]:
        sql("UPDATE ledger_event SET id = %s WHERE id = %s", new, old)
        sql("UPDATE ledger_eventtext SET event_id = %s WHERE event_id = %s", new, old)
    assert first_bad().startswith("event 3 is not in its place")


def cut(from_number: int) -> None:
    for number in range(10, from_number - 1, -1):
        remove(number)


def test_a_cut_tail_is_found(sealed):
    cut(9)
    assert first_bad() == "event 9 is missing"


def test_a_cut_tail_is_found_when_its_seal_is_cut_too(sealed):
    cut(7)
    sql("DELETE FROM ledger_seal WHERE number = 2")
    assert first_bad() == (
        "events 7 to 10 are cut off: seal 2 is in the outside file and not in the database"
    )


def test_a_ledger_emptied_altogether_is_found(sealed):
    for table in ("ledger_eventtext", "ledger_seal", "ledger_event"):
        sql(f"DELETE FROM {table}")
    assert first_bad().startswith("events 1 to 6 are cut off")


def test_a_cut_tail_stays_found_when_sealing_goes_on(sealed, at):
    cut(7)
    sql("DELETE FROM ledger_seal WHERE number = 2")
    seals.seal(at=at)
    assert first_bad().startswith("seal 2 (events 7 to 10) was sealed anew")


def hash_anew(key: bytes) -> None:
    """Rewrite every digest in the database so that it all fits together under ``key``."""
    link = digest = chain.GENESIS
    for seal in Seal.objects.order_by("number"):
        for event in Event.objects.filter(number__gte=seal.first, number__lte=seal.last).order_by(
            "number"
        ):
            mac = chain.mac(key, content.of(event))
            link = chain.link(key, previous=link, number=event.number, row=event.pk,
                              uid=str(event.uid), mac=mac)  # fmt: skip
            sql("UPDATE ledger_event SET mac = %s, link = %s WHERE id = %s", mac, link, event.pk)
        digest = chain.seal(key, previous=digest, number=seal.number, first=seal.first,
                            last=seal.last, count=seal.count, head=link,
                            sealed_at=seal.sealed_at)  # fmt: skip
        sql("UPDATE ledger_seal SET digest = %s WHERE id = %s", digest, seal.pk)


def test_hashing_anew_without_the_key_is_found(sealed):
    sql("UPDATE ledger_event SET actor_user = '9' WHERE id = %s", id_of(4))
    hash_anew(b"guessed")
    assert first_bad().startswith("seal 1 (events 1 to 6) differs from the outside file")


def test_hashing_anew_with_the_key_is_found_by_the_outside_file(sealed, seals_dir):
    sql("UPDATE ledger_event SET actor_user = '9' WHERE id = %s", id_of(8))
    hash_anew(content.key())
    assert first_bad().startswith("seal 2 (events 7 to 10) differs from the outside file")


def test_hashing_anew_with_the_key_leaves_only_the_file_as_witness(sealed, seals_dir):
    """The forgery of the test before is whole: with a file to match it nothing is amiss."""
    sql("UPDATE ledger_event SET actor_user = '9' WHERE id = %s", id_of(8))
    hash_anew(content.key())
    seal_file.path().unlink()
    seal_file.make()
    for seal in Seal.objects.all():
        seal_file.append(seal)
    assert verification.verify().intact


def test_a_seal_removed_from_the_middle_is_found(sealed):
    sql("DELETE FROM ledger_seal WHERE number = 1")
    assert first_bad() == "seal 1 is missing from the database"


def test_a_missing_outside_file_is_found(sealed, at):
    seal_file.path().unlink()
    assert first_bad() == f"the outside file {seal_file.path()} is missing"
    ledger.event()
    seals.seal(at=at)
    assert "seal 1 (events 1 to 6) is missing from the outside file" in first_bad()


def test_an_edited_line_outside_is_found(sealed):
    text = seal_file.path().read_text()
    seal_file.path().write_text(text.replace('"first":7', '"first":6'))
    assert first_bad().startswith("seal 2 (events 7 to 10) differs")


def test_a_line_of_rubbish_outside_is_found(sealed):
    with seal_file.path().open("r+") as file:
        text = file.read()
        file.seek(0)
        file.write("rubbish\n" + text)
    assert first_bad().startswith("line 1 of the outside file")


def test_erasing_keeps_the_ledger_intact_and_says_so(sealed, at):
    event = Event.objects.get(number=4)
    by = Actor(user_id=3, label="administrator")
    texts.erase(event=event, field="reason", reason="a court order", by=by, at=at)
    kept = EventText.objects.get(event=event)
    assert (kept.text, kept.salt, kept.erased_at) == ("", "", at)
    assert verification.verify().intact
    seals.seal_all(at=at)
    assert verification.verify().intact
    told = Event.objects.get(verb="text.erased")
    assert told.data["field"] == "reason"
    assert (told.subject_type, told.subject_id) == ("ledger.event", str(event.pk))
    with pytest.raises(texts.NothingToErase):
        texts.erase(event=event, field="reason", reason="again", by=by, at=at)


def test_a_text_put_back_after_an_erasure_is_found(sealed, at):
    event = Event.objects.get(number=4)
    by = Actor(user_id=3, label="administrator")
    texts.erase(event=event, field="reason", reason="a court order", by=by, at=at)
    sql("UPDATE ledger_eventtext SET text = 'lies' WHERE event_id = %s", event.pk)
    assert first_bad() == 'text "reason" of event 4 was edited'


def test_command_prints_the_head_when_intact(sealed, capsys):
    call_command("verify_ledger")
    out = capsys.readouterr().out
    assert Seal.objects.get(number=2).digest in out
    assert json.loads(seal_file.path().read_text().splitlines()[-1])["digest"] in out


def test_command_exits_1_and_names_the_place(sealed, capsys):
    remove(4)
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_ledger")
    assert stopped.value.code == 1
    assert "event 4 is missing" in capsys.readouterr().err


def test_command_erases_by_number_or_identity(sealed, capsys):
    call_command("erase_text", "4", "reason", "--reason", "a court order")
    uid = str(Event.objects.get(number=5).uid)
    call_command("erase_text", uid, "reason", "--reason", "a court order")
    assert EventText.objects.filter(erased_at__isnull=False).count() == 2
    assert verification.verify().intact
    for given in ("4", "999", "nonsense"):
        with pytest.raises(CommandError):
            call_command("erase_text", given, "reason", "--reason", "again")
