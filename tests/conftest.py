"""What every test shares. Factories are in tests/factories, personas beside them."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.product import Installations, Product

_numbers = count(1)

hypothesis_settings.register_profile(
    "makmal",
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("makmal")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again costs time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture
def at() -> datetime.datetime:
    """A business time to act at: a Wednesday morning in Kuala Lumpur."""
    return datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Sign-in limits of one test must not reach the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def seals_dir(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A test begins with no seal, and so with no file of seals.

    Left in one folder, the lines of a test before it that sealed would read as a past
    that was sealed anew.
    """
    folder = Path(settings.DATA_DIR) / "seals" / str(next(_numbers))
    folder.mkdir(parents=True)
    monkeypatch.setattr(settings, "SEALS_DIR", folder)
    return folder


@pytest.fixture(scope="session")
def installations(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Installations]:
    """Makes installations of real processes; see tests/product.py."""
    own = tmp_path_factory.getbasetemp()
    share = own if worker_id == "master" else own.parent
    made = Installations(tmp_path_factory.mktemp("installations"), share, worker_id)
    yield made
    made.drop()


@pytest.fixture(scope="session")
def product(installations: Installations) -> Callable[..., Product]:
    """``product(broker=…, NAME="value")``: an installation to start with ``with``."""
    return lambda **given: installations.new(f"number{next(_numbers)}", **given)
