"""The beat schedule and the tasks it names."""

from __future__ import annotations

from config.beat import EVERY, schedule
from config.celery import app


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    assert [name for name in EVERY if name not in app.tasks] == []


def test_runs_that_were_missed_do_not_pile_up() -> None:
    for name, entry in schedule().items():
        assert entry["options"]["expires"] >= entry["schedule"], name
