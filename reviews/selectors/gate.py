"""What a plan still misses before it can come into force, with where to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kpis.models import Definition, Kpi, Series, Target
from kpis.selectors import kpis as kpi_selectors
from labs.models import Change, Revision
from labs.rules.plans import InitiativeContent, MilestoneContent
from labs.rules.revisions import PATH
from labs.selectors import methods, open_days, plans, stands
from reviews.rules import gate
from reviews.selectors import reason_gaps, term_gaps
from reviews.selectors.gaps import link, words


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: a stable code, words for people, and the page that mends it."""

    code: str
    text: str
    url: str
    kpi: str = ""
    blocks: bool = True
    key: str = ""


def missing(revision: Revision, *, approved: bool | None = None) -> list[Missing]:
    """Everything fact 5 still asks of ``revision``, each with its link.

    ``approved`` defaults to whether the revision is adopted; the services that
    adopt pass True, since the decision in their hands is the approval.
    """
    if approved is None:
        approved = revision.state == Revision.State.ADOPTED
    facts = describe(revision, approved=approved)
    unreasoned = [Missing(*gap) for gap in reason_gaps.missing(revision)]
    terms = [Missing(*gap) for gap in term_gaps.missing(revision)]
    return [*unreasoned, *terms] + [
        Missing(
            gap.code,
            words(gap),
            link(gap, revision),
            gap.key if _of_kpi(gap) else "",
            gap.blocks,
            gap.key,
        )
        for gap in gate.missing(facts)
    ]


def as_seen(gaps: list[Missing], user: Any, on: date) -> list[Missing]:
    """The same for one reader: KPIs kept from them are not named (fact 8)."""
    readable = kpi_selectors.readable(user, on).filter(code__in=_codes(gaps))
    return _without(gaps, _codes(gaps) - set(readable.values_list("code", flat=True)))


def unnamed(gaps: list[Missing]) -> list[Missing]:
    """The same without the name of any restricted KPI, for whoever may be told."""
    kept = Kpi.objects.filter(code__in=_codes(gaps), restricted_to__isnull=False)
    return _without(gaps, set(kept.values_list("code", flat=True)))


def _without(gaps: list[Missing], codes: set[str]) -> list[Missing]:
    said = _("A restricted KPI is not complete. Ask the delivery unit.")
    return [
        gap if gap.kpi not in codes else Missing(gap.code, said, "", blocks=gap.blocks)
        for gap in gaps
    ]


def _codes(gaps: list[Missing]) -> set[str]:
    return {gap.kpi for gap in gaps if gap.kpi}


def _of_kpi(gap: gate.Gap) -> bool:
    return gap.code.startswith("kpi_")


def describe(revision: Revision, *, approved: bool) -> gate.PlanFacts:
    """The plan as it would stand with ``revision`` adopted, flattened for the rule."""
    content = plans.draft(revision)
    by_goal = _kpis_by_goal(list(content.goals), revision)
    tests = revision.stress_tests.order_by("-at", "-pk").values_list("verdict", flat=True)
    paid = {line.initiative_key for line in content.budget_lines.values()}
    return gate.PlanFacts(
        goals=tuple(
            gate.GoalFacts(str(goal.key), goal.title, tuple(by_goal.get(goal.key, [])))
            for goal in content.goals.values()
        ),
        initiatives=tuple(
            _step(row, row.lead_id, funded=row.key in paid or row.budget is not None)
            for row in content.initiatives.values()
        ),
        milestones=tuple(
            _step(
                row,
                row.owner_id,
                astray=_is_astray(row, content.initiatives.get(row.initiative_key)),
            )
            for row in content.milestones.values()
        ),
        stress_test=tests.first(),
        approved=approved,
        was_in_force=revision.plan.in_force_id is not None,
        lab=_lab(revision),
        method=methods.facts(revision, content),
    )


def _lab(revision: Revision) -> gate.LabFacts:
    """What seats, organisations and readers have said of the revision. Three queries."""
    return gate.LabFacts(
        objections=tuple(
            gate.ObjectionFacts(str(row.pk), row.organisation.name, row.blocking)
            for row in stands.unanswered(revision)
        ),
        silent=tuple(seat.organisation.name for seat in stands.silent_core(revision)),
        comments=open_days.unanswered(revision.plan).count(),
    )


def _step(
    row: InitiativeContent | MilestoneContent,
    owner: int | None,
    *,
    funded: bool = True,
    astray: bool = False,
) -> gate.StepFacts:
    return gate.StepFacts(
        key=str(row.key),
        title=row.title,
        owner=str(owner) if owner else None,
        starts_on=row.starts_on,
        finishes_on=row.finishes_on,
        funded=funded,
        astray=astray,
    )


def _is_astray(row: MilestoneContent, initiative: InitiativeContent | None) -> bool:
    """Whether the milestone begins before its initiative or ends after it, by the days written."""
    if initiative is None:
        return False
    early = row.starts_on and initiative.starts_on and row.starts_on < initiative.starts_on
    late = row.finishes_on and initiative.finishes_on and row.finishes_on > initiative.finishes_on
    return bool(early or late)


def _kpis_by_goal(
    goal_keys: list[UUID], revision: Revision
) -> dict[UUID | None, list[gate.KpiFacts]]:
    kpis = list(Kpi.objects.filter(goal_key__in=goal_keys, retired_on=None).order_by("code"))
    newest = _newest_definitions(kpis)
    targeted = _with_target(newest.values(), revision)
    found: dict[UUID | None, list[gate.KpiFacts]] = {}
    for kpi in kpis:
        definition = newest.get(kpi.pk)
        found.setdefault(kpi.goal_key, []).append(
            gate.KpiFacts(
                code=kpi.code,
                name=kpi.name,
                direction=definition.direction if definition else "",
                has_owner=kpi.owner_id is not None,
                has_verifier=kpi.verifier_id is not None,
                has_target=bool(definition and definition.pk in targeted),
            )
        )
    return found


def _newest_definitions(kpis: list[Kpi]) -> dict[int, Definition]:
    rows = Definition.objects.filter(kpi__in=kpis).order_by("kpi_id", "version")
    return {row.kpi_id: row for row in rows}


def _with_target(definitions: Iterable[Definition], revision: Revision) -> set[int]:
    """Definitions with a target in force, or set by this revision, on any of their series."""
    series = {
        row.key: row for row in Series.objects.filter(definition__in=[d.pk for d in definitions])
    }
    ids = {row.pk: row.definition_id for row in series.values()}
    live: set[tuple[int, str]] = {
        (series_id, f"{start}/{end}")
        for series_id, start, end in Target.objects.filter(
            series__in=list(ids), until_change=None
        ).values_list("series_id", "period_start", "period_end")
    }
    changes = revision.changes.filter(part=Change.Part.TARGET, key__in=list(series))
    changes = changes.exclude(field=PATH)  # a path without a target asks for nothing
    for change in changes:
        place = (series[change.key].pk, change.field)
        if change.after is None:
            live.discard(place)
        else:
            live.add(place)
    return {ids[series_id] for series_id, _period in live}
