"""A plan over time, and what can be computed of a revision for its stress test."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config import clock
from labs import permissions
from labs.selectors import gantt as gantts
from labs.selectors import labs, stress
from labs.views.plans import about, readable_revision


@require_safe
def gantt(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan in force over time; ``?initiative=`` chooses one, ``?page=`` a page."""
    on = clock.now().date()
    plan = get_object_or_404(labs.readable_plans(request.user, on), pk=pk)
    view = gantts.view(
        plan,
        on,
        initiative=_key(request.GET.get("initiative", "")),
        number=request.GET.get("page"),
    )
    context = {
        "plan": plan,
        "lab": plan.lab,
        "programme": plan.lab.area.programme,
        "view": view,
        "page": view.page,
        "picture": view.picture,
        "today": on,
    }
    return render(request, "labs/gantt.html", context)


def _key(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be computed of a revision: money, people, time, capability, windows, scenarios."""
    found = readable_revision(request, pk)
    title = _("What the plan is up against")
    context = about(found, title) | {
        "figures": stress.figures(found),
        "may_test": permissions.may_record_stress_test(request.user, found, on=clock.now().date()),
        "cancel_url": reverse("labs:revision", args=[found.pk]),
    }
    return render(request, "labs/stress_figures.html", context)
