"""Writing what a composite came to: one act, one event, a constant number of queries."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from django.utils.translation import gettext as _

from kpis.models import Definition, ImportBatch, LiveReading, Reading, Retraction, Source
from kpis.rules.composites import Differences, Worked
from kpis.rules.values import to_text
from kpis.services import sources, tracks
from ledger.rules.actors import Actor
from ledger.services import events
from people.models import Act

SOURCE = "Worked out from components"
CHUNK = 1000
Place = tuple[int, date, date]


def write(
    *,
    definition: Definition,
    found: Differences[Place],
    pointers: dict[Place, LiveReading],
    by: Actor,
    at: datetime,
) -> ImportBatch:
    """New readings, corrections and retractions, all pointing to one batch (fact 12)."""
    source = sources.ensure(name=SOURCE)
    counts = {
        "recorded": len(found.new),
        "corrected": len(found.changed),
        "retracted": len(found.gone),
    }
    batch = ImportBatch.objects.create(
        kind="composite",
        file_name="",
        sha256=_digest(found),
        summary=counts | {"definition": definition.pk},
        at=at,
        **Act.fields_of(by),
    )
    _take_back(found.gone, pointers, by, at)
    _record(found.new, source, batch, by, at)
    _correct(found.changed, pointers, source, batch, by, at)
    places = [*found.new, *found.changed, *found.gone]
    tracks.changed(
        series_ids={series_id for series_id, _start, _end in places},
        since=min(start for _series, start, _end in places),
        at=at,
    )
    events.record(
        verb="composite.worked_out",
        subject=batch,
        by=by,
        at=at,
        data=counts
        | {"kpi": definition.kpi_id, "definition": definition.pk, "digest": batch.sha256},
        programme_id=definition.kpi.area.programme_id,
        restricted=definition.kpi.restricted_to.exists(),
    )
    return batch


def _record(
    new: dict[Place, Worked], source: Source, batch: ImportBatch, by: Actor, at: datetime
) -> None:
    made = [_reading(place, worked, source, batch, by, at) for place, worked in new.items()]
    Reading.objects.bulk_create(made, batch_size=CHUNK)
    LiveReading.objects.bulk_create(
        (
            LiveReading(
                reading=reading,
                series_id=reading.series_id,
                period_start=reading.period_start,
                period_end=reading.period_end,
                source=source,
                is_current=True,
            )
            for reading in made
        ),
        batch_size=CHUNK,
    )


def _correct(
    changed: dict[Place, Worked],
    pointers: dict[Place, LiveReading],
    source: Source,
    batch: ImportBatch,
    by: Actor,
    at: datetime,
) -> None:
    """A further row supersedes each, and its pointer moves."""
    made = []
    for place, worked in changed.items():
        reading = _reading(place, worked, source, batch, by, at)
        reading.corrects = pointers[place].reading
        reading.backfilled = pointers[place].reading.backfilled
        made.append(reading)
    Reading.objects.bulk_create(made, batch_size=CHUNK)
    moved = []
    for reading in made:
        pointer = pointers[reading.series_id, reading.period_start, reading.period_end]
        pointer.reading = reading
        moved.append(pointer)
    LiveReading.objects.bulk_update(moved, ["reading"], batch_size=CHUNK)


def _take_back(
    gone: list[Place], pointers: dict[Place, LiveReading], by: Actor, at: datetime
) -> None:
    if not gone:
        return
    reason = _("A value that this one was worked out from was taken back.")
    LiveReading.objects.filter(pk__in=[pointers[place].pk for place in gone]).delete()
    Retraction.objects.bulk_create(
        (
            Retraction(reading=pointers[place].reading, reason=reason, at=at, **Act.fields_of(by))
            for place in gone
        ),
        batch_size=CHUNK,
    )


def _reading(
    place: Place, worked: Worked, source: Source, batch: ImportBatch, by: Actor, at: datetime
) -> Reading:
    series_id, start, end = place
    value = worked.observation.value
    assert value is not None
    state = Reading.State.PROVISIONAL if worked.provisional else Reading.State.FINAL
    return Reading(
        series_id=series_id,
        period_start=start,
        period_end=end,
        complete=True,
        comparator=worked.observation.comparator,
        value=value,
        high=worked.observation.high,
        state=state,
        source=source,
        backfilled=worked.backfilled,
        batch=batch,
        at=at,
        **Act.fields_of(by),
    )


def _digest(found: Differences[Place]) -> str:
    """SHA-256 over what is written, place by place."""
    total = hashlib.sha256()
    for word, places in (("new", found.new), ("changed", found.changed)):
        for place, worked in sorted(places.items()):
            seen = worked.observation
            numbers = [
                seen.comparator,
                *(to_text(n) for n in (seen.value, seen.high) if n is not None),
            ]
            total.update(
                json.dumps([word, *place, *numbers, worked.provisional], default=str).encode()
            )
    for place in sorted(found.gone):
        total.update(json.dumps(["gone", *place], default=str).encode())
    return total.hexdigest()
