"""The KPIs of a goal in a draft, and the targets that the draft asks for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from kpis import permissions
from kpis.forms.targets import TargetsForm
from kpis.models import Kpi
from kpis.selectors import kpis
from kpis.selectors.pages import facts, goals
from kpis.selectors.pages import kpi as pages
from kpis.services import drafts
from kpis.views.loading import chosen_series, readable_kpi, readable_revision
from labs import permissions as lab_permissions
from labs.models import Revision
from labs.selectors import plans
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def goal(request: HttpRequest, revision: int, key: UUID) -> HttpResponse:
    """The KPIs of one goal, with their targets in force and as the draft asks."""
    on = clock.now().date()
    draft = readable_revision(request, revision, on)
    found = plans.draft(draft).goals.get(key)
    if found is None:
        raise Http404
    readable = set(
        kpis.readable(request.user, on).filter(goal_key=key).values_list("pk", flat=True)
    )
    every = goals.lines(key, draft)
    lines = [line for line in every if line.kpi.pk in readable]
    programme = draft.plan.lab.area.programme
    context = {
        "revision": draft,
        "goal": found,
        "lines": lines,
        "hidden": len(every) - len(lines),
        "may_create": permissions.may_create_kpi(request.user, programme, on=on),
        "may_edit": lab_permissions.may_edit(request.user, draft, on=on),
    }
    return render(request, "kpis/goal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def target_edit(request: HttpRequest, revision: int, code: str) -> HttpResponse:
    """Write the targets of a series into a draft; ``?cell=`` for a part of a breakdown."""
    at = clock.now()
    draft = readable_revision(request, revision, at.date())
    kpi = readable_kpi(request, code, at.date())
    if kpi.area_id != draft.plan.lab.area_id:
        raise Http404
    require(lab_permissions.may_edit(request.user, draft, on=at.date()))
    series = chosen_series(request, kpi)
    today = facts.today_of(kpi.area.programme, at)
    rows = goals.target_rows([series], draft)[series.key]
    needs_reason = draft.plan.in_force_id is not None
    form = TargetsForm(
        request.POST if request.method == "POST" else None,
        series=series,
        rows=goals.with_next(rows, series.definition, today),
        path=goals.path_lines([series], draft)[series.key],
        needs_reason=needs_reason,
    )
    made = None
    if request.method == "POST":
        post = lab_permissions.editing_post(request.user, draft.plan, on=at.date())
        made = attempt(
            form,
            lambda: drafts.propose_targets(
                revision=draft,
                series=series,
                proposals=form.proposals(),
                path=form.path_proposal(),
                reason=form.cleaned_data["reason"],
                by=acting(request.user, post),
                at=at,
            ),
        )
    if made is not None:
        messages.success(request, _("The targets are in the draft."))
        return redirect(_back(kpi, draft))
    context = {
        "form": form,
        "kpi": kpi,
        "series": series,
        "revision": draft,
        "cells": pages.cells(kpi),
        "path": form.path,
        "needs_reason": needs_reason,
        "back_url": _back(kpi, draft),
    }
    return render(request, "kpis/target_edit.html", context)


@require_safe
def target_new(request: HttpRequest, code: str) -> HttpResponse:
    """The targets of a KPI: on to the draft that ``?revision=`` names, or the KPI's newest one."""
    on = clock.now().date()
    kpi = readable_kpi(request, code, on)
    number = request.GET.get("revision", "")
    if number.isdigit():
        return redirect("kpis:target_edit", int(number), kpi.code)
    plan = goals.plan_of_goal(kpi.goal_key) if kpi.goal_key else None
    draft = plans.open_drafts(plan).filter(state=Revision.State.DRAFT).last() if plan else None
    if draft is not None:
        return redirect("kpis:target_edit", draft.pk, kpi.code)
    if plan is not None:
        messages.info(request, _("A target changes by a revision of the plan: start one first."))
        return redirect("labs:plan", plan.pk)
    messages.info(request, _("Say first which goal of a plan this KPI measures."))
    return redirect("kpis:kpi_edit", kpi.code)


def _back(kpi: Kpi, draft: Revision) -> str:
    """The KPI's goal in the draft, else the draft."""
    if kpi.goal_key is not None and kpi.goal_key in plans.draft(draft).goals:
        return reverse("kpis:goal", args=[draft.pk, kpi.goal_key])
    return reverse("labs:revision", args=[draft.pk])
