"""Where a revision goes and why: the owner's to make, or before which forum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from forums.models import Forum
from forums.selectors import ladders
from labs.models import Limit, Plan, Revision
from labs.rules import limits as rules
from labs.rules import methods, revisions
from labs.rules.limits import Exceeded, Reach
from labs.selectors import content
from people.models import Post


@dataclass(frozen=True)
class Route:
    """Where a revision goes.

    ``forum`` decides it, if not the owner. ``over``: the limits exceeded, each naming a
    forum of ``forums``. ``ended``: changes of targets whose period is over; for them the
    forum is the one above ``named``, or ``named`` itself where there is none above
    (``is_top``). ``first``: no plan is in force yet. ``goals_fixed``: goals may not change.
    """

    forum: Forum
    named: Forum
    over: list[Exceeded] = field(default_factory=list)
    ended: list[revisions.Change] = field(default_factory=list)
    forums: dict[int, Forum] = field(default_factory=dict)
    first: bool = False
    is_top: bool = False
    within: bool = False
    goals_fixed: bool = False
    reaches: list[Reach] = field(default_factory=list)
    before: content.Raw = field(default_factory=dict, repr=False)
    after: content.Raw = field(default_factory=dict, repr=False)
    changes: list[revisions.Change] = field(default_factory=list, repr=False)

    def suffices(self, forum: Forum) -> bool:
        """Whether ``forum`` may decide it: the one named, or one above that."""
        above = [each.pk for each in ladders.ladder_from(self.forum)]
        return ladders.sitting_for(forum).pk in above


def today(plan: Plan, at: datetime) -> date:
    """The business date where the programme is: periods end at its midnight."""
    return at.astimezone(ZoneInfo(plan.lab.area.programme.time_zone)).date()


def rows(forum: Forum) -> QuerySet[Limit]:
    """The limits a steering forum has set."""
    return Limit.objects.filter(forum=forum).select_related("decides").order_by("kind", "over")


def of(forum: Forum) -> list[rules.Limit]:
    """The limits that hold for plans a forum steers: its own, else the defaults."""
    given = [rules.Limit(row.kind, row.over, row.decides_id) for row in rows(forum)]
    return rules.complete(given, forum.pk)


@dataclass(frozen=True)
class Default:
    """A limit that holds because the forum has set none of its kind."""

    kind: str
    label: str
    over: Decimal


def defaults(forum: Forum) -> list[Default]:
    """The kinds for which the forum has set no limit."""
    given = set(Limit.objects.filter(forum=forum).values_list("kind", flat=True))
    return [
        Default(kind, str(Limit.Kind(kind).label), rules.DEFAULTS[kind])
        for kind in rules.KINDS
        if kind not in given
    ]


def route(revision: Revision, on: date) -> Route:
    """Where ``revision`` goes when it is put on the day. A fixed number of queries."""
    plan = revision.plan
    steering = ladders.sitting_for(plan.lab.steering)
    if plan.in_force_id is None:
        return Route(forum=steering, named=steering, first=True)
    ladder = ladders.ladder_from(steering)
    changes = [content.pure(row) for row in revision.changes.order_by("pk")]
    before = content.raw_content(plan)
    after = revisions.apply(before, [each for each in changes if each.part != revisions.TARGET])
    found = rules.reaches(changes, _measured_from(plan, changes), after)
    over = rules.exceeded(found, of(plan.lab.steering))
    by_id = {forum.pk: forum for forum in ladder}
    named = by_id[rules.highest(_sitting(over, by_id), list(by_id))]
    ended = rules.of_ended_periods(changes, on)
    above = ladders.ladder_from(named)[1:]
    goals = any(change.touches == rules.GOAL for change in changes)
    return Route(
        forum=above[0] if ended and above else named,
        named=named,
        over=over,
        ended=ended,
        forums=by_id,
        is_top=not above,
        within=bool(changes) and not over and not goals,
        goals_fixed=goals and methods.goals_are_fixed(plan.lab.method, in_force=True),
        reaches=found,
        before=before,
        after=after,
        changes=changes,
    )


def _measured_from(plan: Plan, changes: Iterable[revisions.Change]) -> content.Raw:
    """The plan as a forum decided it last; what owners added since, as it was when it came.

    Else a step or a day that was only recorded could be moved by any number of days.
    """
    decided = _decided_last(plan)
    since = content.raw_content(plan, decided)
    if decided is None:
        return since
    changed = {change.part_id for change in changes if change.part in content.MODELS}
    for part in {part for part, _key in changed}:
        model: Any = content.MODELS[part]
        recorded = model.objects.filter(plan=plan, from_revision__number__gt=decided)
        for row in recorded.order_by("from_revision__number").values():
            if (part, row["key"]) in changed:
                kept = since.setdefault((part, row["key"]), {})
                since[part, row["key"]] = {**content.plain(part, row), **kept}
    return since


def _decided_last(plan: Plan) -> int | None:
    """The number of the newest revision that a forum decided; None: what is in force."""
    decided = plan.revisions.filter(
        state=Revision.State.ADOPTED, route=Revision.Route.FORUM
    ).order_by("-number")
    number = decided.values_list("number", flat=True).first()
    return None if plan.in_force is not None and number == plan.in_force.number else number


def _sitting(over: Iterable[Exceeded], known: dict[int, Forum]) -> list[int]:
    """The forums that the limits name, closed ones as their successors."""
    named = {each.limit.decides for each in over}
    closed = Forum.objects.filter(pk__in=named - set(known)) if named - set(known) else []
    return [*(named & set(known)), *(ladders.sitting_for(forum).pk for forum in closed)]


def is_for(held: Iterable[Post], plan: Plan, going: Route) -> bool:
    """Whether the revision is for whoever holds these posts to make: within the limits, all theirs.

    The lead organisation answers for all of the plan; others for what they lead or own.
    """
    posts = list(held)
    if not going.within:
        return False
    if plan.lab.area.lead_id in {post.organisation_id for post in posts}:
        return True
    ids = [post.pk for post in posts]
    return rules.owns_all(ids, going.changes, going.before, going.after)
