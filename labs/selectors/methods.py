"""What a lab's method asks about a plan, read once for the rule (labs.rules.methods)."""

from __future__ import annotations

from django.db.models import Count, Min, Q

from labs.models import ProblemStatement, Revision, Seat
from labs.rules import methods
from labs.rules.plans import PlanContent


def facts(revision: Revision, content: PlanContent) -> methods.LabFacts:
    """The lab and its plan as ``revision`` makes it, ``content``. Two queries."""
    plan = revision.plan
    seats = Seat.objects.filter(lab=plan.lab_id).aggregate(
        count=Count("pk"),
        first=Min("pk", filter=Q(kind=Seat.Kind.CORE)),
        core=Count("pk", filter=Q(kind=Seat.Kind.CORE) & ~Q(mandate="")),
    )
    newest = ProblemStatement.objects.filter(lab=plan.lab_id).order_by("-version").first()
    return methods.LabFacts(
        method=plan.lab.method,
        seats=seats["count"],
        core_seat=str(seats["first"] or ""),
        core_with_mandate=seats["core"],
        has_statement=newest is not None,
        has_causes=bool(newest and newest.causes.strip()),
        trials=tuple(
            methods.Trial(str(each.key), each.title, each.expires_on is not None)
            for each in content.initiatives.values()
        ),
        commitments=len(content.commitments),
        was_in_force=plan.in_force_id is not None,
    )
