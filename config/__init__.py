"""Settings, addresses, tasks and clock: the frame that holds the apps. No domain code."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
