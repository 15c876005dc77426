"""The pauses between attempts grow, and come to about a day in all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.rules import recipients, sending


def test_pauses_grow_and_are_bounded() -> None:
    pauses = [sending.pause(number) for number in range(1, sending.ATTEMPTS)]
    assert pauses[0] == timedelta(minutes=1)
    assert pauses == sorted(pauses)
    assert max(pauses) == timedelta(hours=6)
    assert timedelta(hours=12) < sum(pauses, timedelta()) < timedelta(days=2)
    with pytest.raises(ValueError, match="first"):
        sending.pause(0)


def test_a_recipient_leads_back_to_the_user() -> None:
    assert recipients.user_id_of(recipients.recipient(7)) == 7
    assert recipients.user_id_of("forum:7") is None
    assert recipients.user_id_of("user:x") is None
