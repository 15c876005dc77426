"""What every test shares. Factories are in tests/factories, personas beside them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

hypothesis_settings.register_profile(
    "makmal",
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("makmal")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def at() -> datetime.datetime:
    """A business time to act at: a Wednesday morning in Kuala Lumpur."""
    return datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Sign-in limits of one test must not reach the next."""
    cache.clear()
