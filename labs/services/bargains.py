"""Bargaining over a target or share, kept round by round."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Bargain, BargainRound, Plan, Programme
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation

State = Bargain.State


class BargainRefused(Refused):
    message = _("This cannot be kept like this. Mend what is marked.")
    code = "bargain"


class BargainEnded(Refused):
    message = _("This bargaining has ended. Open a new one to go on.")
    code = "bargain_ended"


@transaction.atomic
def open(
    *,
    programme: Programme,
    title: str,
    unit: str = "",
    plan: Plan | None = None,
    series_key: uuid.UUID | None = None,
    period: tuple[date, date] | None = None,
    by: Actor,
    at: datetime,
) -> Bargain:
    """Begin to keep a bargain; with a series and a period it is about that target.

    Raises BargainRefused, ProgrammeClosed.
    """
    if programme.is_closed:
        raise ProgrammeClosed
    title = title.strip()
    if not title or len(title) > 200:
        raise BargainRefused(fields={"title": _("Write a name of at most 200 characters.")})
    if (series_key is None) != (period is None):
        raise BargainRefused(fields={"period": _("Give the KPI and the period, or neither.")})
    bargain = Bargain.objects.create(
        programme=programme,
        plan=plan,
        series_key=series_key,
        period=period_key(*period) if period else "",
        title=title,
        unit=unit.strip(),
        at=at,
        **Bargain.fields_of(by),
    )
    data = {"series": str(series_key or ""), "period": bargain.period}
    _record("bargain.opened", bargain, by, at, data, {"title": title})
    return bargain


def period_key(first: date, last: date) -> str:
    """How a bargain names the period of a target."""
    return f"{first.isoformat()}/{last.isoformat()}"


@transaction.atomic
def add_round(
    *,
    bargain: Bargain,
    organisation: Organisation,
    kind: str,
    value: Decimal,
    note: str = "",
    by: Actor,
    at: datetime,
) -> BargainRound:
    """What one side asked or offered, with its argument. Never changed.

    Raises BargainEnded, and BargainRefused when the last round said the same.
    """
    _require_open(bargain)
    last = bargain.rounds.order_by("-at", "-pk").first()
    said = (organisation.pk, kind, value, note.strip())
    if last and (last.organisation_id, last.kind, last.value, last.note) == said:
        raise BargainRefused(_("This round is kept already. Enter what the other side said."))
    made = BargainRound.objects.create(
        bargain=bargain,
        organisation=organisation,
        kind=kind,
        value=value,
        note=note.strip(),
        at=at,
        **BargainRound.fields_of(by),
    )
    data = {"round": made.pk, "organisation": organisation.pk, "kind": kind, "value": str(value)}
    _record("bargain.round", bargain, by, at, data, {"note": made.note})
    return made


@transaction.atomic
def agree(
    *, bargain: Bargain, value: Decimal, because: str = "", by: Actor, at: datetime
) -> Bargain:
    """Keep the value agreed on. The target itself changes by a revision. Raises BargainEnded."""
    if not bargain.rounds.exists():
        raise BargainRefused(
            _("Nobody asked or offered anything yet. Enter at least one round first.")
        )
    return _end(bargain, State.AGREED, value, because, by, at)


@transaction.atomic
def break_off(*, bargain: Bargain, because: str, by: Actor, at: datetime) -> Bargain:
    """Keep that no agreement was found, and why. Raises BargainRefused, BargainEnded."""
    if not because.strip():
        raise BargainRefused(fields={"because": _("Say why no agreement was found.")})
    return _end(bargain, State.BROKEN_OFF, None, because, by, at)


def _end(
    bargain: Bargain, state: str, agreed: Decimal | None, because: str, by: Actor, at: datetime
) -> Bargain:
    if bargain.programme.is_closed:
        raise ProgrammeClosed
    changed = Bargain.objects.filter(pk=bargain.pk, state=State.OPEN).update(
        state=state, agreed=agreed, ended_because=because.strip()
    )
    if changed != 1:
        raise BargainEnded
    bargain.refresh_from_db()
    data = {"agreed": None if agreed is None else str(agreed)}
    _record(f"bargain.{state}", bargain, by, at, data, {"because": bargain.ended_because})
    return bargain


def _require_open(bargain: Bargain) -> None:
    if bargain.programme.is_closed:
        raise ProgrammeClosed
    # A write first: a round and the end of the bargaining come one after the other.
    if Bargain.objects.filter(pk=bargain.pk, state=State.OPEN).update(state=State.OPEN) != 1:
        raise BargainEnded


def _record(
    verb: str, bargain: Bargain, by: Actor, at: datetime, data: Any, texts: dict[str, str]
) -> None:
    plan = bargain.plan
    events.record(
        verb=verb,
        subject=bargain,
        by=by,
        at=at,
        data=data,
        texts=texts,
        programme_id=bargain.programme_id,
        restricted=bool(plan and plan.lab.restricted_to.exists()),
    )
