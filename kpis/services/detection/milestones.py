"""Milestones deviate like KPIs: late, or moved again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from kpis.models import Deviation, RuleVersion, Signal
from kpis.rules import rules_catalogue
from kpis.rules.detection import (
    Finding,
    FinishReport,
    MilestoneFacts,
    detect_milestone,
    may_open,
)
from kpis.rules.episodes import Step
from kpis.rules.periods import Period
from kpis.selectors.facts import days_off
from kpis.services.detection import writing
from kpis.services.detection.counts import Counts
from kpis.services.detection.judging import Close, Plan, follow, open_episode, worth_a_row
from kpis.services.detection.material import newest_versions
from kpis.services.readings.checks import business_date
from labs.models import Change, Lab, Milestone, MilestoneReport, Programme, Revision
from labs.models import Plan as LabPlan

KINDS = ("milestone_late", "milestone_moved")
SLICE = 100
ALWAYS = date.min


@dataclass(slots=True)
class Watched:
    """One milestone in force with all that its rules look at."""

    key: UUID
    plan: LabPlan
    programme: Programme
    restricted: bool
    facts: MilestoneFacts | None
    open: dict[str, Deviation] = field(default_factory=dict)
    settled: dict[str, date] = field(default_factory=dict)
    told: dict[str, set[tuple[int, Period]]] = field(default_factory=dict)
    days_off: frozenset[date] = frozenset()


def detect_milestones(*, at: datetime) -> Counts:
    """Look at the milestones of every plan in force, so many plans to a transaction."""
    counts = Counts()
    plans = list(
        LabPlan.objects.filter(
            in_force__isnull=False, lab__area__programme__closed_at=None, lab__closed_at=None
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(plans), SLICE):
        counts.add(_slice(plans[start : start + SLICE], at))
    return counts


@transaction.atomic
def _slice(plan_ids: Sequence[int], at: datetime) -> Counts:
    """One transaction holds its plans, so that two sweeps do not open the same episode."""
    held = list(
        LabPlan.objects.filter(pk__in=plan_ids)
        .select_for_update(skip_locked=True)
        .values_list("pk", flat=True)
    )
    found = _gather(held, at)
    by_programme = newest_versions({step.programme.pk for step in found})[1]
    work = []
    for milestone in found:
        subject = writing.Subject(
            event=("labs.milestone", str(milestone.key)),
            programme_id=milestone.programme.pk,
            restricted=milestone.restricted,
            plan_id=milestone.plan.pk,
            milestone_key=milestone.key,
        )
        work.append((subject, _plans(milestone, by_programme, at)))
    return writing.write(work=work, at=at)


def _gather(plan_ids: Sequence[int], at: datetime) -> list[Watched]:
    """Milestones in force, and removed ones that still deviate, in a constant number of queries."""
    restricted = Lab.restricted_to.through.objects.filter(lab=OuterRef("lab"))
    plans = {
        plan.pk: plan
        for plan in LabPlan.objects.filter(pk__in=plan_ids)
        .select_related("lab__area__programme")
        .annotate(is_restricted=Exists(restricted))
    }
    rows = list(Milestone.objects.filter(plan__in=plan_ids, until_revision=None).order_by("pk"))
    facts = _facts(rows, plans)
    found = {row.key: _step(row.key, plans[row.plan_id], facts[row.key]) for row in rows}
    open_rows = Deviation.objects.filter(plan__in=plan_ids, closed_at=None)
    for deviation in open_rows.select_related("rule", "first_signal__version__rule", "last_signal"):
        key, plan_id = deviation.milestone_key, deviation.plan_id
        if key is None or plan_id is None:
            continue
        if key not in found:
            found[key] = _step(key, plans[plan_id], None)
        found[key].open.setdefault(deviation.rule.kind, deviation)
    settled = (
        Deviation.objects.filter(plan__in=plan_ids, settled_through__isnull=False)
        .order_by()
        .values_list("milestone_key", "rule__kind")
        .annotate(through=Max("settled_through"))
    )
    for key, kind, through in settled:
        if key in found:
            found[key].settled[kind] = through
    signals = Signal.objects.filter(plan__in=plan_ids, milestone_key__in=list(found)).order_by()
    columns = ("milestone_key", "version__rule__kind", "version", "period_start", "period_end")
    for key, kind, version, start, end in signals.values_list(*columns):
        told = found[key].told.setdefault(kind, set()) if key else set()
        told.add((version, Period(start, end)))
    _add_days_off(found.values(), at)
    return list(found.values())


def _add_days_off(found: Iterable[Watched], at: datetime) -> None:
    """The calendar of each programme, looked up once."""
    first: dict[int, int] = defaultdict(lambda: at.year)
    for one in found:
        if one.facts is not None:
            pk = one.programme.pk
            first[pk] = min(first[pk], one.facts.planned_finish.year)
    known: dict[int, frozenset[date]] = {}
    for one in found:
        pk = one.programme.pk
        if pk not in known:
            known[pk] = days_off(one.programme.country, first[pk], at.year + 1)
        one.days_off = known[pk]


def _step(key: UUID, plan: LabPlan, facts: MilestoneFacts | None) -> Watched:
    return Watched(
        key=key,
        plan=plan,
        programme=plan.lab.area.programme,
        restricted=bool(getattr(plan, "is_restricted", False)),
        facts=facts,
    )


def _facts(
    rows: Sequence[Milestone], plans: Mapping[int, LabPlan]
) -> dict[UUID, MilestoneFacts | None]:
    """What each milestone planned, was expected to do, and whether it is done."""
    zones = {row.key: ZoneInfo(plans[row.plan_id].lab.area.programme.time_zone) for row in rows}
    finishes: dict[UUID, list[FinishReport]] = defaultdict(list)
    done: dict[UUID, date | None] = {}
    said = [
        *_planned(plans, zones),
        *_expected(zones, done),
    ]
    for key, moment, finish in sorted(said, key=lambda each: each[1]):
        finishes[key].append(FinishReport(moment.astimezone(zones[key]).date(), finish))
    return {
        row.key: None
        if row.finishes_on is None
        else MilestoneFacts(row.finishes_on, done.get(row.key), tuple(finishes[row.key]))
        for row in rows
    }


def _planned(
    plans: Iterable[int], zones: Mapping[UUID, ZoneInfo]
) -> list[tuple[UUID, datetime, date]]:
    """The finishes that adopted revisions set."""
    changes = Change.objects.filter(
        part=Change.Part.MILESTONE,
        key__in=list(zones),
        field="finishes_on",
        revision__plan__in=list(plans),
        revision__state=Revision.State.ADOPTED,
    )
    return [
        (key, adopted_at, date.fromisoformat(after))
        for key, adopted_at, after in changes.values_list("key", "revision__adopted_at", "after")
        if after and adopted_at
    ]


def _expected(
    zones: Mapping[UUID, ZoneInfo], done: dict[UUID, date | None]
) -> list[tuple[UUID, datetime, date]]:
    """The finishes that reports expected; notes in ``done`` which are reported done."""
    reports = (
        MilestoneReport.objects.filter(milestone_key__in=list(zones))
        .order_by("at", "pk")
        .values_list("milestone_key", "at", "state", "expected_finish")
    )
    found = []
    for key, moment, state, finish in reports:
        is_done = state == MilestoneReport.State.DONE
        done[key] = moment.astimezone(zones[key]).date() if is_done else None
        if finish is not None and not is_done:
            found.append((key, moment, finish))
    return found


def _plans(
    milestone: Watched, by_programme: Mapping[int, dict[str, RuleVersion]], at: datetime
) -> list[Plan]:
    versions = by_programme.get(milestone.programme.pk, {})
    found = []
    for kind in KINDS:
        version, standing = versions.get(kind), milestone.open.get(kind)
        if milestone.facts is None:
            if standing is not None:
                found.append(_gone(standing))
        elif version is not None and version.enabled:
            found.append(_plan(milestone, milestone.facts, kind, version, at))
    return found


def _gone(standing: Deviation) -> Plan:
    """A decision took the milestone, or its finish, out of the plan."""
    last = open_episode(standing)
    assert last is not None
    close = Close(Deviation.Closing.DECIDED, last.last.end)
    step = Step("close", last.last, "no_longer_holds")
    return Plan(standing.first_signal.version, {}, [step], [close], standing)


def _plan(
    milestone: Watched, facts: MilestoneFacts, kind: str, version: RuleVersion, at: datetime
) -> Plan:
    findings = _findings(milestone, facts, kind, version, at)
    allowed = partial(may_open, effect_from=ALWAYS, rule_from=version.applies_from)
    standing = milestone.open.get(kind)
    steps, closing = follow(
        findings,
        standing=standing,
        undone=partial(_undone, facts),
        settled=milestone.settled.get(kind),
        judged=(),
        clear_periods=1,
        allowed=allowed,
    )
    told = {period for pk, period in milestone.told.get(kind, ()) if pk != version.pk}
    kept = {f.period: f for f in worth_a_row(findings, steps, allowed, told)}
    return Plan(version, kept, steps, closing, standing)


def _findings(
    milestone: Watched, facts: MilestoneFacts, kind: str, version: RuleVersion, at: datetime
) -> list[Finding]:
    """What the rule finds; a milestone that is done no longer deviates."""
    if facts.done_on is not None:
        return []
    return detect_milestone(
        kind,
        facts=facts,
        params=rules_catalogue.typed(kind, version.parameters),
        today=business_date(milestone.programme, at),
        holidays=milestone.days_off,
    )


def _undone(facts: MilestoneFacts, standing: Deviation) -> Close:
    """Done: clear. The finish was moved by a revision: decided."""
    last = standing.last_signal
    planned = last.evidence.get("planned_finish")
    if facts.done_on is None and planned and planned != facts.planned_finish.isoformat():
        return Close(Deviation.Closing.DECIDED, last.period_end)
    return Close(Deviation.Closing.CLEARED, None)
