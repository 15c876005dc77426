"""Money: of a plan, of one budget line, and the ceilings of a programme."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.records import CeilingForm, FigureForm
from labs.models import BudgetLine
from labs.permissions import content as permissions
from labs.selectors import budgets, labs, plans, programmes
from labs.services import budgets as services
from labs.views.pages import form_page
from labs.views.plans import crumbs_of
from labs.views.versions import shown_revision
from people.permissions import require
from people.selectors.actors import acting

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def plan_money(request: HttpRequest, pk: int) -> HttpResponse:
    """Planned, allotted, spent and left, by initiative and by year; ``?revision=n`` as then."""
    on = clock.now().date()
    plan = get_object_or_404(labs.readable_plans(request.user, on), pk=pk)
    shown = shown_revision(request, plan)
    content = plans.content(plan, shown.number if shown else None)
    context = {
        "plan": plan,
        "lab": plan.lab,
        "programme": plan.lab.area.programme,
        "shown": shown,
        "is_in_force": shown is not None and shown.pk == plan.in_force_id,
        "money": budgets.money(plan, content),
        "ceilings": budgets.ceilings(plan.lab.area.programme),
        "may_record": permissions.may_record_figures(request.user, plan, on=on),
    }
    return render(request, "labs/money.html", context)


@require_http_methods(FORM_METHODS)
def budget_figure_new(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record money allotted to a budget line or spent from it; earlier rows below."""
    at = clock.now()
    line = _readable(request, key)
    require(permissions.may_record_figures(request.user, line.plan, on=at.date()))
    form = FigureForm(
        request.POST if request.method == "POST" else None,
        currency=line.currency,
        initial={"on": at.date()},
    )
    post = permissions.recording_post(request.user, line.plan, on=at.date())
    url = reverse("labs:plan_money", args=[line.plan_id])
    return form_page(
        request,
        form=form,
        act=lambda: services.record_figure(
            plan=line.plan,
            line_key=key,
            **form.cleaned_data,
            by=acting(request.user, post),
            at=at,
        ),
        to=lambda _made: url + f"#line-{key}",
        done=_("Recorded."),
        template="labs/figure.html",
        context={
            "title": _("Record money of “%(line)s”") % {"line": line.title},
            "submit": _("Record"),
            "line": line,
            "figures": budgets.figures(key)[:200],
            "crumbs": [*crumbs_of(line.plan), (_("Money"), url), (line.title, "")],
            "cancel_url": url,
        },
    )


def _readable(request: HttpRequest, key: uuid.UUID) -> BudgetLine:
    line = budgets.line_in_force(key)
    on = clock.now().date()
    if line is None or not labs.readable_plans(request.user, on).filter(pk=line.plan_id).exists():
        raise Http404
    return line


@require_http_methods(FORM_METHODS)
def ceilings(request: HttpRequest, code: str) -> HttpResponse:
    """The ceilings of a programme by year and currency; the delivery unit sets them."""
    at = clock.now()
    programme = get_object_or_404(programmes.readable(request.user, at.date()), code=code)
    may_set = permissions.may_set_ceilings(request.user, programme, on=at.date())
    if request.method == "POST":
        require(may_set)
    form = CeilingForm(
        request.POST if request.method == "POST" else None,
        initial={"currency": programme.currency},
    )
    return form_page(
        request,
        form=form,
        act=lambda: services.set_ceiling(
            programme=programme, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: reverse("labs:ceilings", args=[code]),
        done=_("The ceiling is set."),
        template="labs/ceilings.html",
        context={
            "title": _("Budget ceilings"),
            "programme": programme,
            "submit": _("Set the ceiling"),
            "lines": budgets.ceiling_lines(programme),
            "history": budgets.ceiling_history(programme)[:200],
            "may_set": may_set,
            "crumbs": [
                (_("Programmes"), reverse("labs:programmes")),
                (programme.name, reverse("labs:programme", args=[code])),
                (_("Budget ceilings"), ""),
            ],
        },
    )
