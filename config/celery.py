"""The Celery app. The broker only hurries; the beat schedule is the guarantee.

Work lives in database rows that sweeps claim by compare-and-set, so a task that
is lost, late or delivered twice does no harm.
"""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, before_task_publish, setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import folder_queue, turns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def configuration() -> dict[str, Any]:
    """Celery's settings, from Django's."""
    from django.conf import settings

    from config.beat import schedule

    return {
        "broker_url": settings.BROKER_URL,
        "broker_transport_options": transport_options(settings.BROKER_URL, str(settings.QUEUE_DIR)),
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 1,
        "beat_schedule": schedule(),
        "beat_schedule_filename": str(settings.DATA_DIR / "beat-schedule"),
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_publish_retry": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_enable_remote_control": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "timezone": "UTC",
    }


def transport_options(broker_url: str, queue_dir: str) -> dict[str, Any]:
    """What kombu needs for this broker.

    A web request that hurries a task must not hang when the broker is down: one
    attempt, and short timeouts.
    """
    if broker_url.startswith("filesystem:"):
        return {
            "data_folder_in": queue_dir,
            "data_folder_out": queue_dir,
            "control_folder": f"{queue_dir}/control",
            "polling_interval": 0.5,
        }
    if broker_url.startswith(("redis:", "rediss:")):
        return {
            "socket_connect_timeout": 1,
            # Longer than the second a worker waits for a task in one command.
            "socket_timeout": 2,
            "visibility_timeout": 600,
            "max_retries": 0,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
            "connect_retries_timeout": 1,
        }
    return {}


folder_queue.use()
app = Celery("makmal", task_cls=turns.Sweep)
app.add_defaults(configuration)  # read when first needed, once Django is set up
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@beat_init.connect
def say_when_it_was_asked(**_options: Any) -> None:
    """What the scheduler asks for says when; see config/turns.py."""
    before_task_publish.connect(turns.write_on, weak=False)


@setup_logging.connect
def use_our_logs(**_options: Any) -> None:
    """Keep Celery from laying its own log format over ours."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
