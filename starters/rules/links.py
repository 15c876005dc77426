"""What the sections of a template say of each other: keys that exist, KPIs that can be measured.

check_links(template) -> list of (section, message)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from starters.rules.plan_shape import Initiative, Kpi, Lab
from starters.rules.shape import Template, kpis_of

Found = tuple[str, str]


class _Names:
    """The keys of one kind of thing, to be pointed at."""

    def __init__(self, section: str, keys: Iterable[str]) -> None:
        self.section = section
        self.keys = list(keys)

    def twice(self) -> Iterator[Found]:
        for key, times in Counter(self.keys).items():
            if times > 1:
                yield self.section, f"The key “{key}” is used {times} times. Give each its own."

    def asked(self, where: str, field: str, *keys: str) -> Iterator[Found]:
        for key in keys:
            if key and key not in self.keys:
                known = ", ".join(self.keys) or "none"
                yield (
                    where,
                    f"{field}: “{key}” is no key in {self.section}. There is: {known}.",
                )


def check_links(template: Template) -> list[Found]:
    """Every key that leads nowhere or is used twice."""
    names = _every_name(template)
    found = [each for kind in names.values() for each in kind.twice()]
    found += _people(template, names)
    for lab in template.labs:
        found += _lab(lab, names)
    found += _registers(template, names)
    return found


def _every_name(template: Template) -> dict[str, _Names]:
    goals = [goal for lab in template.labs for goal in lab.goals]
    kpis = [kpi for lab in template.labs for kpi in kpis_of(lab)]
    initiatives = [each for goal in goals for each in goal.initiatives]
    return {
        "organisation": _Names("organisations", (each.key for each in template.organisations)),
        "post": _Names("posts", (each.key for each in template.posts)),
        "forum": _Names("forums", (each.key for each in template.forums)),
        "area": _Names("areas", (each.key for each in template.areas)),
        "lab": _Names("labs", (each.key for each in template.labs)),
        "goal": _Names("goals", (each.key for each in goals)),
        "initiative": _Names("initiatives", (each.key for each in initiatives)),
        "step": _Names("steps", (step.key for each in initiatives for step in each.steps)),
        "line": _Names("money", (line.key for each in initiatives for line in each.money)),
        "kpi": _Names("kpis", (kpi.key for kpi in kpis)),
    }


def _people(template: Template, names: dict[str, _Names]) -> Iterator[Found]:
    organisation, post, forum = names["organisation"], names["post"], names["forum"]
    yield from organisation.asked("programme", "lead", template.programme.lead)
    for each in template.posts:
        yield from organisation.asked(f"posts “{each.key}”", "organisation", each.organisation)
    above: list[str] = []
    for body in template.forums:
        where = f"forums “{body.key}”"
        yield from post.asked(where, "chair", body.chair)
        yield from post.asked(where, "alternate or secretary", body.alternate, body.secretary)
        yield from post.asked(where, "members or invited", *body.members, *body.invited)
        if body.parent and body.parent not in above:
            yield where, f"parent: write “{body.parent}” before this forum: the highest come first."
        above.append(body.key)
    for area in template.areas:
        yield from organisation.asked(f"areas “{area.key}”", "lead", area.lead)
        yield from forum.asked(f"areas “{area.key}”", "home", area.home)
    for limit in template.limits:
        yield from forum.asked("limits", "forum or decides", limit.forum, limit.decides)


def _lab(lab: Lab, names: dict[str, _Names]) -> Iterator[Found]:
    where = f"labs “{lab.key}”"
    yield from names["area"].asked(where, "area", lab.area)
    yield from names["forum"].asked(where, "steering", lab.steering)
    seats = _Names("seats", (seat.organisation for seat in lab.seats))
    yield from seats.twice()
    for seat in lab.seats:
        yield from names["organisation"].asked(where, "seats, organisation", seat.organisation)
        yield from names["post"].asked(where, "seats, post", seat.post)
    groups = _Names("groups", (group.name.english for group in lab.groups))
    for group in lab.groups:
        yield from seats.asked(where, "groups, seats", *group.seats)
    for session in lab.sessions:
        yield from groups.asked(where, "sessions, group", session.group)
    steps = [step for goal in lab.goals for each in goal.initiatives for step in each.steps]
    own = _Names(f"the steps of {lab.key}", (step.key for step in steps))
    for goal in lab.goals:
        if not goal.kpis:
            yield f"goals “{goal.key}”", "Add a KPI: a goal without one never comes into force."
        for initiative in goal.initiatives:
            yield from _initiative(initiative, names, own)
    for kpi in kpis_of(lab):
        yield from _kpi(kpi, names, {each.key: each for each in kpis_of(lab)})


def _initiative(initiative: Initiative, names: dict[str, _Names], own: _Names) -> Iterator[Found]:
    where = f"initiatives “{initiative.key}”"
    yield from names["post"].asked(where, "lead", initiative.lead)
    for commitment in initiative.commitments:
        yield from names["organisation"].asked(
            where, "commitments, beneficiary", commitment.beneficiary
        )
    lines = _Names(f"the money of {initiative.key}", (line.key for line in initiative.money))
    for step in initiative.steps:
        here = f"steps “{step.key}”"
        yield from names["post"].asked(here, "owner", step.owner)
        yield from own.asked(here, "after", *step.after)
        yield from lines.asked(here, "line", step.line)
        for need in step.needs:
            yield from names["organisation"].asked(here, "needs, provider", need.provider)
            yield from own.asked(here, "needs, step", need.step)


def _kpi(kpi: Kpi, names: dict[str, _Names], beside: dict[str, Kpi]) -> Iterator[Found]:
    where = f"kpis “{kpi.key}”"
    yield from names["post"].asked(where, "owner or verifier", kpi.owner, kpi.verifier)
    if kpi.owner == kpi.verifier:
        yield where, "verifier: nobody verifies their own values. Name another post."
    if kpi.pair and (kpi.pair not in beside or beside[kpi.pair].pair):
        yield where, f"pair: “{kpi.pair}” must be another KPI of this lab that has no pair itself."
    if bool(kpi.parts or kpi.parts_list) != bool(kpi.dimension):
        yield where, "dimension and parts (or parts_list): give both, or neither."
    codes = {"", *(part.code for part in kpi.parts)}
    for target in kpi.targets:
        if target.part not in codes and not kpi.parts_list:
            yield where, f"targets: “{target.part}” is no part of this KPI."
        if target.period < 1:
            yield where, "targets: the first period is 1."


def _registers(template: Template, names: dict[str, _Names]) -> Iterator[Found]:
    organisation = names["organisation"]
    for obstacle in template.obstacles:
        where = f"obstacles “{obstacle.title.english}”"
        yield from names["area"].asked(where, "area", obstacle.area)
        yield from names["lab"].asked(where, "lab", obstacle.lab)
        yield from names["kpi"].asked(where, "kpi", obstacle.kpi)
        yield from organisation.asked(where, "organisation", obstacle.organisation)
    for advice in template.recommendations:
        yield from names["post"].asked("recommendations", "owner", advice.owner)
    for source in template.funding:
        where = f"funding “{source.key}”"
        yield from organisation.asked(where, "funder", source.funder)
        for allocation in source.allocations:
            yield from names["initiative"].asked(where, "initiative", allocation.initiative)
            yield from organisation.asked(where, "beneficiary", allocation.beneficiary)
    for window in template.windows:
        yield from names["step"].asked(f"windows “{window.title.english}”", "steps", *window.steps)
    for bargain in template.bargains:
        where = f"bargains “{bargain.title.english}”"
        yield from names["lab"].asked(where, "lab", bargain.lab)
        yield from names["kpi"].asked(where, "kpi", bargain.kpi)
        yield from organisation.asked(
            where, "rounds", *(each.organisation for each in bargain.rounds)
        )
    for act in template.acts:
        yield from names["forum"].asked(f"acts “{act.reference}”", "forum", act.forum)
