"""Sweepers in processes of their own, at once and killed half-way: none twice, none missed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.product import Product, until

Make = Callable[..., Product]
HERE = Path(__file__).parent
DUE = 600


def look(running: Product) -> dict[str, Any]:
    found: dict[str, Any] = running.told("LOOK", HERE / "sweep_look.py")
    return found


def sweeper(running: Product) -> subprocess.Popen[str]:
    """One more sweeper, as a worker would run it."""
    begun = running.begin("manage.py", "shell", "--no-imports")
    assert begun.stdin is not None
    begun.stdin.write((HERE / "sweep_once.py").read_text())
    begun.stdin.close()
    begun.stdin = None
    return begun


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
    running.shell(HERE / "sweep_seed.py", DUE=DUE)
    return running


@pytest.mark.leg("postgres", reason="SQLite has one writer: an installation has one worker")
def test_four_at_once_take_each_step_once(seeded: Product) -> None:
    sweepers = [sweeper(seeded) for _ in range(4)]
    said = [each.communicate(timeout=600)[0] for each in sweepers]
    assert [each.returncode for each in sweepers] == [0] * 4, said
    if look(seeded)["told"] < DUE:  # one told before another had moved the rest
        seeded.shell(HERE / "sweep_once.py")
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
            each.wait(120)
            assert each.stdout is not None
            each.stdout.close()
        found = look(seeded)
        assert (found["steps"], found["twice"]) == (found["moved"], 0)
        assert found["recorded"] + found["singly"] == found["steps"]
    seeded.shell(HERE / "sweep_once.py")
    all_of_it_once(look(seeded))
