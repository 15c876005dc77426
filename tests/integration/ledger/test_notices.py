"""Notices: exactly one per event and recipient."""

from __future__ import annotations

import pytest

from ledger.models import Notice
from ledger.services import notices
from tests.factories import ledger

pytestmark = pytest.mark.django_db


def test_each_recipient_is_told_once():
    event = ledger.event()
    assert (
        notices.notify(event=event, recipients=[3, 4, 3], title="A review opened", url="/r/1/") == 2
    )
    assert notices.notify(event=event, recipients=[4, 5], title="A review opened") == 1
    assert sorted(Notice.objects.values_list("recipient", flat=True)) == [
        "user:3", "user:4", "user:5",
    ]  # fmt: skip


def test_another_event_tells_again():
    for n in (1, 2):
        notices.notify(event=ledger.event(n), recipients=[3], title="Due")
    assert Notice.objects.count() == 2


def test_reading_marks_only_ones_own(at):
    event = ledger.event()
    notices.notify(event=event, recipients=[3, 4], title="Due")
    theirs = Notice.objects.get(recipient="user:4")
    assert notices.mark_read(user_id=3, notice_ids=[theirs.pk], at=at) == 0
    assert notices.mark_read(user_id=4, notice_ids=[theirs.pk], at=at) == 1
    assert notices.mark_read(user_id=4, notice_ids=None, at=at) == 0
    assert list(Notice.objects.filter(read_at=None)) == [Notice.objects.get(recipient="user:3")]
