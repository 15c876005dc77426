"""`make run`: it starts whole, restarts what dies, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.product import ROOT, Product, alive, free_port, until

Make = Callable[..., Product]
ALONE = {
    "DATABASE_URL": "",
    "BROKER_URL": "",
    "DEMO": "0",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


@pytest.fixture(scope="module")
def started(product: Make) -> Iterator[Product]:
    """One that runs, for tests that leave it running whole."""
    with product(STALLED_AFTER="30") as running:
        yield running


def test_starts_whole_and_stops_without_a_trace(product: Make) -> None:
    running = product()
    with running:
        assert set(running.parts) == {"web", "worker", "scheduler"}
        parts = set(running.parts.values())
        assert until(running.ready), running.output
        assert until(lambda: f"running at {running.address}" in running.output)
        assert running.stop() == 0
    assert until(lambda: not any(alive(pid) for pid in parts))
    assert "Traceback" not in running.output


def test_starts_again_what_dies(started: Product) -> None:
    before = started.parts
    os.kill(before["worker"], signal.SIGKILL)
    assert until(lambda: started.parts.get("worker") not in {None, before["worker"]}, patience=240)
    assert started.parts["web"] == before["web"]
    assert until(started.ready), started.output
    assert "worker stopped (code -9); starting it again" in started.output


def test_renews_a_worker_that_hangs(started: Product) -> None:
    assert until(started.ready), started.output
    before = started.parts
    os.kill(before["worker"], signal.SIGSTOP)
    assert until(lambda: started.parts.get("worker") not in {None, before["worker"]}, patience=240)
    assert "starting worker and scheduler anew" in started.output
    assert started.parts["web"] == before["web"]


def test_killed_hard_takes_its_parts_along(product: Make) -> None:
    running = product()
    with running:
        assert running.process is not None
        parts = set(running.parts.values())
        running.process.kill()
        running.process.wait()
        assert until(lambda: not any(alive(pid) for pid in parts)), running.output


def test_starts_and_answers_while_the_broker_is_down(product: Make) -> None:
    with product(broker=f"redis://127.0.0.1:{free_port()}/0") as running:
        assert running.status("/healthz") == 200
        assert running.request("/readyz")[1]["checks"]["database"] == "ok"


def refused(**environment: str) -> str:
    """What `make run` prints when it will not start: exit code 1 and one line."""
    done = subprocess.run(
        [sys.executable, "scripts/serve.py"],
        cwd=ROOT,
        env={**os.environ, **ALONE, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = done.stderr.strip().splitlines()
    assert (done.returncode, len(lines)) == (1, 1), done.stdout + done.stderr
    return lines[0]


def test_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        line = refused(PORT=str(port), DATA_DIR=str(tmp_path))
    assert line.startswith(f"makmal: port {port} is in use.")


@pytest.mark.parametrize("port", ["none", "0", "65536", "-1"])
def test_port_that_is_none_is_said(tmp_path: Path, port: str) -> None:
    assert refused(PORT=port, DATA_DIR=str(tmp_path)).startswith(f"makmal: PORT={port} is not")


def test_folder_that_cannot_be_written_is_said() -> None:
    assert "choose a folder that can be written to" in refused(DATA_DIR="/proc/makmal")


def test_same_data_twice_is_said(started: Product) -> None:
    folder = started.environment["DATA_DIR"]
    assert "already running on the data" in refused(PORT=str(free_port()), DATA_DIR=folder)


@pytest.mark.parametrize(("kind", "demo"), [("demo", "0"), ("live", "1")])
def test_demo_and_live_never_share_a_database(product: Make, kind: str, demo: str) -> None:
    given = product().environment | {"DEMO": demo}
    code = f"from people.models import Installation as I; I.objects.create(kind={kind!r})"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT,
        env=given,
        check=True,
        capture_output=True,
    )
    assert "The two never share one" in refused(**given)
