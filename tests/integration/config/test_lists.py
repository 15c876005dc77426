"""Lists of the API take what programs send by mistake, and say so."""

from __future__ import annotations

import base64

import pytest
from django.test import Client

from tests.factories import people

pytestmark = pytest.mark.django_db

FAR = "9" * 30
LISTS = [
    *("programmes", "labs", "plans", "revisions", "milestones", "kpis", "series", "targets"),
    *("readings", "signals", "deviations", "reviews", "disputes", "decisions", "forums"),
    *("motions", "events"),
]


@pytest.fixture
def client() -> Client:
    signed_in = Client()
    signed_in.force_login(people.delivery_unit())
    return signed_in


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("position", ["abc", "-1", "1.5", FAR, "١٢"])
def test_a_cursor_that_was_made_up_leads_nowhere(client: Client, name: str, position: str) -> None:
    cursor = base64.b64encode(f"p={position}".encode()).decode()
    response = client.get(f"/api/v1/{name}/", {"cursor": cursor})
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "asked", [f"disputes/?organisation={FAR}", f"decisions/?forum={FAR}", "decisions/?forum=x"]
)
def test_a_number_that_nothing_has_is_refused(client: Client, asked: str) -> None:
    response = client.get(f"/api/v1/{asked}")
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid"
