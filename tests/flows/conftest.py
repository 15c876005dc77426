"""Pages of reviews are asked for on the day on which the factories act."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories import reviews as make


@pytest.fixture
def today() -> Iterator[None]:
    """The business time is that of the factories."""
    with time_machine.travel(make.AT, tick=False):
        yield
