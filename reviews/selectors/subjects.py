"""What a review or a deviation is about: a KPI with all its series, or a milestone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from forums.models import Forum
from forums.selectors import ladders
from kpis.models import Deviation, Kpi
from kpis.selectors import kpis as kpi_selectors
from labs.models import Goal, Lab, Milestone, Plan, Programme, ResultArea
from labs.selectors import labs as lab_selectors
from people.models import Post, User
from people.selectors import calendars
from people.selectors import people as people_selectors
from reviews.models import Review


@dataclass(frozen=True)
class Subject:
    """A KPI or a milestone, with who answers for it and where it is dealt with."""

    title: str
    area: ResultArea
    owner: Post | None
    verifier: Post | None
    restricted: bool
    url: str
    kpi: Kpi | None = None
    plan: Plan | None = None
    milestone_key: UUID | None = None

    @property
    def programme(self) -> Programme:
        return self.area.programme

    @property
    def forum(self) -> Forum:
        """The home forum of the result area, or its successor: reviews open there."""
        home = self.area.home_forum
        return home if home.closed_on is None else ladders.sitting_for(home)

    @property
    def keys(self) -> dict[str, object]:
        """The columns that name this subject in a review."""
        if self.kpi is not None:
            return {"kpi_id": self.kpi.pk}
        return {"plan_id": self.plan.pk if self.plan else None, "milestone_key": self.milestone_key}

    def day(self, at: datetime.datetime) -> datetime.date:
        """The date of ``at`` where the programme is."""
        return at.astimezone(ZoneInfo(self.programme.time_zone)).date()

    def deadline(self, at: datetime.datetime, working_days: int) -> datetime.date:
        """``working_days`` from ``at`` in the calendar of the forum, else the programme's."""
        country = self.forum.country or self.programme.country
        return calendars.deadline(self.day(at), working_days, country)


def of_kpi(kpi: Kpi) -> Subject:
    """The subject of a KPI loaded with area, programme, home forum, owner and verifier."""
    return Subject(
        title=kpi.name,
        area=kpi.area,
        owner=kpi.owner,
        verifier=kpi.verifier,
        restricted=kpi.restricted_to.exists(),
        url=reverse("kpis:kpi", args=[kpi.code]),
        kpi=kpi,
    )


def of_milestone(plan: Plan, key: UUID) -> Subject:
    """The subject of a milestone: its newest row, even when it has left the plan."""
    row = (
        Milestone.objects.filter(plan=plan, key=key)
        .select_related("owner__organisation")
        .order_by("-from_revision__number")
        .first()
    )
    return Subject(
        title=row.title if row else str(key),
        area=plan.lab.area,
        owner=row.owner if row else None,
        verifier=None,
        restricted=plan.lab.restricted_to.exists(),
        url=reverse("labs:milestone", args=[key]),
        plan=plan,
        milestone_key=key,
    )


def of_review(review: Review) -> Subject:
    """The subject of a review."""
    if review.kpi_id:
        return of_kpi(kpis().get(pk=review.kpi_id))
    return of_milestone(plans().get(pk=review.plan_id), _key(review.milestone_key))


def of_deviation(deviation: Deviation) -> Subject:
    """The subject of a deviation: the whole KPI, whichever of its series deviates."""
    if deviation.series_id:
        return of_kpi(kpis().get(definitions__series=deviation.series_id))
    return of_milestone(plans().get(pk=deviation.plan_id), _key(deviation.milestone_key))


def plan_of(review: Review) -> Plan | None:
    """The plan whose goal the subject serves; None for a KPI outside any plan."""
    if review.plan_id:
        return plans().get(pk=review.plan_id)
    key = Kpi.objects.values_list("goal_key", flat=True).get(pk=review.kpi_id)
    if key is None:
        return None
    goal = Goal.objects.filter(key=key).order_by("-pk").first()
    return plans().get(pk=goal.plan_id) if goal else None


def lab_of(review: Review) -> Lab | None:
    """The lab that made the plan the subject belongs to."""
    plan = plan_of(review)
    return plan.lab if plan else None


def holders(posts: Iterable[Post | None], on: datetime.date) -> list[int]:
    """Ids of the users who hold any of ``posts``: recipients of a notice."""
    return sorted(people_selectors.user_ids_holding(posts, on))


def told(subject: Subject, posts: Iterable[Post | None], on: datetime.date) -> list[int]:
    """Of the holders of ``posts`` those who may be told of the subject by name (fact 8)."""
    ids = holders(posts, on)
    if not subject.restricted:
        return ids
    own = set(holders([subject.owner], on))
    return [
        user.pk
        for user in User.objects.filter(pk__in=ids).order_by("pk")
        if user.pk in own or _reads(user, subject, on)
    ]


def _reads(user: User, subject: Subject, on: datetime.date) -> bool:
    if subject.kpi is not None:
        return kpi_selectors.readable(user, on).filter(pk=subject.kpi.pk).exists()
    plan = subject.plan.pk if subject.plan else None
    return lab_selectors.readable_plans(user, on).filter(pk=plan).exists()


def kpis():  # type: ignore[no-untyped-def]
    """KPIs with what a subject needs, in one query."""
    return Kpi.objects.select_related(
        "area__programme", "area__home_forum", "owner__organisation", "verifier__organisation"
    )


def plans():  # type: ignore[no-untyped-def]
    """Plans with what a subject needs, in one query."""
    return Plan.objects.select_related("lab__area__programme", "lab__area__home_forum")


def _key(key: UUID | None) -> UUID:
    if key is None:
        raise ValueError("a subject without series has a milestone")
    return key
