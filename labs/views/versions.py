"""Which version of a plan a page shows."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from labs.models import Plan, Revision
from labs.selectors import plans


def shown_revision(request: HttpRequest, plan: Plan) -> Revision | None:
    """The adopted revision asked for with ``?revision=n``, else the one in force.

    404 if there is none of that number.
    """
    wanted = request.GET.get("revision", "")
    if not wanted:
        return plan.in_force
    found = plans.adopted(plan).filter(number=int(wanted)).first() if _is_number(wanted) else None
    if found is None:
        raise Http404
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8
