"""Which of the runs that were asked for are made when the worker is behind."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker

from config import turns
from config.beat import EVERY
from config.turns import ASKED_AT, Sweep, Turns


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def rounds(takes: dict[str, float], *, seconds: int, asleep: int = 0) -> tuple[Counter[str], int]:
    """What one worker runs of the schedule, in order, and how many wait at the end.

    ``takes``: seconds a task needs, a hundredth where it is not said. The worker looks at
    nothing in the first ``asleep`` seconds.
    """
    clock = Clock()
    begun, line, ran = Turns(clock), deque[tuple[str, float]](), Counter[str]()
    free_at = clock.now + asleep
    for second in range(asleep + seconds):
        clock.now = 1_000_000.0 + second
        line.extend((name, clock.now) for name, every in EVERY.items() if second % every == 0)
        while line and free_at <= clock.now + 1:
            clock.now = max(clock.now, free_at)
            name, asked_at = line.popleft()
            if begun.begin(name, asked_at):
                ran[name] += 1
                free_at = clock.now + takes.get(name, 0.01)
    return ran, len(line)


OFTEN = [name for name, seconds in EVERY.items() if seconds == 5]
BUSY = ["kpis.tasks.go_on_with_imports", "kpis.tasks.detect_changed", "ledger.tasks.seal"]


def test_in_time_each_runs_as_often_as_it_is_asked_for() -> None:
    ran, waiting = rounds({}, seconds=600)
    assert [ran[name] for name in OFTEN] == [120] * len(OFTEN)
    assert waiting == 0


@pytest.mark.parametrize("slow", [BUSY, OFTEN, list(EVERY)])
def test_none_waits_for_ever_while_others_take_all_the_time(slow: list[str]) -> None:
    """Each that is asked for every five seconds has its turn in one of two rounds at least."""
    ran, waiting = rounds(dict.fromkeys(slow, 5.0), seconds=7200)
    assert set(ran) == set(EVERY)
    often = [ran[name] for name in OFTEN]
    assert 2 * min(often) >= max(often)
    assert waiting < 60 * len(EVERY), "what has been asked for in a round or two"


def test_after_a_night_without_a_worker_each_runs_once() -> None:
    ran, waiting = rounds({}, asleep=8 * 3600 + 1, seconds=1)
    assert set(ran.values()) == {1}
    assert waiting == 0


def test_a_clock_set_back_stops_nothing() -> None:
    clock = Clock()
    begun = Turns(clock)
    assert begun.begin("one", clock.now)
    clock.now -= 3600
    assert begun.begin("one", clock.now)


def test_what_a_person_hurries_is_never_passed_over() -> None:
    begun = Turns(Clock())
    assert begun.begin("one", None)
    assert begun.begin("one", None)


def test_a_worker_passes_over_what_a_later_run_has_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a worker of Celery's own, and requests stamped as the scheduler stamps them."""
    noted: list[str] = []
    monkeypatch.setattr(turns, "turns", Turns())
    monkeypatch.setattr(turns, "note", lambda: noted.append("noted"))
    app = Celery("turns", broker="memory://", backend="cache+memory://", task_cls=Sweep)
    app.conf.task_always_eager = False

    @app.task(name="turns.sweep")
    def sweep() -> str:
        return "ran"

    def ask(**headers: Any) -> str | None:
        answer: str | None = sweep.apply_async(headers=headers).get(timeout=300)
        return answer

    with start_worker(app, pool="solo", perform_ping_check=False):
        stamp: dict[str, Any] = {}
        turns.write_on(stamp)
        assert ask(**stamp) == "ran"
        assert ask(**stamp) is None, "asked for before the last run began"
        assert ask() == "ran", "hurried"
        turns.write_on(stamp)
        assert ask(**{ASKED_AT: stamp[ASKED_AT]}) == "ran"
    assert noted == ["noted"], "once in a few seconds"
    assert sweep() == "ran"
