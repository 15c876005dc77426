"""What runs by itself runs in a simulation, too."""

from __future__ import annotations

from config import beat
from simulator import sweeps


def test_every_task_of_the_beat_schedule_is_run_or_left_out_with_a_reason() -> None:
    run = {each.task for each in sweeps.SWEEPS}
    assert run.isdisjoint(sweeps.LEFT_OUT)
    assert run | set(sweeps.LEFT_OUT) == set(beat.EVERY)
    assert all(sweeps.LEFT_OUT.values())


def test_they_run_in_the_order_of_the_schedule() -> None:
    order = [name for name in beat.EVERY if name not in sweeps.LEFT_OUT]
    assert [each.task for each in sweeps.SWEEPS] == order
