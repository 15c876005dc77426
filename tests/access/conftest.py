"""One world for the tests of this folder. It is undone at the end; so is what a test does to it.

The folder is a package so that the world lasts from its first test to its last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from tests.access import world as worlds
from tests.factories.reviews import AT


@pytest.fixture(scope="package")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[worlds.World]:
    """The world, on the day on which the factories act."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # Nobody here asks with which templates and contexts a page was drawn.
        patch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_: None)
        patch.setattr(settings, "SEALS_DIR", tmp_path_factory.mktemp("seals"))
        with time_machine.travel(AT, tick=False), transaction.atomic():
            yield worlds.build()
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """What was drawn for one persona is there for the next, as it is for people."""


@pytest.fixture(autouse=True)
def seals_dir() -> None:
    """The world's seals are in its own folder for as long as it stands."""
