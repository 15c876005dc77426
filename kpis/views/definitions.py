"""Pages of the delivery unit: a new KPI, who answers for it, and what it means."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.definitions import DefinitionForm, RedefineForm
from kpis.forms.kpis import AssignForm, KpiForm
from kpis.forms.readings import ReasonForm
from kpis.models import Kpi
from kpis.selectors import definitions, kpis
from kpis.selectors.pages import goals
from kpis.services import kpis as service
from kpis.views.loading import readable_kpi, readable_revision
from labs.models import Plan, ResultArea, Revision
from labs.selectors import labs, plans, programmes
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_new(request: HttpRequest) -> HttpResponse:
    """Set up a KPI; ``?goal=`` and ``?revision=`` say which goal of which draft it measures."""
    at = clock.now()
    revision, plan, key = _goal(request, at.date())
    area = plan.lab.area if plan else None
    open_areas = _areas(request, at.date())
    programme = area.programme if area else getattr(open_areas.first(), "programme", None)
    require(programme and permissions.may_create_kpi(request.user, programme, on=at.date()))
    offered = kpis.readable(request.user, at.date()).filter(retired_on=None)
    form = KpiForm(
        request.POST if request.method == "POST" else None,
        areas=open_areas,
        area=area,
        offered=offered.filter(area__programme=area.programme_id) if area else offered,
    )
    made = None
    if request.method == "POST":
        made = attempt(
            form,
            lambda: service.create(
                area=form.chosen_area,
                goal_key=key,
                **form.definition(),
                by=acting(request.user),
                at=at,
            ),
        )
    if made is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("The KPI is set up. Now set its targets."))
        return redirect(_after(made, revision, key))
    context = {"form": form, "goal": _goal_title(revision, plan, key), "area": area}
    context["back_url"] = _after(None, revision, key)
    return render(request, "kpis/kpi_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Say who owns a KPI, who verifies it, and which goal it measures."""
    at = clock.now()
    kpi = readable_kpi(request, code, at.date())
    require(permissions.may_change_kpi(request.user, kpi, on=at.date()))
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        kpi=kpi,
        goals=goals.goals_of_area(kpi.area_id),
        offered=_beside(request, kpi, at.date()),
    )
    saved = None
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: service.assign(
                kpi=kpi,
                owner=form.cleaned_data["owner"],
                verifier=form.cleaned_data["verifier"],
                goal_key=form.goal(),
                quality_pair=form.cleaned_data["quality_pair"],
                by=acting(request.user),
                at=at,
            ),
        )
    if saved is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("Saved."))
        return redirect("kpis:kpi", kpi.code)
    return render(request, "kpis/kpi_edit.html", {"form": form, "kpi": kpi})


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_redefine(request: HttpRequest, code: str) -> HttpResponse:
    """Start a new version of what a KPI means."""
    at = clock.now()
    kpi = readable_kpi(request, code, at.date())
    require(permissions.may_change_kpi(request.user, kpi, on=at.date()))
    now = kpis.definition_of(kpi)
    form = RedefineForm(
        request.POST if request.method == "POST" else None,
        offered=_beside(request, kpi, at.date()),
        there=definitions.parts_of(now),
        initial=DefinitionForm.initial_of(now),
    )
    redefined = None
    if request.method == "POST":
        redefined = attempt(
            form,
            lambda: service.redefine(kpi=kpi, **form.definition(), by=acting(request.user), at=at),
        )
    if redefined is not None:
        hurry(tasks.detect_changed)
        messages.success(
            request, _("The new definition holds from now on. Its values and targets begin anew.")
        )
        return redirect("kpis:kpi", kpi.code)
    return render(request, "kpis/kpi_redefine.html", {"form": form, "kpi": kpi, "definition": now})


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_retire(request: HttpRequest, code: str) -> HttpResponse:
    """End a KPI that was set up by mistake, with a reason."""
    at = clock.now()
    kpi = readable_kpi(request, code, at.date())
    require(permissions.may_change_kpi(request.user, kpi, on=at.date()))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    ended = None
    if request.method == "POST":
        ended = attempt(
            form,
            lambda: service.retire(
                kpi=kpi, reason=form.cleaned_data["reason"], by=acting(request.user), at=at
            ),
        )
    if ended is not None:
        messages.success(request, _("The KPI has ended. What it holds stays readable."))
        return redirect("kpis:kpi", kpi.code)
    return render(request, "kpis/kpi_retire.html", {"form": form, "kpi": kpi})


def _goal(request: HttpRequest, on: date) -> tuple[Revision | None, Plan | None, UUID | None]:
    """The draft, plan and goal that the address names; nothing that the user may not read."""
    text, number = request.GET.get("goal", ""), request.GET.get("revision", "")
    try:
        key = UUID(text) if text else None
    except ValueError:
        raise Http404 from None
    if number:
        if not number.isdigit():
            raise Http404
        revision = readable_revision(request, int(number), on)
        return revision, revision.plan, key
    if key is None:
        return None, None, None
    plan = goals.plan_of_goal(key)
    if plan is None or not labs.readable_plans(request.user, on).filter(pk=plan.pk).exists():
        raise Http404
    return plans.open_drafts(plan).last(), plan, key


def _beside(request: HttpRequest, kpi: Kpi, on: date):  # type: ignore[no-untyped-def]
    """The KPIs of the same programme that can be named beside this one."""
    found = kpis.readable(request.user, on).filter(retired_on=None).exclude(pk=kpi.pk)
    return found.filter(area__programme=kpi.area.programme_id)


def _goal_title(revision: Revision | None, plan: Plan | None, key: UUID | None) -> str:
    if key is None or plan is None:
        return ""
    content = plans.draft(revision) if revision else plans.content(plan)
    found = content.goals.get(key)
    return found.title if found else ""


def _areas(request: HttpRequest, on: date):  # type: ignore[no-untyped-def]
    readable = programmes.readable(request.user, on).filter(closed_at=None)
    return ResultArea.objects.filter(programme__in=readable.values("pk")).select_related(
        "programme"
    )


def _after(kpi: Kpi | None, revision: Revision | None, key: UUID | None) -> str:
    """Back to the goal in its draft, else to the KPI or the list."""
    if revision is not None and key is not None:
        return reverse("kpis:goal", args=[revision.pk, key])
    return reverse("kpis:kpi", args=[kpi.code]) if kpi else reverse("kpis:index")
