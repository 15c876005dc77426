"""Sweepers in processes of their own, at once and killed half-way: none twice, none missed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.product import ROOT, Product, until

Make = Callable[..., Product]
HERE = Path(__file__).parent
DUE = 1500


def script(running: Product, name: str) -> str:
    return running.manage("shell", "--no-imports", stdin=(HERE / name).read_text())


def look(running: Product) -> dict[str, Any]:
    lines = script(running, "sweep_look.py").splitlines()
    told = next(line for line in lines if line.startswith("LOOK "))
    found: dict[str, Any] = json.loads(told.removeprefix("LOOK "))
    return found


def sweeper(running: Product) -> subprocess.Popen[str]:
    """One more sweeper, as a worker would run it."""
    with (HERE / "sweep_once.py").open() as given:
        return subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports"],
            cwd=ROOT,
            env=running.environment,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def all_of_it_once(found: dict[str, Any]) -> None:
    assert found == {
        "steps": DUE,
        "twice": 0,
        "moved": DUE,
        "entered": DUE,
        "left": DUE,
        "recorded": DUE - found["singly"],
        "singly": found["singly"],
        "digests": True,
        "told": DUE,
        "told_events": DUE - found["singly"],
        "told_twice": 0,
        "untold": 0,
    }


@pytest.fixture
def seeded(product: Make) -> Product:
    """An installation with disputes that are due; neither web nor worker runs."""
    running = product()
    assert "SEEDED" in script(running, "sweep_seed.py")
    return running


@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL"),
    reason="SQLite has one writer: an installation has one worker",
)
def test_four_at_once_take_each_step_once(seeded: Product) -> None:
    sweepers = [sweeper(seeded) for _ in range(4)]
    said = [each.communicate(timeout=300)[0] for each in sweepers]
    assert [each.returncode for each in sweepers] == [0] * 4, said
    if look(seeded)["told"] < DUE:  # one told before another had moved the rest
        script(seeded, "sweep_once.py")
    all_of_it_once(look(seeded))


def test_killed_half_way_nothing_is_lost_or_done_twice(seeded: Product) -> None:
    for _again in range(3):
        before = look(seeded)["steps"]
        if before == DUE:  # they were faster than the one who kills them
            break
        sweepers = [sweeper(seeded) for _ in range(2)]
        assert until(lambda before=before: before < look(seeded)["steps"])
        for each in sweepers:
            each.kill()
            each.wait(30)
            assert each.stdout is not None
            each.stdout.close()
        found = look(seeded)
        assert (found["steps"], found["twice"]) == (found["moved"], 0)
        assert found["recorded"] + found["singly"] == found["steps"]
    script(seeded, "sweep_once.py")
    all_of_it_once(look(seeded))
