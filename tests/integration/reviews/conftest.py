"""Pages of reviews are asked for on the day on which the factories act.

What most tests of this folder begin with is built once per process: see tests/worlds.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from reviews.models import Dispute, Review
from tests.factories import disputes as make_disputes
from tests.factories import reviews as make
from tests.worlds import Kept, Worlds


@pytest.fixture
def today() -> Iterator[None]:
    """The business time is that of the factories."""
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture(scope="session")
def worlds(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Worlds:
    return Worlds(django_db_blocker, tmp_path_factory.mktemp("seals"))


@pytest.fixture(scope="session")
def kept_review(worlds: Worlds) -> Kept:
    return worlds.keep(make.open_review)


@pytest.fixture
def opened(db: None, kept_review: Kept) -> tuple[Review, make.Draft]:
    """An open review and the draft in force it is about: ``make.open_review()``."""
    return kept_review.again()


@pytest.fixture(scope="session")
def kept_plan(worlds: Worlds) -> Kept:
    return worlds.keep(make.in_force)


@pytest.fixture
def in_force(db: None, kept_plan: Kept) -> make.Draft:
    """A plan that its steering committee approved by vote: ``make.in_force()``."""
    return kept_plan.again()


@pytest.fixture(scope="session")
def kept_dispute(worlds: Worlds) -> Kept:
    return worlds.keep(make_disputes.open_dispute)


@pytest.fixture
def disputed(db: None, kept_dispute: Kept) -> Dispute:
    """A dispute at tier 1 of four: ``make_disputes.open_dispute()``."""
    return kept_dispute.again()
