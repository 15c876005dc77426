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

pytestmark = pytest.mark.leg(
    "sqlite", reason="ports, folders and parts know no database; test_loop starts it on a server"
)
Make = Callable[..., Product]
ALONE = {
    "DATABASE_URL": "",
    "BROKER_URL": "",
    "DEMO": "0",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


@pytest.fixture(scope="module")
def made(product: Make) -> Iterator[Product]:
    """One that nobody has set up yet."""
    installation = product(STALLED_AFTER="30")
    installation.shell("from people.models import Installation as I; I.objects.all().delete()")
    yield installation
    if installation.running:
        installation.stop()


@pytest.fixture
def started(made: Product) -> Product:
    """The same one, running whole: a test may stop or kill it."""
    if not made.running:
        made.start()
    return made


def test_starts_again_what_dies(started: Product) -> None:
    before = started.parts
    os.kill(before["worker"], signal.SIGKILL)
    assert until(lambda: started.parts.get("worker") not in {None, before["worker"]})
    assert started.parts["web"] == before["web"]
    assert until(started.ready), started.output
    assert "worker stopped (code -9); starting it again" in started.output


def test_renews_a_worker_that_hangs(started: Product) -> None:
    assert until(started.ready), started.output
    before = started.parts
    os.kill(before["worker"], signal.SIGSTOP)
    assert until(lambda: started.parts.get("worker") not in {None, before["worker"]})
    assert "starting worker and scheduler anew" in started.output
    assert started.parts["web"] == before["web"]


def test_same_data_twice_is_said(started: Product) -> None:
    folder = started.environment["DATA_DIR"]
    assert "already running on the data" in refused(PORT=str(free_port()), DATA_DIR=folder)


def test_killed_hard_takes_its_parts_along(started: Product) -> None:
    assert started.process is not None
    parts = set(started.parts.values())
    started.process.kill()
    started.process.wait()
    assert until(lambda: not any(alive(pid) for pid in parts)), started.output


def test_starts_whole_and_stops_without_a_trace(started: Product) -> None:
    """On data that others left behind, too."""
    assert until(lambda: set(started.parts) == {"web", "worker", "scheduler"})
    parts = set(started.parts.values())
    assert until(started.ready), started.output
    assert until(lambda: f"{started.address}/setup/" in started.output)
    assert f"running at {started.address}" in started.output
    before = len(started.output)
    assert started.stop() == 0
    assert until(lambda: not any(alive(pid) for pid in parts))
    assert "Traceback" not in started.output[before:]


def refused(**environment: str) -> str:
    """What `make run` prints when it will not start: exit code 1 and one line."""
    done = subprocess.run(
        [sys.executable, "scripts/serve.py"],
        cwd=ROOT,
        env={**os.environ, **ALONE, **environment},
        capture_output=True,
        text=True,
        timeout=300,
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


def test_demo_and_live_never_share_a_database(product: Make) -> None:
    installation = product()
    for kind, demo in (("demo", "0"), ("live", "1")):
        installation.shell(
            f"from people.models import Installation as I; I.objects.update(kind={kind!r})"
        )
        said = refused(**installation.environment | {"DEMO": demo})
        assert "The two never share one" in said, kind
