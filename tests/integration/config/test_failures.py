"""Requests that no database can keep are refused, not faults."""

from __future__ import annotations

import pytest
from django.test import Client

from people.models import User
from tests.factories.people import delivery_unit, integrator, ministry_officer, token

pytestmark = pytest.mark.django_db
HUGE = "9" * 30


@pytest.fixture
def client_of_unit() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(delivery_unit())
    return client


@pytest.mark.parametrize(
    ("address", "form"),
    [("/disputes/new/", {"parties": [HUGE, "1"]}), ("/forums/new/", {"members": [HUGE]})],
)
def test_numbers_no_row_can_have_are_refused(
    client_of_unit: Client, address: str, form: dict[str, list[str]]
) -> None:
    assert client_of_unit.post(address, form).status_code in {200, 400}


@pytest.mark.parametrize("body", ['{"kpi": "a", "comparator": "\\ud800"}', "[" * 3000])
def test_api_refuses_text_nobody_can_store(body: str) -> None:
    secret = token(delivery_unit(), user=integrator(), scopes=("read", "readings:write"))
    answer = Client(raise_request_exception=False).post(
        "/api/v1/readings/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


def test_nobody_changes_the_address_they_sign_in_with() -> None:
    officer: User = ministry_officer()
    client = Client()
    client.force_login(officer)
    assert client.post("/accounts/email/", {"email": "pm@x.example"}).status_code == 404
