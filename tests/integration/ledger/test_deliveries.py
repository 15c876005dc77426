"""Deliveries: each attempt noted before it is made, doubt said and repeated once, never two at once."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import connection, connections

from ledger.models import Attempt, Delivery
from ledger.rules import sending
from ledger.services import deliveries
from ledger.services.deliveries import Content, Outcome

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 4, 14, 8, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
TAKEN = Outcome(accepted=True, answer="250 ok")
LATER = Outcome(accepted=False, answer="451 later")
NEVER = Outcome(accepted=False, answer="550 no such person", final=True)


def make(number: int = 1, key: str = "decide:1") -> Delivery:
    deliveries.make(
        recipient=f"user:{number}",
        kind="decide",
        key=key,
        title="",
        domain="makmal.example",
        due_at=NOW,
        made_at=NOW,
    )
    return Delivery.objects.get(recipient=f"user:{number}", key=key)


def says(_delivery: Delivery) -> Content:
    return Content("Yours to decide", "Dear Aminah,")


def claim(delivery: Delivery, now: datetime.datetime = NOW) -> deliveries.Claim | None:
    return deliveries.claim(delivery_id=delivery.pk, compose=says, now=now)


def tried(delivery: Delivery, outcome: Outcome, now: datetime.datetime = NOW) -> str:
    taken = claim(delivery, now)
    assert taken is not None
    return deliveries.finish(claim=taken, outcome=outcome, now=now)


def test_the_same_key_is_made_once() -> None:
    first = make()
    assert not deliveries.make(
        recipient="user:1",
        kind="decide",
        key="decide:1",
        title="",
        domain="makmal.example",
        due_at=NOW,
        made_at=NOW,
    )
    assert Delivery.objects.get() == first
    assert first.message_id.endswith("@makmal.example>")


def test_an_attempt_is_noted_before_it_is_made() -> None:
    delivery = make()
    taken = claim(delivery)
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.began_at, attempt.ended_at) == (1, NOW, None)
    assert claim(delivery) is None, "somebody is sending it"
    assert deliveries.due(now=NOW, limit=9) == []
    assert deliveries.finish(claim=taken, outcome=TAKEN, now=NOW + SECOND) == "sent"
    attempt.refresh_from_db()
    assert (attempt.accepted, attempt.ended_at) == (True, NOW + SECOND)
    assert claim(delivery, NOW + datetime.timedelta(days=1)) is None


def test_an_attempt_without_an_end_is_repeated_once_and_in_doubt() -> None:
    delivery = make()
    assert not claim(delivery).in_doubt
    later = NOW + sending.CLAIM
    assert claim(delivery, later - SECOND) is None
    assert deliveries.due(now=later, limit=9) == [delivery.pk]
    again = claim(delivery, later)
    assert again.in_doubt
    assert again.delivery.message_id == delivery.message_id
    assert deliveries.finish(claim=again, outcome=TAKEN, now=later) == "doubtful"


def test_twice_in_doubt_is_given_up_for_people_to_look_at() -> None:
    delivery = make()
    for number in range(2):
        claim(delivery, NOW + number * sending.CLAIM)
    assert claim(delivery, NOW + 2 * sending.CLAIM) is None
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts.count()) == ("failed", 2)


def test_a_refusal_for_now_is_tried_again_after_growing_pauses_at_most_so_often() -> None:
    delivery, now, pauses = make(), NOW, []
    for _number in range(sending.ATTEMPTS - 1):
        assert tried(delivery, LATER, now) == "waiting"
        delivery.refresh_from_db()
        pauses.append(delivery.due_at - now)
        assert deliveries.due(now=delivery.due_at - SECOND, limit=9) == []
        now = delivery.due_at
    assert pauses == sorted(pauses)
    assert pauses[0] == sending.pause(1)
    assert tried(delivery, LATER, now) == "failed"
    assert set(delivery.attempts.values_list("answer", flat=True)) == {"451 later"}


def test_a_refusal_for_good_is_not_tried_again() -> None:
    assert tried(make(), NEVER) == "failed"


def test_a_refusal_leaves_no_doubt() -> None:
    delivery = make()
    tried(delivery, LATER)
    delivery.refresh_from_db()
    assert not claim(delivery, delivery.due_at).in_doubt


def test_what_it_says_is_fixed_at_the_first_attempt() -> None:
    delivery = make()
    tried(delivery, LATER)
    delivery.refresh_from_db()
    again = deliveries.claim(
        delivery_id=delivery.pk,
        compose=lambda _row: Content("Other", "Other"),
        now=delivery.due_at,
    )
    assert (again.delivery.title, again.delivery.text) == ("Yours to decide", "Dear Aminah,")


def test_with_nothing_left_to_say_it_is_cancelled_and_not_tried() -> None:
    delivery = make()
    assert deliveries.claim(delivery_id=delivery.pk, compose=lambda _row: None, now=NOW) is None
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts.count()) == ("cancelled", 0)


def test_a_worker_that_was_too_slow_decides_nothing_any_more() -> None:
    delivery = make()
    slow = claim(delivery)
    later = NOW + sending.CLAIM
    other = claim(delivery, later)
    assert deliveries.finish(claim=slow, outcome=LATER, now=later) == "waiting"
    delivery.refresh_from_db()
    assert delivery.claimed_until == later + sending.CLAIM, "the other still sends it"
    assert deliveries.finish(claim=other, outcome=TAKEN, now=later) == "doubtful"


def test_what_waits_for_somebody_is_cancelled_on_demand() -> None:
    make(), make(2)
    assert deliveries.cancel(recipient="user:1") == 1
    assert deliveries.due(now=NOW, limit=9) == [Delivery.objects.get(recipient="user:2").pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads meet on PostgreSQL only")
def test_of_many_workers_one_sends_it() -> None:
    delivery = make()
    start, taken = threading.Barrier(6), []

    def work() -> None:
        start.wait()
        try:
            if claim(Delivery(pk=delivery.pk)) is not None:
                taken.append(1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [1]
    assert Attempt.objects.count() == 1
