"""Back-tests: what a rule would have raised, before it is switched on."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.backtests import BacktestForm, KindForm
from kpis.rules import rules_catalogue
from kpis.selectors import kpis
from kpis.selectors.pages import backtests as pages
from kpis.services import backtests as service
from kpis.services.backtests.running import KINDS
from labs.selectors import programmes
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting

PER_PAGE = 50


@require_safe
def backtests(request: HttpRequest, code: str) -> HttpResponse:
    """The back-tests of a programme, newest first, and which rule to try next."""
    on = clock.now().date()
    readable = programmes.readable(request.user, on)
    programme = get_object_or_404(readable, code=code)
    found = pages.readable(readable.filter(pk=programme.pk), kpis.readable(request.user, on))
    context = {
        "programme": programme,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "form": KindForm(initial={"kind": request.GET.get("kind")}),
        "may_ask": permissions.may_change_rules(request.user, programme, on=on),
    }
    return render(request, "kpis/backtests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def backtest_new(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for one: the rule is chosen, the span and the settings are written here."""
    at = clock.now()
    programme = get_object_or_404(programmes.readable(request.user, at.date()), code=code)
    require(permissions.may_change_rules(request.user, programme, on=at.date()))
    kind = request.GET.get("kind", KINDS[0])
    if kind not in KINDS:
        return redirect("kpis:backtests", programme.code)
    tried = kpis.readable(request.user, at.date()).filter(area__programme=programme)
    form = BacktestForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        now=pages.applying(programme, kind),
        kpis=tried.order_by("name"),
        initial={"since": programme.starts_on, "until": at.date()},
    )
    run = None
    if request.method == "POST":
        run = attempt(
            form,
            lambda: service.start(
                programme=programme,
                kpi=form.cleaned_data["kpi"],
                kind=kind,
                first=form.first,
                second=form.second,
                since=form.cleaned_data["since"],
                until=form.cleaned_data["until"],
                by=acting(request.user),
                at=at,
            ),
        )
    if run is not None:
        hurry(tasks.work_backtests)
        messages.success(request, _("The back-test has begun. Nothing it finds opens anything."))
        return redirect("kpis:backtest", programme.code, run.pk)
    context = {"form": form, "programme": programme, "kind": rules_catalogue.kind_of(kind)}
    return render(request, "kpis/backtest_new.html", context)


@require_safe
def backtest(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One back-test: how far it is, the figures of its settings side by side, every flag."""
    on = clock.now().date()
    known = kpis.readable(request.user, on)
    found = pages.readable(programmes.readable(request.user, on), known)
    run = get_object_or_404(found, pk=pk, programme__code=code)
    columns = pages.columns(run)
    setting = 2 if request.GET.get("setting") == "2" and len(columns) == 2 else 1
    context = {
        "run": run,
        "programme": run.programme,
        "columns": columns,
        "setting": setting,
        "page": Paginator(pages.flags(run, known, setting), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_change": permissions.may_change_rules(request.user, run.programme, on=on),
    }
    return render(request, "kpis/backtest.html", context)
