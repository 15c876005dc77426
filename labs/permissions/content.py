"""Money, promises and requests of a plan: who records, verifies and answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from labs.models import Commitment, Dependency, Plan, Programme
from people.models import Post
from people.selectors import people


def may_record_figures(user: Any, plan: Plan, *, on: date) -> bool:
    """Money allotted and spent: the delivery unit and the lead organisation."""
    if plan.lab.area.programme.is_closed:
        return False
    lead = plan.lab.area.lead_id
    return people.is_delivery_unit(user) or lead in people.organisation_ids_of(user, on)


def may_set_ceilings(user: Any, programme: Programme, *, on: date) -> bool:
    """The delivery unit, while the programme runs."""
    return people.is_delivery_unit(user) and not programme.is_closed


def may_check(user: Any, commitment: Commitment, *, on: date) -> bool:
    """As recording figures; nobody verifies what their own organisation promised (fact 9)."""
    return may_check_for(user, commitment.plan, commitment.beneficiary_id, on=on)


def may_check_for(user: Any, plan: Plan, beneficiary_id: int | None, *, on: date) -> bool:
    """The same for any promise of this beneficiary in the plan."""
    own = people.organisation_ids_of(user, on)
    return beneficiary_id not in own and may_record_figures(user, plan, on=on)


def recording_post(user: Any, plan: Plan, *, on: date) -> Post | None:
    """The post in which ``user`` records: one of the lead organisation, else any they hold."""
    held = people.posts_of(user, on)
    lead = plan.lab.area.lead_id
    own = next((post for post in held if post.organisation_id == lead), None)
    return own or (held[0] if held else None)


def answering_post(user: Any, dependency: Dependency, *, on: date) -> Post | None:
    """The post in which ``user`` answers: one of the organisation that is asked, and no other."""
    if dependency.plan.lab.area.programme.is_closed:
        return None
    held = people.posts_of(user, on)
    return next((each for each in held if each.organisation_id == dependency.provider_id), None)
