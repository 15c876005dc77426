"""A long import beside everything else, with a real worker and scheduler, one of them killed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.test_loop_by_processes import post, seeded
from tests.product import Product, until

Make = Callable[..., Product]
HERE = Path(__file__).parent
LOOK_EVERY = 3.0  # seconds; each look is a process that takes time from the one it looks at


def sent(running: Product) -> int:
    """How many rows were sent to be loaded."""
    lines = running.manage(
        "shell", "--no-imports", stdin=(HERE / "import_seed.py").read_text()
    ).splitlines()
    found = next(line for line in lines if line.startswith("IMPORT "))
    return int(found.split()[2])


def look(running: Product) -> dict[str, Any]:
    lines = running.manage(
        "shell", "--no-imports", stdin=(HERE / "import_look.py").read_text()
    ).splitlines()
    found: dict[str, Any] = json.loads(
        next(line for line in lines if line.startswith("LOOK ")).removeprefix("LOOK ")
    )
    return found


def loaded_once(found: dict[str, Any], rows: int) -> None:
    assert (found["state"], found["live"], found["readings"]) == ("done", rows, rows)
    assert found["slices"] == list(range(1, len(found["slices"]) + 1))
    assert found["differing"] == []


def test_a_long_import_holds_up_no_sweep_by_more_than_a_slice(product: Make) -> None:
    """A value is posted while a file is loaded: its review opens between two slices."""
    with product(IMPORT_SLICE_ROWS="12") as running:
        headers = seeded(running)
        rows = sent(running)
        assert post(running, headers, "roads-1")[0] == 201
        assert until(lambda: look(running)["state"] == "done", every=LOOK_EVERY), running.output
        found = look(running)
        loaded_once(found, rows)
        assert len(found["slices"]) == rows / 12
        assert found["after_review"]


def test_a_worker_killed_while_it_loads_loses_nothing_and_does_nothing_twice(
    product: Make,
) -> None:
    with product(IMPORT_SLICE_ROWS="12") as running:
        seeded(running)
        rows = sent(running)
        assert until(lambda: len(look(running)["slices"]) > 1), running.output
        os.kill(running.parts["worker"], signal.SIGKILL)
        assert len(look(running)["slices"]) < rows / 12
        done = until(lambda: look(running)["state"] == "done", patience=180, every=LOOK_EVERY)
        assert done, running.output
        loaded_once(look(running), rows)
