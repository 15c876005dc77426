"""Locking periods: from then on their values stay as they are, until somebody lifts the lock."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi, PeriodLock
from kpis.services.readings.checks import ProgrammeClosed, business_date
from labs.models import Programme
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act


class LockRefused(Refused):
    """A lock that cannot be set, or lifted, like this."""

    code = "lock"


class AlreadyLocked(LockRefused):
    code = "already_locked"
    message = _("These days are locked already.")


class NotLocked(LockRefused):
    code = "not_locked"
    message = _("This lock was lifted already.")


@transaction.atomic
def lock(
    *,
    programme: Programme,
    kpi: Kpi | None = None,
    first: date,
    last: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> PeriodLock:
    """Lock the values of periods that end from ``first`` to ``last``, of all KPIs or of one.

    Waits for values that are being recorded (readings.checks.hold_programmes); none is
    taken after. Raises LockRefused, AlreadyLocked or ProgrammeClosed.
    """
    reason = _reason(reason, _("Say why the values may not change any more."))
    held = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    _check(held, kpi, first, last, at)
    made = PeriodLock.objects.create(
        programme=held,
        kpi=kpi,
        first_day=first,
        last_day=last,
        reason=reason,
        at=at,
        **Act.fields_of(by),
    )
    _record(made, "period.locked", by, at, reason)
    return made


@transaction.atomic
def lift(*, lock: PeriodLock, reason: str, by: Actor, at: datetime) -> PeriodLock:
    """Let values of the period change again. Raises LockRefused or NotLocked."""
    reason = _reason(reason, _("Say why values may change again."))
    if lock.programme.is_closed:
        raise ProgrammeClosed
    lifted = PeriodLock.objects.filter(pk=lock.pk, lifted_at=None).update(
        lifted_at=at, lifted_by_id=by.user_id, lifted_because=reason
    )
    if lifted != 1:
        raise NotLocked
    lock.refresh_from_db()
    _record(lock, "period.lifted", by, at, reason)
    return lock


def _check(programme: Programme, kpi: Kpi | None, first: date, last: date, at: datetime) -> None:
    if programme.is_closed:
        raise ProgrammeClosed
    if last < first:
        message = _("The last day must not come before the first.")
        raise LockRefused(message, fields={"last": str(message)})
    if last >= business_date(programme, at):
        message = _("Lock days that are over: later ones have no values yet.")
        raise LockRefused(message, fields={"last": str(message)})
    if kpi is not None and kpi.area.programme_id != programme.pk:
        message = _("Choose a KPI of this programme.")
        raise LockRefused(message, fields={"kpi": str(message)})
    standing = PeriodLock.objects.filter(
        programme=programme, first_day__lte=first, last_day__gte=last, lifted_at=None
    )
    if standing.filter(kpi=None).exists() or (kpi and standing.filter(kpi=kpi).exists()):
        raise AlreadyLocked


def _reason(text: str, message: object) -> str:
    if not text.strip():
        raise LockRefused(message, fields={"reason": str(message)})
    return text.strip()


def _record(lock: PeriodLock, verb: str, by: Actor, at: datetime, reason: str) -> None:
    events.record(
        verb=verb,
        subject=lock,
        by=by,
        at=at,
        data={"kpi": lock.kpi_id, "first": lock.first_day, "last": lock.last_day},
        texts={"reason": reason},
        programme_id=lock.programme_id,
        restricted=lock.kpi is not None and lock.kpi.restricted_to.exists(),
    )
