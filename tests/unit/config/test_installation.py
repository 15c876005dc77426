"""The lasting name of an installation."""

from __future__ import annotations

import os
import subprocess
import sys

from config import installation

ASK = (
    "import django; django.setup();"
    "from config import installation; print(installation.lasting_name())"
)


def test_other_processes_of_the_installation_say_the_same_name(settings) -> None:
    env = {
        **os.environ,
        "LEDGER_KEY": settings.LEDGER_KEY,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True
    )
    assert said.stdout.split()[-1] == installation.lasting_name()


def test_the_name_tells_installations_apart_and_not_their_keys(settings) -> None:
    settings.LEDGER_KEY = "k" * 40
    first = installation.lasting_name()
    settings.LEDGER_KEY = "l" * 40
    assert installation.lasting_name() != first
    assert "kkkk" not in first
    assert len(first) == 32
