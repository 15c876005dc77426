"""KPIs and their definitions. A new definition starts new series (fact 13)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from kpis.models import Definition, Deviation, Kpi, Series, Target
from kpis.models.kpis import Direction, Frequency, Kind, Level
from kpis.services import series as series_service
from kpis.services.readings.checks import business_date
from labs.models import Change, ResultArea, Revision
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act, Post

REDEFINABLE = (
    *("text", "unit", "kind", "scale", "direction", "level", "frequency"),
    *("reporting_days", "effective_from", "reporting_from"),
)


class KpiRefused(Refused):
    """A KPI that cannot be set up as asked."""

    code = "kpi"


def create(
    *,
    area: ResultArea,
    code: str,
    name: str,
    unit: str,
    direction: str = "",
    kind: str = Kind.NUMBER,
    scale: int = 1,
    level: str = Level.OUTCOME,
    frequency: str = Frequency.YEARLY,
    goal_key: UUID | None = None,
    owner: Post | None = None,
    verifier: Post | None = None,
    reporting_days: int = 20,
    effective_from: date | None = None,
    reporting_from: date | None = None,
    text: str = "",
    by: Actor,
    at: datetime,
) -> Kpi:
    """Set up a KPI with its first definition and its total series.

    Without ``effective_from`` and ``reporting_from`` no value is ever expected: history only.
    Raises KpiRefused.
    """
    with transaction.atomic():
        _check_open(area)
        _check_owners(owner, verifier)
        if Kpi.objects.filter(code=code).exists():
            raise KpiRefused(_("There is already a KPI with this code. Choose another code."))
        kpi = Kpi.objects.create(
            area=area, code=code, name=name, goal_key=goal_key, owner=owner, verifier=verifier
        )
        fields = {
            "unit": unit,
            "direction": direction,
            "kind": kind,
            "scale": scale,
            "level": level,
            "frequency": frequency,
            "reporting_days": reporting_days,
            "effective_from": effective_from,
            "reporting_from": reporting_from,
            "text": text,
        }
        _check_fields(fields)
        definition = Definition.objects.create(
            kpi=kpi, version=1, at=at, **fields, **Act.fields_of(by)
        )
        series_service.ensure(definition=definition, at=at)
        _record(kpi, "kpi.created", by, at, {"version": 1, **_plain(fields)}, {"name": name})
        return kpi


def assign(
    *,
    kpi: Kpi,
    owner: Post | None,
    verifier: Post | None,
    goal_key: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Kpi:
    """Name who answers for the KPI, who verifies its values, and which goal it measures."""
    with transaction.atomic():
        _check_open(kpi.area)
        _check_owners(owner, verifier)
        before = {"owner_id": kpi.owner_id, "verifier_id": kpi.verifier_id}
        kpi.owner, kpi.verifier = owner, verifier
        kpi.goal_key = goal_key or kpi.goal_key
        kpi.save(update_fields=["owner", "verifier", "goal_key"])
        data = {
            "owner": kpi.owner_id,
            "verifier": kpi.verifier_id,
            "goal": str(kpi.goal_key) if kpi.goal_key else None,
            "owner_before": before["owner_id"],
            "verifier_before": before["verifier_id"],
        }
        _record(kpi, "kpi.assigned", by, at, data)
        return kpi


def redefine(*, kpi: Kpi, reason: str, by: Actor, at: datetime, **fields: Any) -> Definition:
    """Start a new version of what the KPI means, with new series for the same cells.

    Readings, targets and findings of earlier versions stay where they are.
    Raises KpiRefused without a reason or without a change.
    """
    with transaction.atomic():
        _check_open(kpi.area)
        if not reason.strip():
            raise KpiRefused(_("Say why the definition changes."), fields={"reason": "reason"})
        if unknown := set(fields) - set(REDEFINABLE):
            raise KpiRefused(f"{', '.join(sorted(unknown))} is not part of a definition.")
        old = kpi.definitions.order_by("-version")[0]
        before = {name: getattr(old, name) for name in REDEFINABLE}
        after = before | fields
        if after == before:
            raise KpiRefused(_("Nothing would change. Change a field of the definition first."))
        _check_fields(after)
        version = (kpi.definitions.aggregate(n=Max("version"))["n"] or 0) + 1
        new = Definition.objects.create(
            kpi=kpi, version=version, reason=reason, at=at, **after, **Act.fields_of(by)
        )
        cells = Series.objects.filter(definition=old).values_list("cell_id", flat=True)
        Series.objects.bulk_create(
            Series(definition=new, cell_id=cell, changed_at=at) for cell in cells
        )
        data = {"version": version, **_plain(after)}
        _record(kpi, "kpi.redefined", by, at, data, {"reason": reason})
        return new


def take_effect(
    *, kpi: Kpi, effective_from: date, reporting_from: date | None = None, by: Actor, at: datetime
) -> Definition:
    """Give a KPI that was loaded as history its effect date: from then on values are due.

    Set once; what it means stays as it was, so its series go on. Raises KpiRefused
    when it has one: changing it is a new definition.
    """
    with transaction.atomic():
        _check_open(kpi.area)
        definition = kpi.definitions.order_by("-version")[0]
        dates = {"effective_from": effective_from, "reporting_from": reporting_from}
        unset = Definition.objects.filter(
            pk=definition.pk, effective_from=None, reporting_from=None
        )
        if unset.update(**dates) != 1:
            raise KpiRefused(
                _("The KPI has an effect date. Redefine it, with the reason, to change that."),
                code="in_effect",
            )
        definition.refresh_from_db()
        series_service.touch(series_ids=definition.series.values_list("pk", flat=True), at=at)
        _record(kpi, "kpi.took_effect", by, at, _plain(dates))
        return definition


def restrict(*, kpi: Kpi, forums: list[Forum], by: Actor, at: datetime) -> Kpi:
    """Let only these forums, and whom they answer to, see the KPI; none lifts the restriction."""
    with transaction.atomic():
        kpi.restricted_to.set(forums)
        _record(kpi, "kpi.restricted", by, at, {"forums": sorted(forum.pk for forum in forums)})
        return kpi


def _check_open(area: ResultArea) -> None:
    if area.programme.is_closed:
        raise KpiRefused(
            _("The programme is closed: it can be read and not changed."), code="programme_closed"
        )


def _check_owners(owner: Post | None, verifier: Post | None) -> None:
    if owner is not None and owner == verifier:
        raise KpiRefused(
            _("Nobody verifies their own values. Choose another post as verifier."),
            fields={"verifier": str(_("Choose another post than the owner."))},
        )


def _check_fields(fields: dict[str, Any]) -> None:
    """Choices that the database does not check."""
    choices = {"kind": Kind, "level": Level, "frequency": Frequency}
    wrong = [name for name, kinds in choices.items() if fields[name] not in kinds.values]
    if fields["direction"] and fields["direction"] not in Direction.values:
        wrong.append("direction")
    if fields["scale"] < 1:
        wrong.append("scale")
    if wrong:
        choose = str(_("Choose one of the values offered."))
        raise KpiRefused(
            _("Some of the definition does not hold."), fields=dict.fromkeys(wrong, choose)
        )


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """What an event may hold: no free text, dates as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
        if name != "text"
    }


def retire(*, kpi: Kpi, reason: str, by: Actor, at: datetime) -> Kpi:
    """End a KPI that nobody should report any more, such as one set up by mistake.

    It stays readable. What a plan promises is not ended this way: raises KpiRefused
    while a plan or a draft has targets for it, while a deviation is open, without a
    reason, or when it has ended already.
    """
    with transaction.atomic():
        _check_open(kpi.area)
        if not reason.strip():
            raise KpiRefused(_("Say why the KPI ends."), fields={"reason": "reason"})
        _check_free_to_end(kpi)
        today = business_date(kpi.area.programme, at)
        if Kpi.objects.filter(pk=kpi.pk, retired_on=None).update(retired_on=today) != 1:
            raise KpiRefused(_("This KPI has ended already."))
        kpi.retired_on = today
        _record(kpi, "kpi.retired", by, at, {"on": today}, {"reason": reason.strip()})
        return kpi


def _check_free_to_end(kpi: Kpi) -> None:
    series = Series.objects.filter(definition__kpi=kpi)
    promised = Target.objects.filter(series__in=series, until_change=None, change__isnull=False)
    drafted = Change.objects.filter(
        part=Change.Part.TARGET,
        key__in=series.values("key"),
        revision__state__in=(Revision.State.DRAFT, Revision.State.SUBMITTED),
    )
    if promised.exists() or drafted.exists():
        raise KpiRefused(
            _("A plan has targets for this KPI. Take them out by a revision of the plan first.")
        )
    if Deviation.objects.filter(series__in=series, closed_at=None).exists():
        raise KpiRefused(_("A deviation of this KPI is open. Close its review first."))


def _record(
    kpi: Kpi,
    verb: str,
    by: Actor,
    at: datetime,
    data: dict[str, Any],
    texts: dict[str, str] | None = None,
) -> None:
    events.record(
        verb=verb,
        subject=kpi,
        by=by,
        at=at,
        data=data,
        texts=texts,
        programme_id=kpi.area.programme_id,
        restricted=kpi.restricted_to.exists(),
    )
