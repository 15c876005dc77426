"""Logs hold no secrets."""

import logging

from config.logging import without_secrets


def test_secrets_are_blanked_one_level_deep() -> None:
    event = {"event": "x", "password": "p", "headers": {"Authorization": "t", "Accept": "a"}}
    assert without_secrets(logging.getLogger(), "info", event) == {
        "event": "x",
        "password": "…",
        "headers": {"Authorization": "…", "Accept": "a"},
    }


def test_tokens_in_addresses_are_blanked() -> None:
    token = "NA0fcv713KV9r3vhoTV6mkmQSNLYGDPTfpKs6_SWF7k"
    event = {"event": "x", "request": f"GET /setup/{token}/?next={token}"}
    assert without_secrets(logging.getLogger(), "info", event)["request"] == "GET /setup/…/…"
