"""What has lapsed behind a programme: an owner, the money, or the rhythm of meeting.

Institutional, and apart from how the KPIs do: nothing here deviates, and nothing here
takes a plan out of force (fact 5). Read live, a fixed number of queries.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Action, Decision, Forum, Motion
from kpis.models import Kpi
from kpis.selectors import kpis as kpi_selectors
from labs.models import (
    Allocation,
    BudgetFigure,
    BudgetLine,
    FundingSource,
    Initiative,
    Lab,
    Milestone,
    MilestoneReport,
    Programme,
    ResultArea,
    Revision,
)
from labs.selectors import labs
from people.models import Appointment, Post
from reviews.models import Dispute
from reviews.selectors import disputes, motions

SHOWN = 100
TIMES = 2  # a forum may miss this many meetings before its cycle has lapsed


@dataclass(frozen=True)
class Lapse:
    """One thing behind which nobody, no money or no meeting stands any more."""

    kind: str | Promise
    title: str
    why: str
    url: str = ""


@dataclass(frozen=True)
class Group:
    """The lapses of one sort; ``count`` has those that are not named, too."""

    code: str
    label: str | Promise
    lapses: list[Lapse] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.lapses)


@dataclass(frozen=True)
class Lapses:
    """What has lapsed in a programme."""

    owner: Group
    funding: Group
    cycle: Group

    @property
    def groups(self) -> list[Group]:
        return [self.owner, self.funding, self.cycle]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def lapses(user: Any, programme: Programme, on: datetime.date) -> Lapses:
    """The lapses of a programme as ``user`` may see them; none of a closed one."""
    if programme.is_closed:
        return Lapses(*(Group(code, LABELS[code]) for code in LABELS))
    return Lapses(
        owner=_group("owner", _owners(user, programme, on)),
        funding=_group("funding", _funding(user, programme, on)),
        cycle=_group("cycle", _cycles(user, programme, on)),
    )


LABELS: dict[str, str | Promise] = {
    "owner": gettext_lazy("Nobody answers for it"),
    "funding": gettext_lazy("No money behind it"),
    "cycle": gettext_lazy("The rhythm has stopped"),
}
Found = tuple[list[Lapse], int]


def _group(code: str, found: Iterable[Found]) -> Group:
    rows = list(found)
    return Group(
        code,
        LABELS[code],
        [lapse for lapses, _count in rows for lapse in lapses],
        sum(count for _lapses, count in rows),
    )


def empty_posts(on: datetime.date) -> QuerySet[Post]:
    """Posts that are abolished, stand in an organisation that has ended, or that nobody holds."""
    held = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        post=OuterRef("pk"),
        starts_on__lte=on,
        user__is_active=True,
    )
    return Post.objects.filter(
        Q(abolished_on__lte=on) | Q(organisation__succeeded_on__lte=on) | ~Q(Exists(held))
    )


def _owners(user: Any, programme: Programme, on: datetime.date) -> list[Found]:
    empty = empty_posts(on).values("pk")
    plans = labs.readable_plans(user, on).values("pk")
    mine = {"plan__lab__area__programme": programme, "until_revision": None}
    kpis = Kpi.objects.filter(
        Q(owner=None) | Q(owner__in=empty), area__programme=programme, retired_on=None
    )
    initiatives = Initiative.objects.filter(**mine, lead__in=empty)
    newest = MilestoneReport.objects.filter(milestone_key=OuterRef("key")).order_by("-at", "-pk")
    milestones = (
        Milestone.objects.filter(**mine, owner__in=empty)
        .annotate(said=Subquery(newest.values("state")[:1]))
        .exclude(said=MilestoneReport.State.DONE)
    )
    actions = Action.objects.filter(
        owner__in=empty,
        state=Action.State.OPEN,
        decision__motion__in=motions.of_programme(programme),
    )
    areas = programme.areas.filter(lead__succeeded_on__lte=on).select_related("lead__successor")
    alone = (
        Dispute.objects.filter(area__programme=programme, state=Dispute.State.OPEN)
        .annotate(sides=Count("parties", filter=Q(parties__withdrew_at=None)))
        .filter(sides=1)
    )
    may_see = kpi_selectors.readable(user, on).values("pk")
    seen = disputes.readable(user, on).values("pk")
    return [
        _found(areas, areas, lambda area: _area(area)),
        _found(kpis, _with_post(kpis.filter(pk__in=may_see), "owner"), lambda kpi: _kpi(kpi, on)),
        _found(
            initiatives,
            _with_post(initiatives.filter(plan__in=plans), "lead"),
            lambda row: _initiative(row, on),
        ),
        _found(
            milestones,
            _with_post(milestones.filter(plan__in=plans), "owner"),
            lambda row: _milestone(row, on),
        ),
        _found(
            actions,
            _with_post(_named_actions(actions, user, on), "owner"),
            lambda row: _action(row, on),
        ),
        _found(alone, alone.filter(pk__in=seen), _one_sided),
    ]


def _named_actions(actions: QuerySet[Action], user: Any, on: datetime.date) -> QuerySet[Action]:
    """Those whose decision the user may see by name."""
    decided = actions.values_list("decision__motion", flat=True)
    return actions.exclude(decision__motion__in=motions.unnamed(list(decided), user, on))


def _found(every: QuerySet[Any], seen: QuerySet[Any], say: Any) -> Found:
    """The lapses that may be named, and how many there are in all; two queries."""
    return [say(row) for row in seen[:SHOWN]], every.count()


def _with_post(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    return rows.select_related(f"{name}__organisation")


def _empty(post: Post | None, on: datetime.date) -> str:
    """Why nobody stands behind a post."""
    if post is None:
        return _("it has no owner")
    if post.abolished_on is not None and post.abolished_on <= on:
        return _("%(post)s was abolished on %(day)s") % {
            "post": post,
            "day": date_format(post.abolished_on, "j F Y"),
        }
    ended = post.organisation.succeeded_on
    if ended is not None and ended <= on:
        return _("%(post)s stands in an organisation that has ended") % {"post": post}
    return _("%(post)s is vacant") % {"post": post}


def _area(area: ResultArea) -> Lapse:
    why = _("%(lead)s, which leads it, has ended; %(successor)s took its place") % {
        "lead": area.lead.name,
        "successor": area.lead.successor,
    }
    return Lapse(_("Result area"), area.name, why)


def _kpi(kpi: Kpi, on: datetime.date) -> Lapse:
    return Lapse(_("KPI"), kpi.name, _empty(kpi.owner, on), reverse("kpis:kpi", args=[kpi.code]))


def _initiative(row: Initiative, on: datetime.date) -> Lapse:
    url = reverse("labs:plan", args=[row.plan_id]) + f"#initiative-{row.key}"
    return Lapse(_("Initiative"), row.title, _empty(row.lead, on), url)


def _milestone(row: Milestone, on: datetime.date) -> Lapse:
    url = reverse("labs:milestone", args=[row.key])
    return Lapse(_("Milestone"), row.title, _empty(row.owner, on), url)


def _action(row: Action, on: datetime.date) -> Lapse:
    return Lapse(
        _("Action"), row.title, _empty(row.owner, on), reverse("forums:action", args=[row.pk])
    )


def _one_sided(row: Dispute) -> Lapse:
    why = _("only one party is left in it; it can withdraw the dispute")
    return Lapse(_("Dispute"), row.title, why, reverse("reviews:dispute", args=[row.pk]))


def fiscal_year(programme: Programme, on: datetime.date) -> int:
    """The programme's year that holds the day, by the calendar year in which it begins."""
    return on.year if on.month >= programme.fiscal_year_start else on.year - 1


def _funding(user: Any, programme: Programme, on: datetime.date) -> list[Found]:
    year = fiscal_year(programme, on)
    readable = set(
        labs.readable_plans(user, on)
        .filter(lab__area__programme=programme)
        .values_list("pk", flat=True)
    )
    runs = Initiative.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on),
        Q(finishes_on=None) | Q(finishes_on__gte=on),
        Q(expires_on=None) | Q(expires_on__gte=on),
        plan__lab__area__programme=programme,
        until_revision=None,
    )
    lines = BudgetLine.objects.filter(
        initiative_key__in=runs.values("key"), until_revision=None, year=year, planned__gt=0
    )
    planned = _planned(lines)
    backed = _backed(lines, planned)
    bare = [row for row in runs.order_by("position", "pk") if row.key in planned.keys() - backed]
    named = [row for row in bare if row.plan_id in readable]
    told = [_bare(row, year, planned[row.key]) for row in named[:SHOWN]]
    return [(told, len(bare)), _sources(programme, on)]


def _planned(lines: QuerySet[BudgetLine]) -> dict[Any, dict[str, Decimal]]:
    """Money planned for the year, by initiative and currency."""
    found: dict[Any, dict[str, Decimal]] = {}
    sums = lines.order_by().values_list("initiative_key", "currency").annotate(Sum("planned"))
    for key, currency, amount in sums:
        found.setdefault(key, {})[currency] = amount
    return found


def _backed(lines: QuerySet[BudgetLine], planned: Iterable[Any]) -> set[Any]:
    """The initiatives for which something is allotted this year, or allocated by decision."""
    lines_of = dict(lines.values_list("key", "initiative_key"))
    allotted = (
        BudgetFigure.objects.filter(
            line_key__in=lines.values("key"), kind=BudgetFigure.Kind.ALLOTTED
        )
        .order_by()
        .values_list("line_key")
        .annotate(amount=Sum("amount"))
    )
    allocated = Allocation.objects.filter(
        initiative_key__in=list(planned), decision__outcome=Decision.Outcome.CARRIED
    )
    by_line = {lines_of[key] for key, amount in allotted if amount > 0}
    return by_line | set(allocated.values_list("initiative_key", flat=True))


def _bare(row: Initiative, year: int, planned: dict[str, Decimal]) -> Lapse:
    amounts = ", ".join(f"{currency} {amount:,.0f}" for currency, amount in sorted(planned.items()))
    why = _("%(planned)s are planned for %(year)s and nothing is allotted") % {
        "planned": amounts,
        "year": year,
    }
    url = reverse("labs:plan", args=[row.plan_id]) + f"#initiative-{row.key}"
    return Lapse(_("Initiative"), row.title, why, url)


def _sources(programme: Programme, on: datetime.date) -> Found:
    """Sources of money whose funder has ended: nobody has said that it goes on."""
    gone = FundingSource.objects.filter(programme=programme, funder__succeeded_on__lte=on)
    return _found(gone, gone.select_related("funder__successor"), _source)


def _source(row: FundingSource) -> Lapse:
    why = _("%(funder)s, from which it comes, has ended") % {
        "funder": row.funder.name if row.funder else ""
    }
    return Lapse(_("Funding source"), row.name, why)


def _cycles(user: Any, programme: Programme, on: datetime.date) -> list[Found]:
    silent = _silent_forums(programme, on)
    waits = Revision.objects.filter(
        plan__lab=OuterRef("pk"),
        state__in=(Revision.State.SUBMITTED, Revision.State.ADOPTED),
    )
    late = Lab.objects.filter(
        ~Exists(waits), area__programme=programme, ends_on__lt=on, closed_at=None
    ).order_by("ends_on", "pk")
    seen = late.filter(pk__in=labs.readable(user, on).values("pk"))
    return [(silent[:SHOWN], len(silent)), _found(late, seen, _late_lab)]


def _silent_forums(programme: Programme, on: datetime.date) -> list[Lapse]:
    """Forums that put and decided nothing for more than twice the days between their meetings."""
    put = Motion.objects.filter(forum=OuterRef("pk")).order_by("-at")
    decided = Decision.objects.filter(motion__forum=OuterRef("pk")).order_by("-at")
    run = Lab.objects.filter(area__programme=programme)
    begun = run.aggregate(first=Min("at"), last=Max("at"))["first"]
    forums = (
        Forum.objects.filter(
            Q(pk__in=programme.areas.values("home_forum")) | Q(pk__in=run.values("steering")),
            closed_on=None,
        )
        .annotate(put=Subquery(put.values("at")[:1]), decided=Subquery(decided.values("at")[:1]))
        .order_by("name")
    )
    found = []
    for forum in forums:
        moments = [moment for moment in (forum.put, forum.decided) if moment is not None]
        since = max(moments, default=begun)
        if since is None or (on - since.date()).days <= TIMES * forum.meets_every_days:
            continue
        why = (
            _("nothing put or decided since %(day)s; it meets every %(days)d days")
            if moments
            else _("nothing put or decided yet, since %(day)s; it meets every %(days)d days")
        ) % {"day": date_format(since, "j F Y"), "days": forum.meets_every_days}
        url = reverse("forums:forum", args=[forum.pk])
        found.append(Lapse(_("Forum"), forum.name, why, url))
    return found


def _late_lab(row: Lab) -> Lapse:
    why = _("it ended on %(day)s and no plan has been put to its committee") % {
        "day": date_format(row.ends_on, "j F Y")
    }
    return Lapse(_("Lab"), row.title, why, reverse("labs:lab", args=[row.pk]))
