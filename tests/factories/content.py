"""Parts that hang on initiatives and milestones, written into drafts or brought into force."""

from __future__ import annotations

import datetime
import uuid

from labs.models import Plan, Revision
from labs.services import revisions
from people.models import Organisation
from tests.factories import labs as make
from tests.factories.people import OrganisationFactory

BY = {"by": make.SYSTEM, "at": make.AT}
AT = make.AT


def initiative_of(draft: Revision) -> uuid.UUID:
    """The first initiative of a draft."""
    return next(iter(make.plans.draft(draft).initiatives))


def milestone_of(draft: Revision, title: str = "Step 1") -> uuid.UUID:
    """The milestone of a draft with this title."""
    steps = make.plans.draft(draft).milestones.values()
    return next(each.key for each in steps if each.title == title)


def change(draft: Revision, part: str, key: uuid.UUID, **fields: object) -> uuid.UUID:
    """Change fields of a part in a draft."""
    return revisions.edit(
        revision=draft, part=part, key=key, fields=fields, reason="It turned out so", **BY
    )


def budget_line(draft: Revision, planned: str = "1000", **fields: object) -> uuid.UUID:
    given = {
        "initiative_key": str(initiative_of(draft)),
        "title": "Cars",
        "currency": "MYR",
        "year": "2019",
    }
    return make.add(draft, "budget_line", planned=planned, **{**given, **fields})


def promise(
    draft: Revision, beneficiary: Organisation | None = None, **fields: object
) -> uuid.UUID:
    given = {
        "initiative_key": str(initiative_of(draft)),
        "title": "Hire 50 guards",
        "verify_on": "2019-03-31",
        "sanction": "The subsidy is paid back",
        "beneficiary": str((beneficiary or OrganisationFactory()).pk),
    }
    return make.add(draft, "commitment", **{**given, **fields})


def request(draft: Revision, provider: Organisation | None = None, **fields: object) -> uuid.UUID:
    given = {
        "milestone_key": str(milestone_of(draft)),
        "title": "A road to the station",
        "provider": str((provider or OrganisationFactory()).pk),
        "due_on": "2019-04-30",
    }
    return make.add(draft, "dependency", **{**given, **fields})


def adopted(draft: Revision, at: datetime.datetime = AT) -> Plan:
    """The plan with the draft in force."""
    if not draft.stress_tests.exists():
        make.tested(draft)
    make.adopt(draft, at)
    return Plan.objects.select_related("lab__area__programme", "in_force").get(pk=draft.plan_id)
