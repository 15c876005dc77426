"""Opening a programme with the rules that watch over it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from kpis.services import rules
from labs.models import Programme
from labs.services import programmes, reference
from ledger.rules.actors import Actor


@transaction.atomic
def open_programme(
    *,
    code: str,
    name: str,
    currency: str = "",
    time_zone: str = "UTC",
    country: str = "",
    fiscal_year_start: int = 1,
    starts_on: date | None = None,
    ends_on: date | None = None,
    template: str = "",
    by: Actor,
    at: datetime,
) -> Programme:
    """Open a programme and switch the default rules on, from its start or from today.

    The entries of the reference lists that are missing are added.

    Raises what ``labs.services.programmes.open`` raises.
    """
    reference.install_defaults(by=by, at=at)
    programme = programmes.open(
        code=code,
        name=name,
        currency=currency,
        time_zone=time_zone,
        country=country,
        fiscal_year_start=fiscal_year_start,
        starts_on=starts_on,
        ends_on=ends_on,
        template=template,
        by=by,
        at=at,
    )
    rules.install_defaults(programme=programme, applies_from=starts_on or at.date(), by=by, at=at)
    return programme
