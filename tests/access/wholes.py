"""What plans have to do with each other, and an end to choose about, in the access world."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from labs.models import Coordination, Initiative, Plan
from labs.selectors.waits import mark_of
from tests.factories.labs import AT

SOON = AT.date() + datetime.timedelta(days=20)


def build(
    plan: Plan, initiative: UUID, restricted: Plan, kept: UUID, *, word: str
) -> dict[str, Any]:
    """An overlap with a plan that is kept to others, and a circle within that one."""
    for key in (initiative, kept):
        Initiative.objects.filter(key=key, until_revision=None).update(expires_on=SOON)
    open_part = _part("initiative", initiative, plan, "More patrols")
    kept_part = _part("initiative", kept, restricted, f"Dig {word}")
    programme = plan.lab.area.programme
    overlap = Coordination.objects.create(
        kind="overlap",
        mark=mark_of([initiative, kept]),
        programme=programme,
        parts=[open_part, kept_part],
        found_at=AT,
    )
    circle = Coordination.objects.create(
        kind="circle",
        mark=mark_of([kept]),
        programme=programme,
        parts=[{**kept_part, "part": "milestone"}],
        found_at=AT,
    )
    return {
        "coordination": overlap,
        "restricted coordination": circle,
        "restricted initiative": kept,
    }


def _part(part: str, key: UUID, plan: Plan, title: str) -> dict[str, Any]:
    return {
        "part": part,
        "key": str(key),
        "plan": plan.pk,
        "title": title,
        "owner": f"Owner of {title}",
        "post": None,
        "organisation": f"Office of {title}",
        "instrument": f"Grant for {title}",
        "group": "",
        "request": f"Needs {title}",
    }
