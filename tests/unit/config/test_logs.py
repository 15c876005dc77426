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
