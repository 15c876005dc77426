"""Fill a fresh installation for the tests with real processes; print what they need.

Run on the installation that web and workers use; see ``Product.shell``.
"""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from forums.services import forums
from kpis.rules.periods import Period
from kpis.services import kpis, targets
from labs.services import areas, programmes
from ledger.rules.actors import Actor
from people.services import api_clients, appointments, organisations, posts, users
from reviews.services import programmes as opening

at = timezone.make_aware(datetime(2026, 1, 5, 8))
act = {"by": Actor.system("seed"), "at": at}
january = Period(date(2026, 1, 1), date(2026, 1, 31))

ministry = organisations.create(name="Ministry of Works", **act)
owner = posts.create(organisation=ministry, title="Director", **act)
chair = posts.create(organisation=ministry, title="Minister", **act)
exchange = users.create(email="exchange@works.example", name="Exchange", **act)
appointments.appoint(post=owner, user=exchange, starts_on=date(2026, 1, 1), **act)
forum = forums.create(name="Working committee", chair=chair, **act)
programme = opening.open_programme(code="roads", name="Roads", starts_on=date(2026, 1, 1), **act)
area = areas.create(programme=programme, name="Roads", lead=ministry, home_forum=forum, **act)
programmes.add_reader(programme=programme, organisation=ministry, **act)
for number in (1, 2, 3, 4):
    kpi = kpis.create(
        area=area,
        code=f"roads-{number}",
        name=f"Roads mended {number}",
        unit="km",
        direction="increase",
        frequency="monthly",
        owner=owner,
        **act,
    )
    targets.from_source(
        series=kpi.definitions.get().series.get(),
        period=january,
        value=Decimal(100),
        baseline=Decimal(0),
        source="Budget speech",
        **act,
    )
_client, token = api_clients.issue(
    name="Exchange",
    user=exchange,
    scopes=["read", "readings:write"],
    expires_at=timezone.now() + timedelta(days=1),
    **act,
)
print("SEED " + json.dumps({"token": token}))
