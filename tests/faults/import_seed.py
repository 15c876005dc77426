"""Send a file of many values to the installation and say that it be loaded; print the import.

Piped into `manage.py shell` after seed.py.
"""

import time

from django.core.files.uploadedfile import SimpleUploadedFile

from config import clock
from kpis.models import ImportJob
from kpis.rules.spelling import Spelling
from kpis.services.imports import jobs
from ledger.rules.actors import Actor

PARTS, YEARS = 500, [2010]
act = {"by": Actor.system("seed"), "at": clock.now()}
lines = [
    f"roads-3,region=r{part},{year}-{month:02d},{month}.5,Register"
    for part in range(PARTS)
    for year in YEARS
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
print(f"IMPORT {job.pk} {len(lines)}")
