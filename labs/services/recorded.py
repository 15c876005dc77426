"""Changes of a plan that follow from elsewhere, recorded in one revision per plan.

A post hands its duties over, or a ministry that provides something merges into another:
nothing about what is to be done, for how much or by when changes, so no forum decides
anew. The revision is numbered like any other, so old versions read as they were.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Change, Plan, Revision
from labs.rules import revisions as rules
from labs.selectors import content
from labs.services.revisions import adoption
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused

# Who answers for a part or takes part in it; never what, when or how much.
PASSED_ON = frozenset({"owner", "lead", "beneficiary", "provider"})
Values = Mapping[tuple[str, uuid.UUID], Mapping[str, Any]]


class NotForThis(Refused):
    message = _("Only who answers for a part can be passed on like this. Start a revision.")
    code = "not_passed_on"


@transaction.atomic
def pass_on(
    *, plan: Plan, values: Values, title: str, reason: str, by: Actor, at: datetime
) -> Revision | None:
    """Write new owners, leads, beneficiaries or providers into the plan in force, in one revision.

    ``values``: what each part, by kind and key, names from now on (ids as text). Gives
    None where nothing is in force or nothing would change, so it is safe to run twice.
    Raises NotForThis, adoption.Stale when the plan changed at this moment.
    """
    if any(set(fields) - PASSED_ON for fields in values.values()):
        raise NotForThis
    plan = Plan.objects.select_related("lab__area__programme", "in_force").get(pk=plan.pk)
    if plan.in_force is None:
        return None
    current = content.raw_content(plan)
    changes = [
        (part, key, name, current[part, key].get(name), value)
        for (part, key), fields in values.items()
        if (part, key) in current
        for name, value in fields.items()
        if current[part, key].get(name) != value
    ]
    if not changes:
        return None
    revision = Revision.objects.create(
        plan=plan,
        base=plan.in_force,
        title=title[:200],
        reason=reason,
        route=Revision.Route.OWNER,
        at=at,
        **Revision.fields_of(by),
    )
    Change.objects.bulk_create(
        Change(
            revision=revision,
            part=part,
            key=key,
            field=name,
            before=before,
            after=after,
            reason=reason,
            touches=rules.touches(part, name),
            by_user_id=by.user_id,
        )
        for part, key, name, before, after in changes
    )
    return adoption.bring_into_force(
        revision=revision,
        state=Revision.State.DRAFT,
        route=Revision.Route.OWNER,
        decision=None,
        by=by,
        at=at,
    )
