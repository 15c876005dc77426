"""Which programmes a user may read, and what their pages show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from forums.models import Forum
from forums.rules import ladders
from forums.selectors import members
from labs.models import Initiative, Lab, Milestone, Programme, ProgrammeReader, ResultArea, Seat
from ledger import once
from people.selectors import people


def reads_everything(user: Any) -> bool:
    """The delivery unit, administrators and auditors read every programme."""
    return bool(
        people.is_delivery_unit(user) or people.is_administrator(user) or people.is_auditor(user)
    )


@once.by_ids
def readable(user: Any, on: date) -> QuerySet[Programme]:
    """The programmes ``user`` may read on a day.

    All of them for those who read everything; else where the user or an organisation
    of theirs is a named reader, leads an area, sits in a lab or takes part in a forum
    that a result area or a lab reports to, or where a post of theirs leads an
    initiative or owns a milestone in force.
    """
    if not getattr(user, "is_authenticated", False):
        return Programme.objects.none()
    if reads_everything(user):
        return Programme.objects.all()
    posts = people.post_ids_of(user, on)
    organisations = people.organisation_ids_of(user, on)
    reach = forums_within_reach(user, on)
    in_force = {"until_revision": None}
    return Programme.objects.filter(
        Q(pk__in=ProgrammeReader.objects.filter(user=user.pk).values("programme"))
        | Q(
            pk__in=ProgrammeReader.objects.filter(organisation__in=organisations).values(
                "programme"
            )
        )
        | Q(
            pk__in=ResultArea.objects.filter(
                Q(lead__in=organisations) | Q(home_forum__in=reach)
            ).values("programme")
        )
        | Q(pk__in=Lab.objects.filter(steering__in=reach).values("area__programme"))
        | Q(
            pk__in=Seat.objects.filter(
                Q(organisation__in=organisations) | Q(post__in=posts)
            ).values("lab__area__programme")
        )
        | Q(
            pk__in=Milestone.objects.filter(owner__in=posts, **in_force).values(
                "plan__lab__area__programme"
            )
        )
        | Q(
            pk__in=Initiative.objects.filter(lead__in=posts, **in_force).values(
                "plan__lab__area__programme"
            )
        )
    )


def readable_ids(user: Any, on: date) -> Any:
    """Their ids, for ``filter(programme__in=…)``."""
    return once.ids(readable, user, on)


@once.once
def forums_within_reach(user: Any, on: date) -> frozenset[int]:
    """The forums ``user`` takes part in, and all that report to them up the ladder."""
    own = members.forum_ids_of(user, on)
    if not own:
        return frozenset()
    rows = list(Forum.objects.values_list("pk", "parent", "successor"))
    parents = {pk: parent for pk, parent, _ in rows}
    successors = {pk: successor for pk, _, successor in rows if successor is not None}
    below = {pk for pk in parents if own & set(ladders.climb(pk, parents, successors))}
    return own | below


def is_readable(user: Any, programme: Programme | int, on: date) -> bool:
    """Whether ``user`` may read this programme (or the one with this id)."""
    pk = programme if isinstance(programme, int) else programme.pk
    return readable(user, on).filter(pk=pk).exists()


def listed(user: Any, on: date) -> QuerySet[Programme]:
    """Readable programmes with how many areas and labs each has, open ones first."""
    return (
        readable(user, on)
        .annotate(area_count=Count("areas", distinct=True))
        .annotate(lab_count=Count("areas__labs", distinct=True))
        .order_by(F("closed_at").asc(nulls_first=True), "name")
    )


def nearest_first(user: Any, on: date) -> QuerySet[Programme]:
    """Readable programmes: open ones first, among them those their organisations lead areas of."""
    led = ResultArea.objects.filter(
        programme=OuterRef("pk"), lead__in=people.organisation_ids_of(user, on)
    )
    return (
        readable(user, on)
        .annotate(is_led=Exists(led))
        .order_by(F("closed_at").asc(nulls_first=True), "-is_led", "name")
    )


def areas_with_labs(programme: Programme, labs: QuerySet[Lab]) -> QuerySet[ResultArea]:
    """The areas of a programme, each with those of its labs that are among ``labs``."""
    visible = labs.select_related("plan__in_force", "steering")
    return programme.areas.select_related("lead", "home_forum", "conflict_forum").prefetch_related(
        Prefetch("labs", queryset=visible, to_attr="visible_labs")
    )
