"""KPIs and their definitions. A new definition starts new series (fact 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kpis.models import Definition, Kpi, Series
from kpis.models.kpis import Aggregation, Composition, Frequency, Kind, Level, PartsCheck
from kpis.services import composite_marks
from kpis.services import series as series_service
from kpis.services.kpis import components as composing
from kpis.services.kpis.checks import (
    KpiRefused,
    check_fields,
    check_open,
    check_owners,
    check_pair,
    plain,
    record,
    settled,
)
from kpis.services.kpis.components import Part
from labs.models import ResultArea
from ledger.rules.actors import Actor
from people.models import Act, Post

REDEFINABLE = (
    *("text", "unit", "kind", "scale", "direction", "level", "frequency"),
    *("over_periods", "over_parts", "parts_check", "composition", "provisional_days"),
    *("reporting_days", "effective_from", "reporting_from"),
)


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
    over_periods: str | None = None,
    over_parts: str = Aggregation.NONE,
    parts_check: str = PartsCheck.NONE,
    composition: str = Composition.NONE,
    components: Sequence[Part] = (),
    provisional_days: int | None = None,
    goal_key: UUID | None = None,
    owner: Post | None = None,
    verifier: Post | None = None,
    quality_pair: Kpi | None = None,
    reporting_days: int = 20,
    effective_from: date | None = None,
    reporting_from: date | None = None,
    text: str = "",
    by: Actor,
    at: datetime,
) -> Kpi:
    """Set up a KPI with its first definition and its total series.

    Without ``effective_from`` and ``reporting_from`` no value is ever expected: history only.
    ``over_periods`` None takes what fits the kind: the sum of counts, the ratio of sums,
    else the latest value. ``components`` are (KPI, weight) of a composite. A milestone has
    no unit but "done / not done". Raises KpiRefused.
    """
    with transaction.atomic():
        check_open(area)
        check_owners(owner, verifier)
        check_pair(None, area, quality_pair)
        if Kpi.objects.filter(code=code).exists():
            raise KpiRefused(_("There is already a KPI with this code. Choose another code."))
        fields = settled(
            {
                "unit": unit,
                "direction": direction,
                "kind": kind,
                "scale": scale,
                "level": level,
                "frequency": frequency,
                "over_periods": over_periods,
                "over_parts": over_parts,
                "parts_check": parts_check,
                "composition": composition,
                "provisional_days": provisional_days,
                "reporting_days": reporting_days,
                "effective_from": effective_from,
                "reporting_from": reporting_from,
                "text": text,
            }
        )
        check_fields(fields)
        composing.check(
            kpi=None, area=area, composition=composition, frequency=frequency, parts=components
        )
        kpi = Kpi.objects.create(
            area=area,
            code=code,
            name=name,
            goal_key=goal_key,
            owner=owner,
            verifier=verifier,
            quality_pair=quality_pair,
        )
        definition = _write(kpi, 1, "", fields, components, by, at)
        series_service.ensure(definition=definition, at=at)
        data = {"version": 1, **plain(fields), "components": composing.plain(components)}
        record(kpi, "kpi.created", by, at, data, {"name": name})
        return kpi


def redefine(
    *,
    kpi: Kpi,
    reason: str,
    components: Sequence[Part] | None = None,
    by: Actor,
    at: datetime,
    **fields: Any,
) -> Definition:
    """Start a new version of what the KPI means, with new series for the same cells.

    Fields that are not given stay as they are, ``components`` too. Readings, targets and
    findings of earlier versions stay where they are. Raises KpiRefused without a reason
    or without a change.
    """
    with transaction.atomic():
        check_open(kpi.area)
        if not reason.strip():
            raise KpiRefused(_("Say why the definition changes."), fields={"reason": "reason"})
        if unknown := set(fields) - set(REDEFINABLE):
            raise KpiRefused(f"{', '.join(sorted(unknown))} is not part of a definition.")
        old = kpi.definitions.order_by("-version")[0]
        before = {name: getattr(old, name) for name in REDEFINABLE}
        after = settled(before | fields)
        had = composing.of(old)
        parts = _components(had, components, after["composition"])
        if after == before and sorted(composing.plain(parts)) == sorted(composing.plain(had)):
            raise KpiRefused(_("Nothing would change. Change a field of the definition first."))
        check_fields(after)
        composing.check(
            kpi=kpi,
            area=kpi.area,
            composition=after["composition"],
            frequency=after["frequency"],
            parts=parts,
        )
        version = (kpi.definitions.aggregate(n=Max("version"))["n"] or 0) + 1
        new = _write(kpi, version, reason, after, parts, by, at)
        cells = Series.objects.filter(definition=old).values_list("cell_id", flat=True)
        Series.objects.bulk_create(
            Series(definition=new, cell_id=cell, changed_at=at) for cell in cells
        )
        composite_marks.ask(list(new.series.values_list("pk", flat=True)))
        data = {"version": version, **plain(after), "components": composing.plain(parts)}
        record(kpi, "kpi.redefined", by, at, data, {"reason": reason})
        return new


def _components(
    had: Sequence[Part], given: Sequence[Part] | None, composition: str
) -> Sequence[Part]:
    """What is given; else what there was, while it is still a composite."""
    if given is not None:
        return given
    return had if composition else ()


def _write(
    kpi: Kpi,
    version: int,
    reason: str,
    fields: dict[str, Any],
    parts: Sequence[Part],
    by: Actor,
    at: datetime,
) -> Definition:
    definition: Definition = Definition.objects.create(
        kpi=kpi, version=version, reason=reason, at=at, **fields, **Act.fields_of(by)
    )
    composing.write(definition=definition, parts=parts)
    return definition


def take_effect(
    *, kpi: Kpi, effective_from: date, reporting_from: date | None = None, by: Actor, at: datetime
) -> Definition:
    """Give a KPI that was loaded as history its effect date: from then on values are due.

    Set once; what it means stays as it was, so its series go on. Raises KpiRefused
    when it has one: changing it is a new definition.
    """
    with transaction.atomic():
        check_open(kpi.area)
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
        record(kpi, "kpi.took_effect", by, at, plain(dates))
        return definition
