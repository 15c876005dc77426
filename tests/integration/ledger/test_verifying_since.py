"""Verification of what is new, for whoever looks often."""

from __future__ import annotations

import pytest

from ledger.models import Event
from ledger.services import seals, verification
from tests.factories import ledger

pytestmark = pytest.mark.django_db


def test_it_goes_on_where_it_stopped(at):
    ledger.some(3)
    seals.seal(at=at)
    first, mark = verification.verify_since(verification.Mark())
    assert (first.intact, first.sealed, mark.number, mark.seal_number) == (True, 3, 3, 1)
    ledger.some(2)
    seals.seal(at=at)
    then, mark = verification.verify_since(mark)
    assert (then.intact, then.sealed, mark.seal_number) == (True, 5, 2)
    assert then.head == verification.verify().head


def test_what_is_new_and_wrong_is_found_and_the_mark_stays(at):
    ledger.some(3)
    seals.seal(at=at)
    _verdict, mark = verification.verify_since(verification.Mark())
    ledger.some(2)
    seals.seal(at=at)
    Event.objects.filter(number=5).update(verb="something.else")
    verdict, stayed = verification.verify_since(mark)
    assert "event 5 was edited" in verdict.first_bad
    assert stayed == mark


def test_what_lies_before_the_mark_is_left_to_the_whole_verification(at):
    ledger.some(3)
    seals.seal(at=at)
    _verdict, mark = verification.verify_since(verification.Mark())
    Event.objects.filter(number=2).update(verb="something.else")
    assert verification.verify_since(mark)[0].intact
    assert not verification.verify().intact
