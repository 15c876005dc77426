"""Imports by state."""

from __future__ import annotations

from kpis.models import ImportJob
from ledger.rules.actors import Actor
from people.models import Act
from tests.factories.kpis import AT, BY


def done(by: Actor = BY) -> ImportJob:
    """A file that was loaded, of which nothing is left to be read."""
    return ImportJob.objects.create(
        file_name="values.csv",
        path="/nowhere/original.csv",
        size=1,
        sha256="0" * 64,
        state=ImportJob.State.DONE,
        options={"kind": "csv", "by": by.label, "delimiter": ","},
        counts={"rows": 1, "done_new": 1},
        at=AT,
        finished_at=AT,
        **Act.fields_of(by),
    )
