"""What follows in labs when one organisation takes the place of another.

No event of its own: reviews.services.reorganisations records one of the whole act. What
is over stays as it was: closed labs, closed programmes, adopted versions of plans.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db.models import Q

from labs.models import (
    Condition,
    Coordination,
    Initiative,
    Lab,
    Milestone,
    Plan,
    ProgrammeReader,
    Recommendation,
    ResultArea,
    Revision,
    Seat,
)
from people.models import Organisation, Post

Successors = Mapping[Organisation, Organisation]


def follow_areas(
    *, successors: Successors, chosen: Mapping[ResultArea, Organisation] | None = None
) -> list[tuple[ResultArea, Organisation]]:
    """Areas of open programmes get the successor of their lead, or the one chosen for them.

    Gives the areas that changed with their lead before.
    """
    wanted = {area.pk: lead for area, lead in (chosen or {}).items()}
    areas = ResultArea.objects.filter(
        Q(lead__in=[old.pk for old in successors]) | Q(pk__in=wanted),
        programme__closed_at=None,
    ).select_related("lead", "programme")
    changed = []
    for area in areas.order_by("pk"):
        before = area.lead
        lead = wanted.get(area.pk) or successors.get(before) or before
        if lead != before:
            area.lead = lead
            changed.append((area, before))
    ResultArea.objects.bulk_update([area for area, _before in changed], ["lead"])
    return changed


def follow_seats(*, successors: Successors) -> tuple[list[Seat], list[Seat]]:
    """Seats in labs that run pass to the successor.

    An organisation has one seat in a lab: where the successor has one already, the other
    stays as what was said there and is heard, no longer core. Gives both kinds.
    """
    olds = {old.pk: new for old, new in successors.items()}
    seats = list(
        Seat.objects.filter(organisation__in=olds, lab__closed_at=None)
        .select_related("lab", "organisation")
        .prefetch_related("lab__restricted_to")
        .order_by("kind", "pk")
    )
    seated = set(
        Seat.objects.filter(lab__in={seat.lab_id for seat in seats}).values_list(
            "lab_id", "organisation_id"
        )
    )
    passed, joined = [], []
    for seat in seats:
        successor = olds[seat.organisation_id]
        if (seat.lab_id, successor.pk) in seated:
            seat.kind, seat.post = Seat.Kind.INVITED, None
            joined.append(seat)
            continue
        seated.add((seat.lab_id, successor.pk))
        seat.organisation = successor
        passed.append(seat)
    Seat.objects.bulk_update([*passed, *joined], ["organisation", "kind", "post"])
    return passed, joined


def follow_readers(*, successors: Successors) -> int:
    """The successor reads whatever its predecessors could; how many programmes are new to it.

    By name, by an area they led or by a seat they had, in closed programmes too.
    """
    made = 0
    for old, new in successors.items():
        named = ProgrammeReader.objects.filter(organisation=old).values_list("programme")
        led = ResultArea.objects.filter(lead=old).values_list("programme")
        sat = Lab.objects.filter(seats__organisation=old).values_list("area__programme")
        for (programme,) in {*named, *led, *sat}:
            _row, created = ProgrammeReader.objects.get_or_create(
                programme_id=programme, organisation=new
            )
            made += created
    return made


def pass_registers(*, from_post: Post, to_post: Post) -> dict[str, list[str]]:
    """Recommendations, coordination and conditions still open pass to another post; their names."""
    followed = Recommendation.objects.filter(
        owner=from_post, state__in=(Recommendation.State.OPEN, Recommendation.State.ACCEPTED)
    )
    sorted_out = Coordination.objects.filter(coordinator=from_post, closed_at=None)
    conditions = Condition.objects.filter(
        owner=from_post,
        action=None,
        revision__state__in=(Revision.State.DRAFT, Revision.State.SUBMITTED),
    )
    told = {
        "recommendations": [each.title for each in followed],
        "coordination": [each.get_kind_display() for each in sorted_out],
        "conditions": [each.text for each in conditions],
    }
    followed.update(owner=to_post)
    sorted_out.update(coordinator=to_post)
    conditions.update(owner=to_post)
    return told


def pass_seats(*, from_post: Post, to_post: Post) -> tuple[list[Seat], list[Seat]]:
    """Seats in labs that run are taken by the other post, if it is of the same organisation.

    Else the seat stays its organisation's, which names somebody. Gives both kinds.
    """
    seats = list(
        Seat.objects.filter(post=from_post, lab__closed_at=None)
        .select_related("lab", "organisation")
        .order_by("pk")
    )
    taken = [seat for seat in seats if seat.organisation_id == to_post.organisation_id]
    left = [seat for seat in seats if seat not in taken]
    Seat.objects.filter(pk__in=[seat.pk for seat in taken]).update(post=to_post)
    Seat.objects.filter(pk__in=[seat.pk for seat in left]).update(post=None)
    return taken, left


def steps_of(*, post: Post) -> dict[Plan, dict[tuple[str, uuid.UUID], str]]:
    """What a post answers for in plans in force: part and key to the field that names it."""
    found: dict[int, dict[tuple[str, uuid.UUID], str]] = {}
    for part, field, rows in (
        ("milestone", "owner", Milestone.objects.filter(owner=post)),
        ("initiative", "lead", Initiative.objects.filter(lead=post)),
    ):
        in_force = rows.filter(until_revision=None, plan__lab__area__programme__closed_at=None)
        for key, plan in in_force.values_list("key", "plan"):
            found.setdefault(plan, {})[part, key] = field
    plans = Plan.objects.filter(pk__in=found).select_related("lab__area__programme")
    return {plan: found[plan.pk] for plan in plans.prefetch_related("lab__restricted_to")}
