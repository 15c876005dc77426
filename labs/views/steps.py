"""All milestones of one initiative, page by page: for plans of thousands of steps."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from labs import permissions
from labs.selectors import plans
from labs.views.plans import readable_revision

PER_PAGE = 100


@require_safe
def steps(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """The milestones of an initiative as a revision makes it, or made it."""
    on = clock.now().date()
    revision = readable_revision(request, pk)
    is_in_force = revision.pk == revision.plan.in_force_id
    content = plans.draft(revision)
    line = plans.initiative(content, key, revision.plan, on=on, recorded=is_in_force)
    if line is None:
        raise Http404
    context = {
        "revision": revision,
        "plan": revision.plan,
        "lab": revision.plan.lab,
        "programme": revision.plan.lab.area.programme,
        "title": line.content.title,
        "initiative": line,
        "is_in_force": is_in_force,
        "may_edit": permissions.may_edit(request.user, revision, on=on),
        "page": Paginator(line.milestones, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "labs/steps.html", context)
