"""Asking for a back-test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Backtest, Kpi, Series
from kpis.rules import rules_catalogue
from kpis.selectors.kpis import newest_definitions
from kpis.services.backtests.running import KINDS
from labs.models import Programme
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act


class BacktestRefused(Refused):
    """A back-test that cannot be run as asked."""

    code = "backtest"


def start(
    *,
    programme: Programme,
    kpi: Kpi | None = None,
    kind: str,
    first: Mapping[str, Any],
    second: Mapping[str, Any] | None = None,
    since: date,
    until: date,
    by: Actor,
    at: datetime,
) -> Backtest:
    """Ask what a rule with the settings ``first`` (and ``second`` beside them) would have raised.

    It is worked off by the sweep. Nothing it finds opens anything. Raises
    BacktestRefused, or RuleRefused with a message per setting.
    """
    if kind not in KINDS:
        raise BacktestRefused(
            _(
                "A rule of this kind compares several KPIs or parts; it cannot be tried on the past."
            ),
            fields={"kind": str(_("Choose one of those offered."))},
        )
    if until < since:
        message = _("The span ends before it starts. Swap the two days.")
        raise BacktestRefused(message, fields={"until": str(message)})
    settings = [rules_catalogue.clean(kind, first)]
    if second is not None:
        settings.append(rules_catalogue.clean(kind, second))
    if len(settings) == 2 and settings[0] == settings[1]:
        message = _("Both settings are the same. Change one, or leave the second out.")
        raise BacktestRefused(message)
    with transaction.atomic():
        run = Backtest.objects.create(
            programme=programme,
            kpi=kpi,
            kind=kind,
            first=settings[0],
            second=settings[1] if len(settings) == 2 else None,
            since=since,
            until=until,
            series_total=concerned(programme, kpi).count(),
            at=at,
            **Act.fields_of(by),
        )
        events.record(
            verb="backtest.asked",
            subject=run,
            by=by,
            at=at,
            data={
                "kind": kind,
                "kpi": kpi.pk if kpi else None,
                "settings": settings,
                "since": since,
                "until": until,
            },
            programme_id=programme.pk,
            restricted=kpi is not None and kpi.restricted_to.exists(),
        )
        return run


def concerned(programme: Programme, kpi: Kpi | None) -> Any:
    """The series that are tried: those of the newest definitions, in a fixed order.

    What is restricted takes no part in a back-test of a whole programme (fact 8).
    """
    definitions = newest_definitions().filter(kpi__area__programme=programme)
    if kpi is None:
        definitions = definitions.filter(kpi__restricted_to=None)
    else:
        definitions = definitions.filter(kpi=kpi)
    return Series.objects.filter(definition__in=definitions).order_by("pk")
