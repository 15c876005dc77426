"""The beat schedule and the tasks it names."""

from __future__ import annotations

import json
import subprocess
import sys

from config.beat import EVERY, schedule
from config.celery import app
from config.environment import BASE_DIR

# What a scheduler loads before it begins to schedule.
LOADED = """
import json, sys
from config.scheduler import app
app.loader.init_worker()
app.finalize()
asked = [entry["task"] for entry in app.conf.beat_schedule.values()]
print(json.dumps([asked, list(sys.modules)]))
"""


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    assert [name for name in EVERY if name not in app.tasks] == []


def test_the_scheduler_asks_for_all_of_them_without_loading_any() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=BASE_DIR
    )
    asked, modules = json.loads(done.stdout)
    assert set(asked) == set(EVERY)
    apps = {name.partition(".")[0] for name in modules}
    assert not apps & {"ledger", "people", "forums", "labs", "kpis", "reviews", "starters", "demo"}


def test_no_run_that_was_asked_for_expires() -> None:
    """Behind a slow round it would always be the same ones; see config/turns.py."""
    assert [name for name, entry in schedule().items() if "options" in entry] == []
