"""A long import beside everything else, with a real worker and scheduler, one of them killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.test_loop_by_processes import post, seeded
from tests.product import Product, until

Make = Callable[..., Product]
HERE = Path(__file__).parent
ROWS_OF_A_PART = 12
LOOK_EVERY = 0.5


def sent(running: Product, name: str, *, parts: int) -> int:
    """How many rows of a file were sent to be loaded, in as many slices as it has parts."""
    rows: int = running.told("IMPORT", HERE / "import_seed.py", NAME=name, PARTS=parts)
    return rows


def look(running: Product) -> dict[str, Any]:
    found: dict[str, Any] = running.told("LOOK", HERE / "import_look.py")
    return found


def loaded_once(running: Product, rows: int) -> dict[str, Any]:
    """What is told of an import in the end: all of it is there, once."""
    assert until(lambda: look(running)["state"] == "done", every=LOOK_EVERY), running.output
    found = look(running)
    assert (found["live"], found["readings"]) == (rows, rows)
    assert found["slices"] == list(range(1, rows // ROWS_OF_A_PART + 1))
    assert found["differing"] == []
    return found


@pytest.fixture(scope="module")
def started(product: Make) -> Iterator[tuple[Product, dict[str, str]]]:
    with product(IMPORT_SLICE_ROWS=str(ROWS_OF_A_PART)) as running:
        yield running, seeded(running)


@pytest.mark.leg("sqlite", reason="there one worker does everything")
def test_a_long_import_holds_up_no_sweep_by_more_than_a_slice(
    started: tuple[Product, dict[str, str]],
) -> None:
    """A value is posted while a file is loaded: its review opens between two slices.

    A machine that loads the whole file before the sweep is due says nothing, and is given
    another, four times as long.
    """
    running, headers = started
    between = False
    for number, parts in ((1, 150), (2, 600), (3, 2400)):
        rows = sent(running, f"long{number}-", parts=parts)
        assert post(running, headers, f"roads-{number}")[0] == 201
        between = loaded_once(running, rows)["around_review"]
        if between:
            break
    assert between


def test_a_worker_killed_while_it_loads_loses_nothing_and_does_nothing_twice(
    started: tuple[Product, dict[str, str]],
) -> None:
    running, _headers = started
    rows = sent(running, "killed-", parts=60)
    assert until(lambda: len(look(running)["slices"]) > 1), running.output
    os.kill(running.parts["worker"], signal.SIGKILL)
    assert len(look(running)["slices"]) < rows // ROWS_OF_A_PART
    loaded_once(running, rows)
