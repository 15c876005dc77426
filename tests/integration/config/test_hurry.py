"""Hurrying is a favour: it never fails a request, and nothing is lost without it."""

from __future__ import annotations

import socket

import pytest
from celery import Celery, Task
from django.db import transaction

from config import hurry
from config.celery import configuration, transport_options


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Task:
    """A task whose broker is a port that nobody listens on."""
    monkeypatch.setattr(hurry, "_silent_until", 0.0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
    app = Celery("test", set_as_current=False)
    app.conf.update(configuration())
    app.conf.update(broker_url=url, broker_transport_options=transport_options(url, ""))

    @app.task(name="test.nothing")
    def nothing() -> None:
        """Never runs: its broker does not exist."""

    return nothing


def test_send_without_broker_says_so(task: Task) -> None:
    assert hurry.send(task, {}) is False


def test_send_leaves_a_dead_broker_alone_for_a_while(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry.send(task, {})
    asked: list[str] = []
    monkeypatch.setattr(task, "apply_async", lambda **_: asked.append("again"))
    assert hurry.send(task, {}) is False
    assert asked == []


@pytest.mark.django_db(transaction=True)
def test_hurry_waits_for_the_commit(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    monkeypatch.setattr(hurry, "send", lambda *arguments: sent.append(arguments))
    with transaction.atomic():
        hurry.hurry(task, series=7)
        assert sent == []
    assert sent == [(task, {"series": 7})]
