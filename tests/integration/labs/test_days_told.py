"""Notices and texts name days as pages do, never as 2019-06-30."""

from __future__ import annotations

import re

import pytest

from labs.services import windows
from ledger.models import Notice
from tests.factories import disputes, registers
from tests.factories.forums import AT
from tests.factories.people import delivery_unit

pytestmark = pytest.mark.django_db
ISO = re.compile(r"\d{4}-\d\d-\d\d")


def test_the_notice_of_a_closing_window_names_its_day_in_words() -> None:
    unit = delivery_unit()
    window = registers.window(disputes.make_area().programme)
    assert windows.alert(window_id=window.pk, at=AT)
    notice = Notice.objects.get(event__verb="window.alerted", recipient=f"user:{unit.pk}")
    assert notice.title == "The window “Trade preference” closes on 30 June 2019"
    assert not ISO.search(notice.title)
