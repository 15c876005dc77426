"""Fill a fresh installation with people who have something to decide; piped into `manage.py shell`."""

from django.db import transaction

from config import clock
from ledger import wallclock
from ledger.rules.actors import Actor
from ledger.services import events, notices
from people.models import NoticeSettings
from people.services import users
from reviews.services import mailing

PEOPLE = 8
at = clock.now()
by = Actor.system("seed")
with transaction.atomic():
    told = [
        users.create(email=f"p{number}@example.org", name=f"Person {number}", by=by, at=at)
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
print("MADE", mailing.compose(now=wallclock.now()))
