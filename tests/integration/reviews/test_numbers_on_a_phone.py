"""Tables of numbers become cards on a phone: every figure says what it is, nothing scrolls sideways."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.factories import disputes as factory
from tests.factories.forums import AT
from tests.factories.people import delivery_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: AT)


@pytest.mark.parametrize("page", ["all_numbers", "numbers"])
def test_every_cell_is_labelled(page, client):
    dispute = factory.settled()
    client.force_login(delivery_unit())
    args = [dispute.area.programme.code] if page == "numbers" else []
    text = client.get(reverse(f"reviews:{page}", args=args)).content.decode()
    tables = re.findall(r"<table.*?</table>", text, re.DOTALL)
    assert tables
    for table in tables:
        assert "makmal-stack" in table[: table.index(">")]
        cells = re.findall(r"<td[^>]*>", table)
        assert cells
        assert all(re.search(r'data-label="[^"]+"', cell) for cell in cells)
