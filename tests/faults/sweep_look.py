"""Print what the sweeps have done, as JSON."""

import json
from collections import Counter

from ledger.models import Event, Notice
from reviews.models import BumpUp, Dispute, Tier
from reviews.services import advancing

batches = list(Event.objects.filter(verb="disputes.advanced").order_by("pk"))
told = Event.objects.filter(verb="dispute.step_told")
steps = Counter(BumpUp.objects.values_list("dispute", flat=True))
print(
    "LOOK "
    + json.dumps(
        {
            "steps": sum(steps.values()),
            "twice": sum(count > 1 for count in steps.values()),
            "moved": Dispute.objects.filter(tier=2).count(),
            "entered": Tier.objects.filter(number=2, entered_at__isnull=False).count(),
            "left": Tier.objects.filter(number=1, left_at__isnull=False).count(),
            "recorded": sum(event.data["moved"] for event in batches),
            "singly": Event.objects.filter(verb="dispute.bumped_up").count(),
            "digests": all(
                event.data["rows_digest"] == advancing.digest_of_event(event) for event in batches
            ),
            "told": BumpUp.objects.filter(told_at__isnull=False).count(),
            "told_events": told.values("subject_id").distinct().count(),
            "told_twice": told.count() - told.values("subject_id").distinct().count(),
            "untold": told.exclude(pk__in=Notice.objects.values("event")).count(),
        }
    )
)
