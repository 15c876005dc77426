"""The scheduler's Celery app: it knows the names and times of tasks, not the tasks.

So it starts in a fraction of the time and memory that loading all of Makmal takes.
"""

from __future__ import annotations

from celery import Celery

from config.celery import configuration

# No fix-ups: those for Django would load every model.
app = Celery("makmal-scheduler", fixups=[], set_as_current=False)
app.add_defaults(configuration)
