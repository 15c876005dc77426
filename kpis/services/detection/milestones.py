"""Milestones deviate like KPIs: late, moved again, blocked, or not reported on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from kpis.models import Deviation, Signal
from kpis.rules import rules_catalogue
from kpis.rules.episodes import Step
from kpis.rules.findings import Finding, may_open
from kpis.rules.milestones import MilestoneFacts, detect_milestone
from kpis.rules.periods import Period
from kpis.selectors.facts import days_off
from kpis.services.detection import writing
from kpis.services.detection.counts import Counts
from kpis.services.detection.milestone_facts import facts_of
from kpis.services.detection.plans import Close, Plan, follow, severities, worth_a_row
from kpis.services.detection.standing import Standing, Told
from kpis.services.detection.versions import Version, newest
from kpis.services.readings.checks import business_date
from labs.models import Lab, Milestone, Programme
from labs.models import Plan as LabPlan

SLICE = 100
ALWAYS = date.min


@dataclass(frozen=True, slots=True)
class Open:
    """An open deviation, and the finish that was planned when it last fired."""

    standing: Standing
    version: Version
    planned_finish: str | None


@dataclass(slots=True)
class Watched:
    """One milestone in force with all that its rules look at."""

    key: UUID
    plan: LabPlan
    programme: Programme
    restricted: bool
    facts: MilestoneFacts | None
    open: dict[str, Open] = field(default_factory=dict)
    settled: dict[str, date] = field(default_factory=dict)
    told: dict[str, dict[tuple[int, Period], int]] = field(default_factory=dict)
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
    by_programme = newest({step.programme.pk for step in found})[1]
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
    facts = facts_of(rows, plans)
    found = {row.key: _step(row.key, plans[row.plan_id], facts[row.key]) for row in rows}
    open_rows = Deviation.objects.filter(plan__in=plan_ids, closed_at=None)
    related = ("rule", "first_signal__version", "last_signal")
    for deviation in open_rows.order_by().select_related(*related):  # one per rule and milestone
        key, plan_id = deviation.milestone_key, deviation.plan_id
        if key is None or plan_id is None:
            continue
        if key not in found:
            found[key] = _step(key, plans[plan_id], None)
        found[key].open.setdefault(deviation.rule.kind, _open(deviation))
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
    for key, kind, version, start, end, pk in signals.values_list(*columns, "pk"):
        if key is not None:
            found[key].told.setdefault(kind, {})[version, Period(start, end)] = pk
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


def _open(deviation: Deviation) -> Open:
    first, last, version = (
        deviation.first_signal,
        deviation.last_signal,
        deviation.first_signal.version,
    )
    kind = deviation.rule.kind
    standing = Standing(
        pk=deviation.pk,
        rule_id=deviation.rule_id,
        kind=kind,
        severity=deviation.severity,
        asked=version.severity,
        first=Told(first.pk, Period(first.period_start, first.period_end), None),
        last=Told(last.pk, Period(last.period_start, last.period_end), None),
    )
    opened_by = Version(
        version.pk,
        deviation.rule_id,
        kind,
        version.version,
        {},
        version.severity,
        version.applies_from,
        version.enabled,
    )
    return Open(standing, opened_by, last.evidence.get("planned_finish"))


def _plans(
    milestone: Watched, by_programme: Mapping[int, Mapping[str, Version]], at: datetime
) -> list[Plan]:
    versions = by_programme.get(milestone.programme.pk, {})
    found = []
    for kind in rules_catalogue.MILESTONE_KINDS:
        version, standing = versions.get(kind), milestone.open.get(kind)
        if milestone.facts is None:
            if standing is not None:
                found.append(_gone(standing))
        elif version is not None and version.enabled:
            found.append(_plan(milestone, milestone.facts, kind, version, at))
    return [plan for plan in found if not plan.is_empty]


def _gone(open_now: Open) -> Plan:
    """A decision took the milestone, or its finish, out of the plan."""
    last = open_now.standing.last.period
    close = Close(Deviation.Closing.DECIDED, last.end)
    step = Step("close", last, "no_longer_holds")
    return Plan(open_now.version, {}, {}, [step], [close], open_now.standing)


def _plan(
    milestone: Watched, facts: MilestoneFacts, kind: str, version: Version, at: datetime
) -> Plan:
    findings = _findings(milestone, facts, kind, version, at)
    allowed = partial(may_open, effect_from=ALWAYS, rule_from=version.applies_from)
    open_now = milestone.open.get(kind)
    standing = None if open_now is None else open_now.standing
    steps, closing = follow(
        findings,
        standing=standing,
        undone=partial(_undone, facts, open_now),
        settled=milestone.settled.get(kind),
        judged=(),
        clear_periods=1,
        allowed=allowed,
    )
    told = milestone.told.get(kind, {})
    known = {period: pk for (number, period), pk in told.items() if number == version.pk}
    under_others = {period for number, period in told if number != version.pk}
    kept = worth_a_row(findings, steps, allowed, under_others)
    fresh = {f.period: f.evidence for f in kept if f.period not in known}
    held = [f.period for f in findings]
    severity, raised = severities(version, steps, standing, lambda _period: True, held)
    return Plan(version, known, fresh, steps, closing, standing, severity, raised)


def _findings(
    milestone: Watched, facts: MilestoneFacts, kind: str, version: Version, at: datetime
) -> list[Finding]:
    """What the rule finds; a milestone that is done no longer deviates."""
    if facts.done_on is not None:
        return []
    return detect_milestone(
        kind,
        facts=facts,
        params=version.params,
        today=business_date(milestone.programme, at),
        holidays=milestone.days_off,
    )


def _undone(facts: MilestoneFacts, open_now: Open | None, standing: Standing) -> Close:
    """Done: clear. The finish was moved by a revision: decided."""
    planned = None if open_now is None else open_now.planned_finish
    if facts.done_on is None and planned and planned != facts.planned_finish.isoformat():
        return Close(Deviation.Closing.DECIDED, standing.last.period.end)
    return Close(Deviation.Closing.CLEARED, None)
