"""What the supervisor knows of its workers when the embedded database does not answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.product import ROOT, Product

pytestmark = pytest.mark.leg(
    "sqlite", reason="a server's database is not held by one of its clients"
)
Make = Callable[..., Product]
LOOKS = Path(__file__).with_name("pulse_look.py")


@pytest.fixture(scope="module")
def told(product: Make) -> dict[str, float]:
    """What several looks at one installation found; see pulse_look.py."""
    running = product()
    done = subprocess.run(
        [sys.executable, str(LOOKS)],
        cwd=ROOT,
        env={**running.environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_database_held_by_one_that_hangs_is_silence_and_no_answer_is_waited_for_long(
    told: dict[str, float],
) -> None:
    assert 0 < told["held"] < told["held_again"]
    assert told["waits_for"] == 2000  # its writers wait for twenty seconds


def test_a_task_that_ran_breaks_the_silence(told: dict[str, float]) -> None:
    assert told["after_a_beat"] < told["held"]


def test_none_that_closes_has_the_database_to_itself(told: dict[str, float]) -> None:
    assert told["log_left"], "whoever closes the last connection takes the log away"
