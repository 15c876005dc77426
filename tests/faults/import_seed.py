"""Send a file of many values to the installation and say that it be loaded; print its rows.

Run after seed.py, with NAME, which no file had yet, and PARTS, of twelve values each.
"""

# NAME and PARTS are given.
# ruff: noqa: F821

import time

from django.core.files.uploadedfile import SimpleUploadedFile

from config import clock
from kpis.models import ImportJob
from kpis.rules.spelling import Spelling
from kpis.services.imports import jobs
from ledger.rules.actors import Actor

act = {"by": Actor.system("seed"), "at": clock.now()}
lines = [
    f"roads-4,region={NAME}{part},2010-{month:02d},{month}.5,Register"
    for part in range(PARTS)
    for month in range(1, 13)
]
content = "\n".join(["kpi,cell,period,value,source", *lines]).encode()
job = jobs.receive(file=SimpleUploadedFile("many.csv", content), **act)
jobs.choose_columns(
    job=job,
    columns=jobs.guessed(job),
    fixed={},
    spelling=Spelling(),
    backfilled=True,
    at=act["at"],
)
while job.state != ImportJob.State.CHECKED:
    time.sleep(0.2)
    job.refresh_from_db()
jobs.load(job=job, correct=False, reason="", **act)
print(f"IMPORT {len(lines)}")
