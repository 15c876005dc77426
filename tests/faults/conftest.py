"""Which leg a test of processes belongs to.

    @pytest.mark.leg("postgres", reason="here Redis is the broker")

Starting processes is dear, so what does not depend on database and broker runs on one leg
only. Without the mark a test runs on both.
"""

from __future__ import annotations

import os

import pytest

LEGS = {"sqlite": "SQLite and the broker of folders", "postgres": "PostgreSQL and Redis"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "leg(name, reason): runs only on the leg of that name")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    mark = item.get_closest_marker("leg")
    here = "postgres" if os.environ.get("DATABASE_URL") else "sqlite"
    if mark and mark.args[0] != here:
        pytest.skip(f"belongs to {LEGS[mark.args[0]]}: {mark.kwargs['reason']}")
