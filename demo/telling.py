"""Tell the whole demonstration into an empty database, in one transaction per act."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from demo import cast as casting
from demo import figures, government
from demo.circle import Circle
from demo.guides import Guides
from demo.history import History
from demo.measuring import Measuring
from demo.receipts import Receipts
from demo.registers import Registers
from demo.schools import KPI as SCHOOLS_KPI
from demo.schools import Schools
from demo.sittings import Sittings
from demo.stage import Stage, play
from demo.tourism import KPI as TOURISM_KPI
from demo.tourism import Tourism
from demo.trains import Trains
from demo.visas import Visas
from demo.waits import Waits
from kpis.models import Deviation, Kpi, Reading, Signal
from labs.services import programmes
from ledger.rules.errors import Refused
from people.models import Installation, User
from people.services import api_clients, appointments
from reviews.models import Dispute, Review

DEMO_DATE = date(2019, 4, 15)
STARTS_AT = datetime(2019, 4, 15, 1, tzinfo=UTC)


class NotEmpty(Refused):
    message = _(
        "This database holds real work. Load the demonstration into an empty one:"
        " set DATA_DIR or DATABASE_URL to another place."
    )
    code = "not_empty"


def load(*, real_now: datetime) -> dict[str, int] | None:
    """Build the demonstration; None when it is there already.

    Business time starts on 15 April 2019 and moves with real time from ``real_now``.
    All or nothing: a load that is cut off leaves the database empty, and can be run
    again. Raises NotEmpty.
    """
    with transaction.atomic():
        installation = Installation.objects.first()
        if installation is not None and installation.demo_loaded_at is not None:
            return None
        if installation is not None or User.objects.exists():
            raise NotEmpty
        token = _tell()
        Installation.objects.create(
            kind=Installation.Kind.DEMO,
            clock_offset=STARTS_AT - real_now,
            set_up_at=real_now,
            demo_loaded_at=real_now,
            demo_password=casting.PASSWORD,
            demo_accounts=[
                {
                    "email": f"{name}@{casting.DOMAIN}",
                    "label": label,
                    "token": token if name == "integrator" else "",
                }
                for name, label in casting.ACCOUNTS
            ],
        )
    return {
        "KPIs": Kpi.objects.count(),
        "readings": Reading.objects.count(),
        "signals": Signal.objects.count(),
        "deviations": Deviation.objects.count(),
        "reviews": Review.objects.count(),
        "disputes": Dispute.objects.count(),
    }


def _tell() -> str:
    """Play everything; the integrator's token, which a demonstration shows to everybody."""
    stage = Stage(cast=casting.assemble())
    government.found(stage)
    receipts = figures.sources({"NTP"}, "Tourist receipts")
    tourism = {
        **figures.sources({"NTP"}, TOURISM_KPI),
        "receipts": receipts["2017-12-31"],
    }
    stories = [
        government.acts(stage),
        History(stage).acts(),
        Schools(stage, figures.sources({"GTP"}, SCHOOLS_KPI)).acts(),
        Tourism(stage, tourism).acts(),
        Waits(stage, figures.waits()).acts(),
        Receipts(stage).acts(),
        Visas(stage).acts(),
        Trains(stage).acts(),
        Measuring(stage).acts(),
        Guides(stage).acts(),
        Circle(stage).acts(),
        Registers(stage).acts(),
        Sittings(stage).acts(),
    ]
    play(stories, until=STARTS_AT)
    return _let_in_the_exchange(stage)


def _let_in_the_exchange(stage: Stage) -> str:
    """The integrator reads what is open and posts waiting times in the owner's post."""
    exchange, by = stage.cast.people["integrator"], stage.actor("unit")
    appointments.appoint(
        post=stage.post("nhs_urgent"),
        user=exchange,
        starts_on=DEMO_DATE,
        acting=True,
        by=by,
        at=STARTS_AT,
    )
    for code in ("ntp", "england-ae"):
        programmes.add_reader(programme=stage.programmes[code], user=exchange, by=by, at=STARTS_AT)
    _client, token = api_clients.issue(
        name="Statistics exchange",
        user=exchange,
        scopes=["read", "readings:write"],
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        by=by,
        at=STARTS_AT,
    )
    return token
