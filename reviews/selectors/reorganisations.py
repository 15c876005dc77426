"""What a reorganisation or a handover touches: by kind, counted, and named where it may be.

A fixed number of queries, however much there is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forums.models import Action, Forum, Membership, Motion
from kpis.models import Kpi
from kpis.selectors import kpis as kpi_selectors
from labs.models import Commitment, Dependency, Initiative, Milestone, ResultArea, Seat
from labs.selectors import labs
from people.models import Organisation, Post
from reviews.models import Dispute, InformationRequest, Party
from reviews.selectors import disputes

SHOWN = 40
IN_FORCE = {"until_revision": None}


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is touched; ``count`` has those that are not named, too."""

    code: str
    label: str | Promise
    count: int
    names: list[str] = field(default_factory=list)
    note: str | Promise = ""

    @property
    def more(self) -> int:
        """How many are not named here: too many, or restricted."""
        return self.count - len(self.names)


def of_kind(
    code: str,
    label: str | Promise,
    every: QuerySet[Any],
    seen: QuerySet[Any] | None,
    note: str | Promise = "",
) -> Kind:
    """A kind from its rows; ``seen``: those the reader may see by name, None for all. Two queries."""
    named = every if seen is None else seen
    return Kind(code, label, every.count(), [_said(row) for row in named[:SHOWN]], note)


def _said(row: Any) -> str:
    match row:
        case Kpi() | Forum() | Organisation():
            return row.name
        case Milestone() | Initiative() | Dependency() | Commitment():
            return f"{row.title} ({row.plan.lab.title})"
        case ResultArea():
            return f"{row.name} ({row.programme.name})"
        case Seat():
            return f"{row.organisation.name}: {row.lab.title}"
        case Membership():
            return f"{row.post}: {row.forum.name}"
        case Party():
            return f"{row.organisation.name}: {row.dispute.title}"
        case InformationRequest():
            return row.dispute.title
        case Motion() | Action():
            return row.title
    return str(row)


def touched(
    user: Any, organisations: Iterable[Organisation], on: datetime.date, *, ending: bool = True
) -> list[Kind]:
    """Everything open that is in the name of these organisations, or of posts in them.

    ``ending``: another takes their place, and what is in their name follows.
    """
    ids = [each.pk for each in organisations]
    posts = Post.objects.filter(organisation__in=ids).filter(
        Q(abolished_on=None) | Q(abolished_on__gt=on)
    )
    found = [
        of_kind("posts", _("Posts"), posts.select_related("organisation"), None),
        *_owned(user, ids, on),
        *_named(user, ids, on, ending),
    ]
    if ending:
        below = Organisation.objects.filter(parent__in=ids, successor=None)
        found.append(of_kind("children", _("Organisations that are part of it"), below, None))
    return [kind for kind in found if kind.count]


def _owned(user: Any, ids: list[int], on: datetime.date) -> list[Kind]:
    """What the posts of these organisations answer for: it stays with the posts."""
    stays = _("stays with its post")
    plans = labs.readable_plan_ids(user, on)
    kpis = Kpi.objects.filter(retired_on=None, owner__organisation__in=ids)
    verified = Kpi.objects.filter(retired_on=None, verifier__organisation__in=ids)
    may_see = kpi_selectors.readable(user, on).values("pk")
    milestones = Milestone.objects.filter(**IN_FORCE, owner__organisation__in=ids)
    initiatives = Initiative.objects.filter(**IN_FORCE, lead__organisation__in=ids)
    actions = Action.objects.filter(state=Action.State.OPEN, owner__organisation__in=ids)
    members = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), post__organisation__in=ids
    )
    chaired = Forum.objects.filter(
        Q(chair__organisation__in=ids)
        | Q(alternate__organisation__in=ids)
        | Q(secretary__organisation__in=ids),
        closed_on=None,
    )
    return [
        of_kind("kpis", _("KPIs owned"), kpis, kpis.filter(pk__in=may_see), stays),
        of_kind("verified", _("KPIs verified"), verified, verified.filter(pk__in=may_see), stays),
        of_kind(
            "initiatives",
            _("Initiatives led"),
            initiatives,
            initiatives.filter(plan__in=plans).select_related("plan__lab"),
            stays,
        ),
        of_kind(
            "milestones",
            _("Milestones owned"),
            milestones,
            milestones.filter(plan__in=plans).select_related("plan__lab"),
            stays,
        ),
        of_kind(
            "actions",
            _("Open actions"),
            actions,
            actions.filter(Q(decision=None) | Q(decision__motion__restricted=False)),
            stays,
        ),
        of_kind("chaired", _("Forums chaired, or whose minutes it keeps"), chaired, None, stays),
        of_kind(
            "memberships",
            _("Places in forums"),
            members,
            members.select_related("post__organisation", "forum"),
            stays,
        ),
    ]


def _named(user: Any, ids: list[int], on: datetime.date, ending: bool) -> list[Kind]:
    """What is in the organisation's own name: it follows the successor while it is open."""
    follows = _("follows the successor") if ending else _("stays with it")
    readable = labs.readable_ids(user, on)
    plans = labs.readable_plan_ids(user, on)
    areas = ResultArea.objects.filter(lead__in=ids, programme__closed_at=None)
    seats = Seat.objects.filter(organisation__in=ids, lab__closed_at=None)
    cases = Party.objects.filter(
        organisation__in=ids, withdrew_at=None, dispute__state=Dispute.State.OPEN
    )
    asked = InformationRequest.objects.filter(
        organisation__in=ids,
        state=InformationRequest.State.OPEN,
        dispute__state=Dispute.State.OPEN,
    )
    seen = disputes.readable(user, on).values("pk")
    needs = Dependency.objects.filter(**IN_FORCE, provider__in=ids)
    promises = Commitment.objects.filter(**IN_FORCE, beneficiary__in=ids)
    return [
        of_kind("areas", _("Result areas led"), areas, areas.select_related("programme"), follows),
        of_kind(
            "seats",
            _("Seats in labs"),
            seats,
            seats.filter(lab__in=readable).select_related("lab", "organisation"),
            follows,
        ),
        of_kind(
            "parties",
            _("Disputes it is a party to"),
            cases,
            cases.filter(dispute__in=seen).select_related("dispute", "organisation"),
            follows,
        ),
        of_kind(
            "requests",
            _("Questions it has to answer"),
            asked,
            asked.filter(dispute__in=seen).select_related("dispute"),
            follows,
        ),
        of_kind(
            "dependencies",
            _("What others need of it"),
            needs,
            needs.filter(plan__in=plans).select_related("plan__lab"),
            follows,
        ),
        of_kind(
            "commitments",
            _("Promises it made"),
            promises,
            promises.filter(plan__in=plans).select_related("plan__lab"),
            follows,
        ),
    ]


def clashes(
    posts: Iterable[Post], into: Organisation | None, names: Iterable[str] = ()
) -> list[Post]:
    """Posts whose title another post of theirs, or of the organisation they join, has already."""
    taken = set(
        Post.objects.filter(organisation=into).values_list("title", flat=True) if into else ()
    )
    taken = {title.casefold() for title in taken}
    found = []
    for post in posts:
        if into is not None and post.organisation_id == into.pk:
            continue
        if post.title.casefold() in taken:
            found.append(post)
        taken.add(post.title.casefold())
    return found


def own_cases(organisations: Iterable[Organisation]) -> QuerySet[Dispute]:
    """Open disputes in which several of these organisations are parties: one side after a merger."""
    ids = [each.pk for each in organisations]
    among = Party.objects.filter(organisation__in=ids, withdrew_at=None)
    counted = among.order_by().values_list("dispute").annotate(sides=Count("pk"))
    several = [dispute for dispute, sides in counted if sides > 1]
    return Dispute.objects.filter(pk__in=several, state=Dispute.State.OPEN).order_by("pk")


LABELS: dict[str, str | Promise] = {
    "posts": _("Posts that moved"),
    "areas": _("Result areas with a new lead"),
    "seats": _("Seats in labs that passed to the successor"),
    "joined_seats": _("Seats whose organisation has one already: heard, no longer core"),
    "left_seats": _("Seats that stay with their organisation, which names a post"),
    "motions": _("Open motions in which the successor stands aside, too"),
    "parties": _("Disputes in which the successor is the party"),
    "one_side": _("Disputes in which several parties became one"),
    "requests": _("Questions the successor has to answer"),
    "plans": _("Plans with a recorded revision"),
    "readers": _("Programmes the successor reads from now on"),
    "children": _("Organisations that are part of the successor"),
    "kpis": _("KPIs owned"),
    "verified": _("KPIs verified"),
    "rules": _("Rules it answers for"),
    "initiatives": _("Initiatives led"),
    "milestones": _("Milestones owned"),
    "recommendations": _("Recommendations followed up"),
    "conditions": _("Conditions of plans"),
    "coordination": _("Coordination"),
    "actions": _("Open actions"),
    "to_check": _("Actions to verify"),
    "memberships": _("Places in forums"),
    "chaired": _("Forums chaired, or whose minutes it keeps"),
}


def told(kinds: dict[str, Any]) -> list[Kind]:
    """What a reorganisation or handover kept of what it did, by kind; nothing is read."""
    return [
        Kind(code, LABELS.get(code, code), kind["count"], list(kind["names"]))
        for code, kind in kinds.items()
        if kind["count"]
    ]
