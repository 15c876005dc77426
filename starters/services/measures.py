"""KPIs of a template with their breakdowns, and the targets that the draft proposes for them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from kpis.models import Kpi, Series
from kpis.rules.periods import Frequency, Period, containing, next_period
from kpis.rules.values import to_text
from kpis.services import breakdowns, drafts, kpis
from kpis.services import series as series_service
from kpis.services.breakdowns import Part
from kpis.services.drafts import PathProposal, Proposal
from labs.models import Revision
from labs.selectors import reference
from starters.rules.plan_shape import Kpi as KpiShape
from starters.rules.plan_shape import Lab as LabShape
from starters.rules.plan_shape import Target
from starters.services.making import Making

LONGEST_CODE = 60


def make(making: Making, shape: LabShape, draft: Revision) -> None:
    """The KPIs of a lab; those that guard the quality of others come first."""
    goals = {each.key: making.keys[goal.key] for goal in shape.goals for each in goal.kpis}
    every = [*(each for goal in shape.goals for each in goal.kpis), *shape.kpis]
    for each in sorted(every, key=lambda kpi: bool(kpi.pair)):
        made = _kpi(making, each, shape.area, goals.get(each.key))
        making.kpis[each.key] = made
        _promise(making, draft, made, each)


def _kpi(making: Making, shape: KpiShape, area: str, goal: UUID | None) -> Kpi:
    first = period_of(making, shape, 1).start
    made = kpis.create(
        area=making.areas[area],
        code=f"{making.programme.code}-{shape.key}"[:LONGEST_CODE],
        name=making.text(shape.name),
        unit=shape.unit,
        direction=shape.direction,
        kind=shape.kind,
        scale=shape.scale,
        level=shape.level,
        frequency=shape.frequency,
        over_parts=shape.over_parts,
        goal_key=goal,
        owner=making.posts[shape.owner],
        verifier=making.posts[shape.verifier],
        quality_pair=making.kpis[shape.pair] if shape.pair else None,
        reporting_days=shape.reporting_days,
        effective_from=first,
        reporting_from=first,
        text=making.text(shape.text),
        **making.who,
    )
    making.counts["kpis"] += 1
    parts = _parts(making, shape)
    if parts:
        breakdowns.add(kpi=made, dimension=shape.dimension, parts=parts, **making.who)
    return made


def _parts(making: Making, shape: KpiShape) -> list[Part]:
    """The parts the template names, or the entries of the reference list it names."""
    if shape.parts_list:
        entries = reference.items(shape.parts_list, making.country)
        return [Part(each.code, each.labels.get(making.language, each.label)) for each in entries]
    return [Part(each.code, making.text(each.name)) for each in shape.parts]


def period_of(making: Making, shape: KpiShape, number: int) -> Period:
    """The period of that number: 1 is the first that begins on the effect date or later."""
    frequency: Frequency = cast(Frequency, shape.frequency)
    month = making.template.programme.fiscal_year_start
    day: date = making.day(shape.effect)
    period = containing(day, frequency, month)
    if period.start < day:
        period = next_period(period, frequency, month)
    for _each in range(number - 1):
        period = next_period(period, frequency, month)
    return period


def series_of(kpi: Kpi, shape: KpiShape, part: str, making: Making) -> Series:
    """The series of the total, or of one part."""
    key = f"{shape.dimension}={part}" if part else series_service.TOTAL
    return series_service.ensure(
        definition=kpi.definitions.order_by("-version")[0], cell_key=key, at=making.at
    )


def _promise(making: Making, draft: Revision, kpi: Kpi, shape: KpiShape) -> None:
    """The targets into the draft: of the total with its path, then of each part."""
    by_part: dict[str, list[Target]] = defaultdict(list)
    for target in shape.targets:
        by_part[target.part].append(target)
    for part, targets in by_part.items():
        drafts.propose_targets(
            revision=draft,
            series=series_of(kpi, shape, part, making),
            proposals=[_proposal(making, shape, each) for each in targets],
            path=_path(making, shape) if not part else None,
            **making.who,
        )
        making.counts["targets"] += len(targets)


def _proposal(making: Making, shape: KpiShape, target: Target) -> Proposal:
    asked = {
        "value": to_text(target.value),
        "high": None if target.high is None else to_text(target.high),
        "baseline": None if target.baseline is None else to_text(target.baseline),
    }
    return Proposal(period_of(making, shape, target.period), asked)


def _path(making: Making, shape: KpiShape) -> PathProposal | None:
    """How the way to the targets runs; its baseline is of the period before the first."""
    if not shape.path:
        return None
    start = shape.path_baseline
    before = period_of(making, shape, 1).start - timedelta(days=1)
    asked = {
        "method": shape.path,
        "baseline": None if start is None else to_text(start),
        "baseline_on": None if start is None else before.isoformat(),
    }
    return PathProposal(asked)
