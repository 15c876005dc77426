"""Tell the whole demonstration into an empty database, in one transaction per act."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from demo import cast as casting
from demo import figures, government
from demo.history import History
from demo.schools import KPI as SCHOOLS_KPI
from demo.schools import Schools
from demo.stage import Stage, play
from demo.tourism import KPI as TOURISM_KPI
from demo.tourism import Tourism
from demo.visas import Visas
from demo.waits import Waits
from kpis.models import Deviation, Kpi, Reading, Signal
from ledger.rules.errors import Refused
from people.models import Installation, User
from people.services import api_clients
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
        _tell()
        Installation.objects.create(
            kind=Installation.Kind.DEMO,
            clock_offset=STARTS_AT - real_now,
            set_up_at=real_now,
            demo_loaded_at=real_now,
            demo_password=casting.PASSWORD,
            demo_accounts=[
                {"email": f"{name}@{casting.DOMAIN}", "label": label}
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


def _tell() -> None:
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
        Visas(stage).acts(),
    ]
    play(stories, until=STARTS_AT)
    api_clients.issue(
        name="Statistics exchange",
        user=stage.cast.people["integrator"],
        scopes=["read"],
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        by=stage.actor("unit"),
        at=STARTS_AT,
    )
