"""Print how far the newest import is, as JSON."""

import json

from kpis.models import ImportJob, LiveReading
from kpis.services import tracks
from ledger.models import Event

job = ImportJob.objects.latest("pk")
loaded = Event.objects.filter(verb="import.loaded", subject_id=job.pk).order_by("pk")
opened = Event.objects.filter(verb="review.opened").order_by("pk").last()
print(
    "LOOK "
    + json.dumps(
        {
            "state": job.state,
            "slices": [event.data["slice"] for event in loaded],
            "readings": sum(event.data["readings"] for event in loaded),
            "live": LiveReading.objects.filter(reading__batch=job.batch_id).count(),
            "around_review": opened is not None
            and loaded.filter(pk__lt=opened.pk).exists()
            and loaded.filter(pk__gt=opened.pk).exists(),
            "differing": tracks.differing() if job.state == "done" else None,
        }
    )
)
