"""What monitors and load balancers are told."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from config import health


@pytest.mark.django_db
def test_healthz_answers_without_sign_in(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_readyz_before_the_first_heartbeat_is_not_ready(client: Client) -> None:
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["checks"]["scheduler"] == "not seen yet"


@pytest.mark.django_db
def test_readyz_after_a_heartbeat(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "pending_migrations", lambda: False)
    health.beat()
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()["status"]) == (200, "ready")


@pytest.mark.django_db
def test_readyz_when_the_scheduler_fell_silent(client: Client) -> None:
    with time_machine.travel("2026-03-01T08:00:00Z", tick=False) as clock:
        health.beat()
        clock.shift(91)
        reply = client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["checks"]["scheduler"] == "silent for 91 s"


@pytest.mark.django_db
def test_unknown_api_address_answers_in_the_error_shape(client: Client) -> None:
    reply = client.get("/api/v1/nothing-here/")
    assert reply.status_code == 404
    assert reply.json()["error"]["code"] == "not_found"


@pytest.mark.django_db
def test_pages_forbid_inline_script_and_style(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
