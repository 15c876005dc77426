"""Promises of beneficiaries: which are to be verified, and verifying one."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.records import CheckForm
from labs.permissions import content as permissions
from labs.selectors import commitments, labs
from labs.services import commitments as services
from labs.views.pages import form_page
from labs.views.plans import crumbs_of
from people.permissions import require
from people.selectors.actors import acting

PER_PAGE = 50


@require_safe
def commitments_due(request: HttpRequest) -> HttpResponse:
    """Every promise whose day has come and that nobody has verified since."""
    on = clock.now().date()
    page = Paginator(commitments.due(request.user, on), PER_PAGE).get_page(request.GET.get("page"))
    lines = commitments.due_lines(page.object_list, request.user, on)
    return render(request, "labs/commitments_due.html", {"page": page, "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Say whether a promise was kept, with what shows it; earlier checks below."""
    at = clock.now()
    promise = commitments.in_force(key)
    readable = labs.readable_plans(request.user, at.date())
    if promise is None or not readable.filter(pk=promise.plan_id).exists():
        raise Http404
    require(permissions.may_check(request.user, promise, on=at.date()))
    form = CheckForm(request.POST if request.method == "POST" else None)
    post = permissions.recording_post(request.user, promise.plan, on=at.date())
    url = reverse("labs:initiative", args=[promise.initiative_key])
    return form_page(
        request,
        form=form,
        act=lambda: services.check(
            plan=promise.plan,
            commitment_key=key,
            **form.cleaned_data,
            by=acting(request.user, post),
            at=at,
        ),
        to=lambda _made: url + "#promises",
        done=_("Recorded. Everybody who reads the plan sees it."),
        template="labs/check.html",
        context={
            "title": _("Was this promise kept?"),
            "submit": _("Record"),
            "promise": promise,
            "checks": commitments.checks([key]).get(key, []),
            "crumbs": [*crumbs_of(promise.plan), (_("Initiative"), url), (promise.title, "")],
            "cancel_url": url,
        },
    )
