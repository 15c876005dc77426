"""Which disputed KPIs a revision would touch, and who holds them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from forums.models import Forum, Motion
from kpis.models import Hold, Series
from labs.models import Change, Revision
from reviews.models import Dispute, HoldLift
from reviews.selectors import standing

REF = "dispute:"


def ref_of(dispute: Dispute) -> str:
    """Under which name the dispute holds a KPI."""
    return f"{REF}{dispute.pk}"


def dispute_of(hold: Hold) -> Dispute | None:
    """The dispute that a hold is named after."""
    number = hold.ref.removeprefix(REF)
    if not hold.ref.startswith(REF) or not number.isdigit():
        return None
    rows = Dispute.objects.select_related("area__programme", "kpi")
    return rows.filter(pk=int(number)).first()


def hold_of(dispute: Dispute) -> Hold | None:
    """The hold that the dispute has on its KPI, while it has one."""
    if dispute.kpi_id is None:
        return None
    held = Hold.objects.filter(kpi=dispute.kpi_id, ref=ref_of(dispute), lifted_at=None)
    return held.select_related("kpi").first()


def holds_on(revision: Revision) -> QuerySet[Hold]:
    """Open holds on what the revision changes: targets of a KPI, or the goal it measures."""
    changes = revision.changes.filter(touches=Change.Touches.GOAL)
    series = changes.filter(part=Change.Part.TARGET).values_list("key", flat=True)
    goals = changes.filter(part=Change.Part.GOAL).values_list("key", flat=True)
    kpis = Series.objects.filter(key__in=list(series)).values("definition__kpi")
    held = Hold.objects.filter(lifted_at=None)
    return (
        held.filter(Q(kpi__in=kpis) | Q(kpi__goal_key__in=list(goals)))
        .select_related("kpi")
        .order_by("pk")
    )


def forum_holding(dispute: Dispute) -> Forum:
    """The forum that may lift the hold: the one that has the dispute now."""
    return standing.forum_of(standing.tier_of(dispute))


def open_lift(hold: Hold) -> HoldLift | None:
    """The motion to lift the hold that is before a forum, if there is one."""
    rows = HoldLift.objects.filter(hold=hold, motion__state=Motion.State.OPEN)
    return rows.select_related("motion__forum").first()
