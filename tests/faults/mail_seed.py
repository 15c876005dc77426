"""As many people as PEOPLE, who have something to decide, at addresses that begin with NAME."""

# NAME and PEOPLE are given.
# ruff: noqa: F821

import json

from django.db import transaction

from config import clock
from ledger import wallclock
from ledger.models import Delivery
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people.models import NoticeSettings
from people.services import users
from reviews.services import mailing

at = clock.now()
by = Actor.system("seed")
with transaction.atomic():
    told = [
        users.create(email=f"{NAME}{number}@example.org", name=f"Person {number}", by=by, at=at)
        for number in range(PEOPLE)
    ]
    # Awake at whatever hour this test runs.
    NoticeSettings.objects.bulk_create(
        NoticeSettings(user=user, quiet_from="00:00", quiet_until="00:00", quiet_days_off=False)
        for user in told
    )
    for user in told:
        event = events.record(verb="test.asked", subject=user, by=by, at=at)
        notices.notify(
            event=event,
            recipients=[user.pk],
            title="A value to settle",
            url="/kpis/1/",
            decide=True,
        )
before = list(Delivery.objects.values_list("pk", flat=True))
mailing.compose(now=wallclock.now())
made = Delivery.objects.exclude(pk__in=before)
print("MADE", json.dumps(list(made.values_list("message_id", flat=True))))
