"""What keeps a plan from coming into force (fact 5), as a pure function.

``missing(plan)`` takes a flat description of the plan as it would stand once the
revision is adopted and returns every condition that does not hold, each with the
part it concerns, so that a page can link to where it is mended.

Once a plan is in force a later revision needs no further stress test: it is the
*coming into* force that is tested. What lapses later is flagged, and never takes
a plan out of force by itself.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from labs.rules import methods

STEERING = ("increase", "decrease", "range")
NAMED = 3  # of many of a kind, so many are named


@dataclass(frozen=True, slots=True)
class KpiFacts:
    """A KPI of a goal: which of the things that fact 5 asks for it has."""

    code: str
    name: str
    direction: str
    has_owner: bool
    has_verifier: bool
    has_target: bool

    @property
    def steers(self) -> bool:
        """Whether it says which way is better; context and blank do not."""
        return self.direction in STEERING


@dataclass(frozen=True, slots=True)
class GoalFacts:
    key: str
    title: str
    kpis: tuple[KpiFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class StepFacts:
    """An initiative or a milestone: its dates, and whether somebody answers for it.

    ``funded``: an initiative has a budget line or a budget. ``astray``: a milestone begins
    before its initiative or ends after it.
    """

    key: str
    title: str
    owner: str | None
    starts_on: datetime.date | None
    finishes_on: datetime.date | None
    funded: bool = True
    astray: bool = False


@dataclass(frozen=True, slots=True)
class ObjectionFacts:
    """An objection to the revision that was neither answered nor withdrawn."""

    key: str
    organisation: str
    blocking: bool


@dataclass(frozen=True, slots=True)
class LabFacts:
    """What the lab has said of the revision so far.

    ``silent`` names the organisations with a core seat that have not said where they
    stand; ``comments`` counts comments of open days on it that await an answer.
    """

    objections: tuple[ObjectionFacts, ...] = ()
    silent: tuple[str, ...] = ()
    comments: int = 0


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan as it would stand with the revision adopted.

    ``stress_test`` is the verdict of the newest test of the revision, or None.
    """

    goals: tuple[GoalFacts, ...] = ()
    initiatives: tuple[StepFacts, ...] = ()
    milestones: tuple[StepFacts, ...] = ()
    stress_test: str | None = None
    approved: bool = False
    was_in_force: bool = False
    lab: LabFacts = LabFacts()
    method: methods.LabFacts | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """One condition that does not hold: its code, and the part it concerns.

    ``key`` is a goal's, initiative's or milestone's key, a KPI's code, or a number.
    What does not ``block`` is listed as a warning, and the plan may pass all the same.
    """

    code: str
    key: str = ""
    params: dict[str, str] = field(default_factory=dict)
    blocks: bool = True


def missing(plan: PlanFacts) -> list[Gap]:
    """Every condition of fact 5 that does not hold, in the order people mend them."""
    found = list(_goals(plan))
    for goal in plan.goals:
        found += _kpis(goal)
    for initiative in plan.initiatives:
        found += _initiative(initiative)
    for milestone in plan.milestones:
        found += _milestone(milestone)
    found += _loose(plan)
    found += _method(plan)
    found += _stress_test(plan)
    found += _lab(plan.lab)
    if not plan.approved:
        found.append(Gap("approval"))
    return found


def _method(plan: PlanFacts) -> Iterator[Gap]:
    """What the lab's method asks for (labs.rules.methods)."""
    for need in methods.needs(plan.method) if plan.method else []:
        yield Gap(need.code, need.key, {"initiative": need.title}, blocks=need.blocks)


def _goals(plan: PlanFacts) -> Iterator[Gap]:
    if not plan.goals:
        yield Gap("goal")


def _kpis(goal: GoalFacts) -> Iterator[Gap]:
    steering = [kpi for kpi in goal.kpis if kpi.steers]
    undecided = [kpi for kpi in goal.kpis if not kpi.direction]
    if not steering and undecided:
        for kpi in undecided:
            yield Gap("kpi_direction", kpi.code, {"kpi": kpi.name, "goal": goal.title})
    elif not steering:
        yield Gap("goal_kpi", goal.key, {"goal": goal.title})
    for kpi in steering:
        params = {"kpi": kpi.name, "goal": goal.title}
        if not kpi.has_owner:
            yield Gap("kpi_owner", kpi.code, params)
        if not kpi.has_verifier:
            yield Gap("kpi_verifier", kpi.code, params)
        if not kpi.has_target:
            yield Gap("kpi_target", kpi.code, params)


def _initiative(step: StepFacts) -> Iterator[Gap]:
    if not step.owner:
        yield Gap("initiative_lead", step.key, {"initiative": step.title})
    yield from _dates(step, "initiative")


def _loose(plan: PlanFacts) -> Iterator[Gap]:
    """Days and money that want another look: told in one line each, and keep nothing out."""
    steps = (*plan.initiatives, *plan.milestones)
    undated = sum(step.starts_on is None or step.finishes_on is None for step in steps)
    if undated:
        yield Gap("undated", "", {"count": str(undated)}, blocks=False)
    astray = [step.title for step in plan.milestones if step.astray]
    if astray:
        names = ", ".join(f"“{title}”" for title in astray[:NAMED])
        yield Gap("astray", "", {"count": str(len(astray)), "names": names}, blocks=False)
    unfunded = [step.title for step in plan.initiatives if not step.funded]
    if unfunded:
        yield Gap("unfunded", "", {"count": str(len(unfunded))}, blocks=False)


def _milestone(step: StepFacts) -> Iterator[Gap]:
    if not step.owner:
        yield Gap("milestone_owner", step.key, {"milestone": step.title})
    yield from _dates(step, "milestone")


def _dates(step: StepFacts, part: str) -> Iterator[Gap]:
    if step.starts_on and step.finishes_on and step.finishes_on < step.starts_on:
        yield Gap(f"{part}_dates", step.key, {part: step.title})


def _stress_test(plan: PlanFacts) -> Iterator[Gap]:
    if plan.was_in_force:
        return
    if plan.stress_test is None:
        yield Gap("stress_test")
    elif plan.stress_test == "fails":
        yield Gap("stress_test_fails")


def _lab(lab: LabFacts) -> Iterator[Gap]:
    """Blocking objections must be answered; the rest is told and keeps nothing out."""
    for objection in lab.objections:
        code = "objection" if objection.blocking else "objection_open"
        params = {"organisation": objection.organisation}
        yield Gap(code, objection.key, params, blocks=objection.blocking)
    if lab.silent:
        params = {"count": str(len(lab.silent)), "names": ", ".join(lab.silent)}
        yield Gap("stands", "", params, blocks=False)
    if lab.comments:
        yield Gap("comments", "", {"count": str(lab.comments)}, blocks=False)
