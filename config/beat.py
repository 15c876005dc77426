"""The whole beat schedule. What is not listed here never happens by itself."""

from __future__ import annotations

from typing import Any

# Task name -> seconds between two runs.
EVERY: dict[str, int] = {
    "config.tasks.heartbeat": 5,
    "ledger.tasks.seal": 5,
    "labs.tasks.find_coordination": 120,
    "kpis.tasks.detect_changed": 5,
    "kpis.tasks.detect_due": 300,
    "kpis.tasks.work_out_composites": 5,
    "kpis.tasks.recheck_composites": 6 * 3600,
    "kpis.tasks.work_backtests": 15,
    "kpis.tasks.remind": 300,
    "kpis.tasks.go_on_with_imports": 5,
    "kpis.tasks.tidy_imports": 3600,
    "labs.tasks.alert_windows": 300,
    "labs.tasks.index_lessons": 300,
    "forums.tasks.make_meetings": 3600,
    "reviews.tasks.call_meetings": 300,
    "reviews.tasks.route_deviations": 5,
    "reviews.tasks.say_unexplained": 300,
    "reviews.tasks.close_motions": 30,
    "reviews.tasks.advance_disputes": 30,
    "reviews.tasks.tell_of_steps": 5,
    "reviews.tasks.nudge": 300,
    "reviews.tasks.audit": 60,
    "reviews.tasks.ask_for_lessons": 300,
    "reviews.tasks.look_at_desks": 60,
    "reviews.tasks.compose_mails": 60,
    "reviews.tasks.send_mails": 10,
}


def schedule() -> dict[str, dict[str, Any]]:
    """The schedule as Celery wants it.

    No run expires: what was asked for again and again while the worker was away or behind
    runs once (config/turns.py).
    """
    return {name: {"task": name, "schedule": seconds} for name, seconds in EVERY.items()}
