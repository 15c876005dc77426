"""What others learned where somebody faces the same: lessons, and how earlier disputes ended.

At most five of each, the nearest first, each with why it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from kpis.models import Kpi
from kpis.selectors import kpis as kpi_selectors
from labs.models import Lesson, Plan, ReferenceItem, ResultArea
from labs.models.reference import List
from labs.selectors import labs as lab_selectors
from labs.selectors import lessons
from labs.selectors import programmes as programme_selectors
from reviews.models import Dispute, Explanation, Review, Tier
from reviews.models.disputes import About
from reviews.models.reviews import Cause
from reviews.selectors import disputes, lesson_subjects, subjects

SHOWN = 5
INSTRUMENT, CAUSE, AREA = 4, 2, 1  # how near
# What is mostly at fault where parties disagree about it.
CAUSES_OF: dict[str, tuple[str, ...]] = {
    About.VALUE: (Cause.DATA,),
    About.TARGET: (Cause.GOAL,),
    About.ATTRIBUTION: (Cause.COORDINATION, Cause.INSTITUTION),
    About.RESOURCE: (Cause.MEANS, Cause.COORDINATION),
    About.DEPENDENCY: (Cause.COORDINATION,),
    About.PLAN: (Cause.MEANS, Cause.GOAL),
}
ANY_DISPUTE = (Cause.COORDINATION, Cause.GOAL)


@dataclass(frozen=True)
class Offer:
    """A lesson and why it is shown."""

    lesson: Lesson
    why: list[str]


@dataclass(frozen=True)
class Earlier:
    """A dispute that has ended: how, at which tier, after how many days; why it is shown."""

    dispute: Dispute
    days: int
    tier_forum: str
    why: str


@dataclass(frozen=True)
class Facing:
    """What a page offers; ``hidden`` lessons and disputes fit too, but may not be named."""

    offers: list[Offer] = field(default_factory=list)
    hidden: int = 0
    earlier: list[Earlier] = field(default_factory=list)
    hidden_earlier: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.offers or self.hidden or self.earlier or self.hidden_earlier)


def of_review(user: Any, on: date, review: Review, cause: str = "") -> Facing:
    """For whoever explains a deviation: same instruments, same cause, same result area.

    ``cause`` as chosen; without one that of the newest explanation, where there is one.
    """
    if cause not in Cause.values:
        newest = Explanation.objects.filter(review=review).order_by("-at", "-pk")
        cause = newest.values_list("cause", flat=True).first() or ""
    return _lessons(
        user,
        on,
        area=subjects.of_review(review).area,
        instruments=lesson_subjects.behind(review),
        causes=[cause] if cause else [],
    )


def of_dispute(
    user: Any,
    on: date,
    *,
    kpi: Kpi | None = None,
    plan: Plan | None = None,
    milestone_key: UUID | None = None,
    about: str = "",
    but: int | None = None,
) -> Facing:
    """For whoever opens or reads a dispute: lessons, and how earlier ones like it ended.

    ``about`` as in Dispute; ``but`` is a dispute to leave out. Empty without a subject.
    """
    if kpi is None and plan is None:
        return Facing()
    area = kpi.area if kpi is not None else plan.lab.area  # type: ignore[union-attr]
    found = _lessons(
        user,
        on,
        area=area,
        instruments=_instruments(kpi, plan, milestone_key),
        causes=CAUSES_OF.get(about, ANY_DISPUTE),
    )
    earlier, hidden = _earlier(user, on, area, _same(kpi, plan, milestone_key), about, but)
    return Facing(found.offers, found.hidden, earlier, hidden)


def _instruments(
    kpi: Kpi | None, plan: Plan | None, milestone_key: UUID | None
) -> list[ReferenceItem]:
    if kpi is not None:
        return lesson_subjects.behind_goal(kpi.goal_key)
    if milestone_key is not None:
        return lesson_subjects.behind_milestone(milestone_key)
    return lesson_subjects.behind_plan(plan) if plan is not None else []


def _lessons(
    user: Any,
    on: date,
    *,
    area: ResultArea,
    instruments: Iterable[ReferenceItem],
    causes: Iterable[str],
) -> Facing:
    codes = sorted({item.code for item in instruments})
    wanted = sorted({str(cause) for cause in causes})
    alike = Q(instrument__list=List.INSTRUMENT, instrument__code__in=codes)
    fault, own = Q(cause__in=wanted), Q(lab__area=area)
    fitting = alike | fault | own
    readable = lessons.readable(user, on)
    near = readable.filter(fitting).annotate(
        nearness=_if(alike, INSTRUMENT) + _if(fault, CAUSE) + _if(own, AREA),
        beside=_if(Q(programme=area.programme_id), 1),
    )
    order: Any = ("-nearness", "-beside", "-at", "-pk")
    ranked = lessons.named(near).order_by(*order)
    reach = Lesson.objects.filter(fitting, programme__in=programme_selectors.readable_ids(user, on))
    return Facing(
        offers=[Offer(row, _why(row, codes, wanted, area)) for row in ranked[:SHOWN]],
        hidden=reach.exclude(pk__in=readable.values("pk")).count(),
    )


def _if(condition: Q, value: int) -> Case:
    return Case(When(condition, then=Value(value)), default=Value(0), output_field=IntegerField())


def _why(lesson: Lesson, codes: list[str], causes: list[str], area: ResultArea) -> list[str]:
    found = []
    if lesson.instrument is not None and lesson.instrument.code in codes:
        found.append(_("same instrument: %(instrument)s") % {"instrument": lesson.instrument})
    if lesson.cause in causes:
        found.append(_("same cause: %(cause)s") % {"cause": Cause(lesson.cause).label})
    if lesson.lab is not None and lesson.lab.area_id == area.pk:
        found.append(_("same result area"))
    return found


def _same(kpi: Kpi | None, plan: Plan | None, milestone_key: UUID | None) -> Q:
    if kpi is not None:
        return Q(kpi=kpi)
    return Q(milestone_key=milestone_key) if milestone_key else Q(plan=plan, milestone_key=None)


def _earlier(
    user: Any, on: date, area: ResultArea, same: Q, about: str, but: int | None
) -> tuple[list[Earlier], int]:
    """Disputes that ended about the same subject, then those of the area on the same kind."""
    fitting = same | Q(area=area, about=about) if about else same
    ended = Dispute.objects.filter(fitting).exclude(state=Dispute.State.OPEN)
    if but is not None:
        ended = ended.exclude(pk=but)
    seen = disputes.readable(user, on).values("pk")
    rows = _with_tier(ended.filter(pk__in=seen)).annotate(own=_if(same, 1))
    found = [
        Earlier(
            dispute=row,
            days=(row.ended_at - row.at).days if row.ended_at else 0,
            tier_forum=row.tier_forum,  # type: ignore[attr-defined]  # annotated
            why=_("about the same") if row.own else _("same kind, same result area"),  # type: ignore[attr-defined]
        )
        for row in rows.order_by("-own", "-ended_at", "-pk")[:SHOWN]
    ]
    return found, ended.exclude(pk__in=seen).count()


def _with_tier(found: QuerySet[Dispute]) -> QuerySet[Dispute]:
    here = Tier.objects.filter(dispute=OuterRef("pk"), number=OuterRef("tier"))
    return found.annotate(tier_forum=Subquery(here.values("forum__name")[:1]))


def of_open_dispute(user: Any, on: date, dispute: Dispute) -> Facing:
    """For whoever reads an open dispute; empty once it has ended."""
    if dispute.state != Dispute.State.OPEN:
        return Facing()
    return of_dispute(
        user,
        on,
        kpi=dispute.kpi,
        plan=dispute.plan,
        milestone_key=dispute.milestone_key,
        about=dispute.about,
        but=dispute.pk,
    )


def of_choice(user: Any, on: date, subject: str, about: str) -> Facing:
    """For the form that opens a dispute: its ``subject`` as dispute_choices writes it.

    Empty for a subject the user may not read, or none.
    """
    kind, _colon, rest = subject.partition(":")
    pk, _colon, key = rest.partition(":")
    if not pk.isdecimal():
        return Facing()
    if kind == "kpi":
        kpi = kpi_selectors.readable(user, on).select_related("area").filter(pk=int(pk)).first()
        return of_dispute(user, on, kpi=kpi, about=about)
    plan = lab_selectors.readable_plans(user, on).filter(pk=int(pk)).first()
    return of_dispute(user, on, plan=plan, milestone_key=_uuid(key), about=about)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
