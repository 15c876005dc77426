"""What every request pays before anything happens."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.registry import figure

ANSWERS = 200


@figure("answer from the whole middleware stack", target=5.0, unit="ms")
def answer_healthz() -> Iterator[float | None]:
    """Milliseconds per answer of /healthz, mean over 200, through every middleware."""
    import time

    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.get("/healthz")
    began = time.perf_counter()
    for _ in range(ANSWERS):
        client.get("/healthz")
    yield (time.perf_counter() - began) * 1000 / ANSWERS


@figure("lost to a broker that swallows connections", target=2.5, unit="s")
def hurry_without_broker() -> Iterator[float | None]:
    """Seconds that asking for a task costs when the broker accepts and never answers."""
    import socket

    from celery import Celery

    from config import hurry
    from config.celery import configuration, transport_options

    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(8)
        url = f"redis://127.0.0.1:{hole.getsockname()[1]}/0"
        app = Celery("bench", set_as_current=False)
        app.conf.update(configuration())
        app.conf.update(broker_url=url, broker_transport_options=transport_options(url, ""))

        @app.task(name="bench.nothing")
        def nothing() -> None:
            """Never runs."""

        hurry._silent_until = 0.0
        yield None
        if hurry.send(nothing, {}):
            raise RuntimeError("the task was sent, so nothing was measured")
