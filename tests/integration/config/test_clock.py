"""The business clock."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from config import clock
from people.models import Installation

NOON = "2026-03-01T12:00:00Z"


@pytest.mark.django_db
@time_machine.travel(NOON, tick=False)
def test_now_without_installation_is_real_time() -> None:
    assert clock.now() == datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.mark.django_db
@time_machine.travel(NOON, tick=False)
def test_now_in_a_demonstration_is_moved_by_its_offset() -> None:
    Installation.objects.create(kind="demo", clock_offset=datetime.timedelta(days=-59))
    assert clock.now() == datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


@pytest.mark.django_db
@time_machine.travel("2026-03-01T20:00:00Z", tick=False)
def test_today_is_that_of_the_time_zone() -> None:
    assert clock.today() == datetime.date(2026, 3, 1)
    assert clock.today("Asia/Kuala_Lumpur") == datetime.date(2026, 3, 2)
