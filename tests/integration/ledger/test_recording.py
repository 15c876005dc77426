"""Several lines at once say what single ones would have said."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger import content
from ledger.models import Event, EventText
from ledger.rules.actors import Actor
from ledger.services import events

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


def line(n: int, **texts: str) -> events.Line:
    return events.Line("row.written", ("row", str(n)), {"n": n}, texts, programme_id=7)


def test_lines_keep_their_order_and_their_digests_hold(at):
    with transaction.atomic():
        made = events.record_many(lines=[line(n) for n in range(5)], by=BY, at=at)
    stored = list(Event.objects.order_by("pk"))
    assert [event.pk for event in made] == [event.pk for event in stored]
    assert [event.data for event in stored] == [{"n": n} for n in range(5)]
    assert all(event.mac == content.mac_of(event) for event in stored)
    assert {event.programme_id for event in stored} == {"7"}


def test_texts_are_kept_beside_their_own_line(at):
    with transaction.atomic():
        made = events.record_many(lines=[line(1, reason="a"), line(2, reason="b")], by=BY, at=at)
    kept = {text.event_id: text.text for text in EventText.objects.all()}
    assert kept == {made[0].pk: "a", made[1].pk: "b"}
    assert made[0].data["texts"]["reason"] != made[1].data["texts"]["reason"]


def test_the_statements_do_not_grow_with_the_lines(at):
    spent = []
    for count in (10, 50):
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            events.record_many(lines=[line(n, note="x") for n in range(count)], by=BY, at=at)
        spent.append(len(queries))
    assert spent[0] == spent[1]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction(at):
    with pytest.raises(RuntimeError):
        events.record_many(lines=[line(1)], by=BY, at=at)
