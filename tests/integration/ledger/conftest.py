"""Each test has an outside file of its own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def seals_dir(settings, tmp_path):
    settings.SEALS_DIR = tmp_path
    return tmp_path
