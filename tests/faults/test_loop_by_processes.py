"""The loop with a real web server, worker and scheduler: nothing eager, nothing mocked.

A reading is posted over HTTP; nobody calls detection or a sweep.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts import services
from tests.product import Product, until

Make = Callable[..., Product]
SEED = Path(__file__).with_name("seed.py")


def seeded(running: Product) -> dict[str, str]:
    """Fill the installation; the headers its integrator sends."""
    lines = running.manage("shell", "--no-imports", stdin=SEED.read_text()).splitlines()
    found = next(line for line in lines if line.startswith("SEED "))
    token = json.loads(found.removeprefix("SEED "))["token"]
    return {"Authorization": f"Bearer {token}"}


def post(running: Product, headers: dict[str, str], kpi: str) -> tuple[int, Any]:
    body = {"kpi": kpi, "period": "2026-01", "value": "40", "source": "Register of works"}
    return running.request("/api/v1/readings/", body=body, headers=headers)


def listed(running: Product, headers: dict[str, str], what: str) -> list[dict[str, Any]]:
    status, page = running.request(f"/api/v1/{what}/", headers=headers)
    assert status == 200, page
    return page["results"]


def reviews_of(running: Product, headers: dict[str, str], kpi: str) -> list[dict[str, Any]]:
    return [each for each in listed(running, headers, "reviews") if each["kpi"] == kpi]


@pytest.fixture(scope="module")
def started(product: Make) -> Iterator[tuple[Product, dict[str, str]]]:
    """One that runs, filled, and the headers of its integrator; each test has KPIs of its own."""
    with product() as running:
        yield running, seeded(running)


def test_a_posted_reading_opens_one_review_by_itself(
    started: tuple[Product, dict[str, str]],
) -> None:
    running, headers = started
    status, answer = post(running, headers, "roads-1")
    assert status == 201, answer
    assert until(lambda: reviews_of(running, headers, "roads-1")), running.output
    before = (
        listed(running, headers, "deviations"),
        listed(running, headers, "reviews"),
        listed(running, headers, "readings"),
    )

    assert post(running, headers, "roads-1")[0] == 200  # known already
    post(running, headers, "roads-2")  # its review shows that the sweeps ran again
    assert until(lambda: reviews_of(running, headers, "roads-2")), running.output

    after = (
        listed(running, headers, "deviations"),
        listed(running, headers, "reviews"),
        listed(running, headers, "readings"),
    )
    assert [[row for row in rows if row["kpi"] != "roads-2"] for rows in after] == [
        list(rows) for rows in before
    ]


def test_a_worker_killed_hard_loses_nothing(started: tuple[Product, dict[str, str]]) -> None:
    running, headers = started
    os.kill(running.parts["worker"], signal.SIGKILL)
    assert post(running, headers, "roads-3")[0] == 201
    assert until(lambda: reviews_of(running, headers, "roads-3")), running.output
    assert len(reviews_of(running, headers, "roads-3")) == 1


@contextmanager
def without_folders(running: Product) -> Iterator[None]:
    """The embedded broker cannot be written to: its folder is not a folder."""
    queue = running.folder / "data" / "queue"
    queue.rename(queue.with_name("queue-away"))
    queue.write_text("")
    try:
        yield
    finally:
        queue.unlink()
        queue.with_name("queue-away").rename(queue)


def test_broker_of_folders_down_while_posting(product: Make) -> None:
    with product(broker="filesystem://", STALLED_AFTER="25") as running:
        headers = seeded(running)
        with without_folders(running):
            assert post(running, headers, "roads-1")[0] == 201
        assert until(lambda: reviews_of(running, headers, "roads-1")), running.output
        assert len(reviews_of(running, headers, "roads-1")) == 1


def test_redis_down_while_posting(product: Make, tmp_path: Path) -> None:
    program = services.redis_server()
    if program is None:
        pytest.skip("no redis-server: apt-get install redis-server")
    port = services.free_port()
    with ExitStack() as stack:
        server = stack.enter_context(ExitStack())
        server.enter_context(services.redis(program, tmp_path, port=port))
        running = stack.enter_context(
            product(broker=f"redis://127.0.0.1:{port}/0", STALLED_AFTER="25")
        )
        headers = seeded(running)
        server.close()
        assert post(running, headers, "roads-1")[0] == 201
        stack.enter_context(services.redis(program, tmp_path, port=port))
        assert until(lambda: reviews_of(running, headers, "roads-1")), running.output
        assert len(reviews_of(running, headers, "roads-1")) == 1
