"""Facts 4 and 5: adopted revisions stay as they are, and what comes into force was ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from kpis.models import Kpi, Target, Trajectory
from labs.models import Change, Plan, Revision, StressTest
from labs.rules import revisions as rules
from labs.selectors import content
from ledger.models import Event
from reviews.rules.gate import STEERING
from reviews.selectors.facts.found import Ask, Broken

ADOPTED = Revision.State.ADOPTED


def revisions() -> Iterator[Ask]:
    """Fact 4: numbers without a gap, and nothing rests on what was never adopted."""
    yield from _numbers()
    yield from _targets()


def as_their_changes_make_them(since: datetime | None) -> Iterator[Broken]:
    """Fact 4: the plan in force is what the adopted changes make of it."""
    yield from _sizes(since)
    adopted = Plan.objects.filter(in_force__isnull=False)
    if since is not None:
        adopted = adopted.filter(in_force__adopted_at__gt=since)
    for plan in adopted.order_by("pk"):
        if _replayed(plan) != content.raw_content(plan):
            yield Broken(4, f"plan:{plan.pk}", "its parts are not what its changes make of it")


def _numbers() -> Iterator[Ask]:
    adopted = Revision.objects.filter(state=ADOPTED)
    gaps = (
        adopted.values("plan")
        .annotate(many=Count("pk"), last=Max("number"))
        .exclude(many=F("last"), plan__in_force__number=F("last"))
        .order_by("plan")
        .values_list("plan", flat=True)
    )
    yield Ask("plan", gaps, "its revisions are not numbered through to the one in force")
    for model in content.MODELS.values():
        wrong = model.objects.exclude(from_revision__state=ADOPTED)
        wrong |= model.objects.filter(until_revision__isnull=False).exclude(
            until_revision__state=ADOPTED
        )
        ids = wrong.order_by("pk").values_list("pk", flat=True)
        yield Ask(model._meta.model_name, ids, "it rests on a revision never adopted")


def _targets() -> Iterator[Ask]:
    for model in (Target, Trajectory):
        rows = model._default_manager.filter(
            Q(until_change=None, source=None) & ~Q(change__revision__state=ADOPTED)
            | Q(until_change__isnull=False) & ~Q(until_change__revision__state=ADOPTED)
        )
        ids = rows.order_by("pk").values_list("pk", flat=True)
        name = str(model._meta.model_name)
        yield Ask(name, ids, "no adopted change or source set it")


def _sizes(since: datetime | None) -> Iterator[Broken]:
    """How many changes a revision had when it was adopted is in the ledger."""
    events = Event.objects.filter(verb="revision.adopted").order_by("pk")
    if since is not None:
        events = events.filter(at__gt=since)
    told = list(events.values_list("subject_id", "data"))
    if not told:
        return
    counts = {
        str(pk): many
        for pk, many in Revision.objects.filter(state=ADOPTED)
        .annotate(many=Count("changes"))
        .values_list("pk", "many")
    }
    for subject, data in told:
        if subject in counts and counts[subject] != data.get("changes", counts[subject]):
            yield Broken(
                4, f"revision:{subject}", "it has another number of changes than when adopted"
            )


def _replayed(plan: Plan) -> content.Raw:
    """The plan from its first change on, one adopted revision after the other."""
    made: content.Raw = {}
    changes: dict[int, list[rules.Change]] = {}
    rows = Change.objects.filter(revision__plan=plan, revision__state=ADOPTED)
    rows = rows.exclude(part=Change.Part.TARGET).select_related("revision")
    for row in rows.order_by("revision__number", "pk"):
        changes.setdefault(row.revision.number or 0, []).append(content.pure(row))
    for number in sorted(changes):
        made = rules.apply(made, changes[number])
    return made


def coming_into_force() -> Iterator[Ask]:
    """Fact 5: a stress test that holds, and the forum's approval before it came into force."""
    first = Revision.objects.filter(state=ADOPTED, number=1)
    passed = StressTest.objects.filter(revision=OuterRef("pk")).exclude(
        verdict=StressTest.Verdict.FAILS
    )
    untested = first.filter(~Exists(passed))
    yield Ask("revision", untested.values_list("pk", flat=True), "without a stress test")
    undecided = Revision.objects.filter(state=ADOPTED, route=Revision.Route.FORUM).exclude(
        decision__outcome="carried", decision__motion=F("motion"), decision__at__lte=F("adopted_at")
    )
    ids = undecided.values_list("pk", flat=True)
    yield Ask("revision", ids, "without its forum's approval")


def goals_are_measured(since: datetime | None) -> Iterator[Broken]:
    """Fact 5, of each plan's first revision in force. What lapsed since breaks nothing."""
    first = Revision.objects.filter(state=ADOPTED, number=1)
    if since is not None:
        first = first.filter(adopted_at__gt=since)
    for revision in first.select_related("plan__lab__area").order_by("pk"):
        if not _kpis_touched_since(revision):
            yield from _goals(revision)


def _kpis_touched_since(revision: Revision) -> bool:
    """Whether a KPI of its programme was set anew since: then it may have lapsed, as it may."""
    programme = str(revision.plan.lab.area.programme_id)
    later = Event.objects.filter(
        programme_id=programme, verb__startswith="kpi.", at__gt=revision.adopted_at
    )
    return later.exists()


def _goals(revision: Revision) -> Iterator[Broken]:
    goals = content.MODELS[rules.GOAL].objects.filter(from_revision=revision)
    keys = list(goals.order_by("position", "pk").values_list("key", flat=True))
    targeted = Target.objects.filter(
        Q(change__revision=revision) | Q(set_at__lte=revision.adopted_at),
        series__definition__kpi=OuterRef("pk"),
    )
    complete = Kpi.objects.filter(
        Exists(targeted),
        goal_key__in=keys,
        owner__isnull=False,
        verifier__isnull=False,
        definitions__direction__in=STEERING,
    )
    measured = set(complete.values_list("goal_key", flat=True))
    if not keys:
        yield Broken(5, f"revision:{revision.pk}", "without a goal")
    for key in keys:
        if key not in measured:
            yield Broken(5, f"goal:{key}", "without a KPI that has owner, verifier and target")
