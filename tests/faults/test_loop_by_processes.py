"""The loop with a real web server, worker and scheduler: nothing eager, nothing mocked.

A reading is posted over HTTP; nobody calls detection or a sweep.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts import services
from tests.product import Product, alive, until

Make = Callable[..., Product]
SEED = Path(__file__).with_name("seed.py")


def seeded(running: Product) -> dict[str, str]:
    """Fill the installation; the headers its integrator sends."""
    return {"Authorization": f"Bearer {running.told('SEED', SEED)['token']}"}


def post(running: Product, headers: dict[str, str], kpi: str) -> tuple[int, Any]:
    body = {"kpi": kpi, "period": "2026-01", "value": "40", "source": "Register of works"}
    return running.request("/api/v1/readings/", body=body, headers=headers)


def listed(running: Product, headers: dict[str, str], what: str) -> list[dict[str, Any]]:
    status, page = running.request(f"/api/v1/{what}/", headers=headers)
    assert status == 200, page
    return page["results"]


def reviews_of(running: Product, headers: dict[str, str], kpi: str) -> list[dict[str, Any]]:
    return [each for each in listed(running, headers, "reviews") if each["kpi"] == kpi]


@contextmanager
def without_folders(running: Product) -> Iterator[None]:
    """The broker of folders cannot be written to: its folder is not a folder."""
    queue = running.folder / "data" / "queue"
    queue.rename(queue.with_name("queue-away"))
    queue.write_text("")
    try:
        yield
    finally:
        queue.unlink()
        queue.with_name("queue-away").rename(queue)


@dataclass
class Redis:
    """A broker of the test's own, that it may take away."""

    folder: Path
    port: int = field(default_factory=services.free_port)
    server: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        program = services.redis_server()
        assert program, "the leg does not run without one"
        self.server.enter_context(services.redis(program, self.folder, port=self.port))

    @contextmanager
    def away(self) -> Iterator[None]:
        self.server.close()
        yield
        self.start()


@dataclass
class Started:
    """One that runs, filled, and its broker; each test has KPIs of its own."""

    running: Product
    headers: dict[str, str]
    broker_away: Callable[[], AbstractContextManager[None]]
    answered_without: tuple[int, str] | None = None


def ends_without_a_trace(running: Product) -> None:
    parts = running.parts.values()
    assert running.stop() == 0, running.output
    assert until(lambda: not any(alive(pid) for pid in parts))


@pytest.fixture(scope="module")
def started(product: Make, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """With Redis it starts while the broker is still down."""
    if os.environ.get("DATABASE_URL"):
        redis = Redis(tmp_path_factory.mktemp("redis"))
        running = product(broker=f"redis://127.0.0.1:{redis.port}/0", STALLED_AFTER="25")
        with redis.server, running:
            answered = running.status("/healthz"), running.request("/readyz")[1]["checks"]
            redis.start()
            found = Started(running, seeded(running), redis.away)
            found.answered_without = answered[0], answered[1]["database"]
            yield found
            ends_without_a_trace(running)
    else:
        with product(STALLED_AFTER="25") as running:
            yield Started(running, seeded(running), lambda: without_folders(running))
            ends_without_a_trace(running)


@pytest.mark.leg("postgres", reason="folders are there or it does not start")
def test_starts_and_answers_while_the_broker_is_down(started: Started) -> None:
    assert started.answered_without == (200, "ok")


def test_a_posted_reading_opens_one_review_by_itself(started: Started) -> None:
    running, headers = started.running, started.headers
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


def test_a_worker_killed_hard_loses_nothing(started: Started) -> None:
    running, headers = started.running, started.headers
    os.kill(running.parts["worker"], signal.SIGKILL)
    assert post(running, headers, "roads-3")[0] == 201
    assert until(lambda: reviews_of(running, headers, "roads-3")), running.output
    assert len(reviews_of(running, headers, "roads-3")) == 1


def test_the_broker_is_down_while_posting(started: Started) -> None:
    running, headers = started.running, started.headers
    with started.broker_away():
        assert post(running, headers, "roads-4")[0] == 201
    assert until(lambda: reviews_of(running, headers, "roads-4")), running.output
    assert len(reviews_of(running, headers, "roads-4")) == 1
