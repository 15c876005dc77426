"""Labs, who may see which, and what their pages show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from forums.selectors import members
from labs.models import Lab, Plan, Programme, Revision, Seat
from labs.selectors import programmes
from ledger import once
from people.selectors import people


def readable(user: Any, on: date) -> QuerySet[Lab]:
    """The labs ``user`` may read: those of readable programmes, less restricted ones."""
    if _reads_restricted(user):
        return Lab.objects.all()
    return _apart(user, on)


def readable_ids(user: Any, on: date) -> Any:
    """Their ids, for ``filter(lab__in=…)``."""
    if _reads_restricted(user):
        return Lab.objects.values("pk")
    return once.ids(_apart, user, on)


def hidden_count(user: Any, on: date, programme: Programme | None = None) -> int:
    """How many labs are kept from ``user`` by restriction: counted, never named (fact 8)."""
    within = _within(user, on)
    if programme is not None:
        within = within.filter(area__programme=programme)
    return within.exclude(pk__in=readable_ids(user, on)).count()


def readable_plans(user: Any, on: date) -> QuerySet[Plan]:
    """The plans of readable labs, with what every page about a plan names."""
    return Plan.objects.filter(lab__in=readable_ids(user, on)).select_related(
        "lab__area__programme", "lab__area__lead", "lab__steering", "in_force"
    )


def readable_plan_ids(user: Any, on: date) -> Any:
    """Their ids, for ``filter(plan__in=…)``."""
    if _reads_restricted(user):
        return Plan.objects.values("pk")
    return once.ids(readable_plans, user, on)


def readable_revisions(user: Any, on: date) -> QuerySet[Revision]:
    """The revisions of readable labs, drafts included: readers see what is coming."""
    return Revision.objects.filter(plan__lab__in=readable_ids(user, on)).select_related(
        "plan__lab__area__programme",
        "plan__lab__area__lead",
        "plan__lab__steering",
        "plan__in_force",
        "base",
        "motion",
        "decision__motion__forum",
        "by_user",
        "by_post__organisation",
    )


def listed(user: Any, on: date) -> QuerySet[Lab]:
    """Readable labs, newest first, with the state of their plans."""
    return (
        readable(user, on)
        .select_related("area__programme", "area__lead", "steering", "plan__in_force")
        .annotate(seat_count=Count("seats"))
        .order_by("-starts_on", "title")
    )


def seats(lab: Lab) -> QuerySet[Seat]:
    """The seats of a lab, core ones first."""
    return lab.seats.select_related("organisation", "post__organisation").order_by(
        "kind", "organisation__name"
    )


def revisions(plan: Plan) -> QuerySet[Revision]:
    """All revisions of a plan, newest first, with how many changes each has."""
    return (
        plan.revisions.select_related("decision", "by_post__organisation", "by_user")
        .annotate(change_count=Count("changes"))
        .order_by("-at", "-pk")
    )


def is_restricted(lab: Lab) -> bool:
    """Whether the lab is open to named forums only."""
    return lab.restricted_to.exists()


def _reads_restricted(user: Any) -> bool:
    """The delivery unit and auditors read every lab of every programme."""
    return bool(people.is_delivery_unit(user) or people.is_auditor(user))


def _within(user: Any, on: date) -> QuerySet[Lab]:
    return Lab.objects.filter(area__programme__in=programmes.readable_ids(user, on))


@once.by_ids
def _apart(user: Any, on: date) -> QuerySet[Lab]:
    """What is open to readers, and restricted labs of named forums and seated organisations."""
    through = Lab.restricted_to.through.objects.filter(lab=OuterRef("pk"))
    named = through.filter(forum__in=members.forum_ids_of(user, on))
    seated = Seat.objects.filter(
        lab=OuterRef("pk"), organisation__in=people.organisation_ids_of(user, on)
    )
    return _within(user, on).filter(~Exists(through) | Exists(named) | Q(Exists(seated)))
