"""Who can mend what a plan still misses: only they are given the link to where it is done."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from labs import permissions as lab_permissions
from labs.models import Revision
from labs.permissions import approval
from people.selectors import people
from reviews.selectors.gate import Missing

# Pages that every reader may open; there it says who acts.
OPEN = frozenset({"stands", "comments", "approval"})
# Only the delivery unit tests plans and changes labs.
UNIT = ("stress_test", "lab_")


def with_links(
    gaps: Iterable[Missing], user: Any, revision: Revision, *, on: datetime.date
) -> list[Missing]:
    """The same gaps, with links only to pages on which this user may act."""
    unit = people.is_delivery_unit(user)
    edits = lab_permissions.may_edit(user, revision, on=on)
    answers = _answerable(user, revision, on)

    def may_mend(gap: Missing) -> bool:
        if gap.code in OPEN:
            return True
        if gap.code.startswith("objection"):
            return gap.key in answers
        return unit or (edits and not gap.code.startswith(UNIT))

    return [gap if may_mend(gap) else replace(gap, url="") for gap in gaps]


def _answerable(user: Any, revision: Revision, on: datetime.date) -> set[str]:
    """The objections this user may answer. One query."""
    found = set()
    for objection in revision.objections.filter(answered_at=None, withdrawn_at=None):
        objection.revision = revision
        if approval.may_answer(user, objection, on=on):
            found.add(str(objection.pk))
    return found
