"""External validation: panels, their seats, scores side by side, reports."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from kpis.services.imports.results import escaped
from labs.models import Programme
from labs.selectors import programmes
from ledger.rules.errors import Refused
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors
from reviews.forms.panels import PanelForm, ReportForm, ScoreForm, SeatForm
from reviews.models import Panel, PanelSeat
from reviews.permissions import panels as permissions
from reviews.selectors import panels as selectors
from reviews.services import panels

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Panels the user may read, the newest first; ``?programme=`` of one."""
    on = clock.now().date()
    code = request.GET.get("programme", "")
    found = selectors.readable(request.user, on)
    if code:
        found = found.filter(programme__code=code)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "programme": code,
        "programmes": programmes.readable(request.user, on).order_by("name"),
        "may_convene": permissions.may_convene(request.user, on=on),
    }
    return render(request, "reviews/panels/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The delivery unit convenes a panel; ``?programme=`` chooses one beforehand."""
    at = clock.now()
    require(permissions.may_convene(request.user, on=at.date()))
    running = Programme.objects.filter(closed_at=None).order_by("name")
    chosen = running.filter(code=request.GET.get("programme", "")).first()
    form = PanelForm(request.POST or None, programmes=running, initial={"programme": chosen})
    made = None
    if request.method == "POST":
        by = actors.acting(request.user)
        made = attempt(form, lambda: panels.convene(**form.cleaned_data, by=by, at=at))
    if made is not None:
        messages.success(request, _("The panel is convened. Give its members their seats."))
        return redirect("reviews:panel", pk=made.pk)
    context = {
        "form": form,
        "heading": _("Convene a panel"),
        "submit": _("Convene"),
        "note": _("Outsiders score each KPI beside what the programme reports of itself."),
    }
    return render(request, "reviews/panels/act.html", context)


@require_safe
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What was reported beside what was validated, KPI by KPI, and the report."""
    on = clock.now().date()
    found = _readable(request, pk)
    context = {
        "panel": found,
        "page": selectors.page(found, request.user, on),
        "may_seat": permissions.may_seat(request.user, found, on=on),
        "may_score": permissions.may_score(request.user, found, on=on),
    }
    return render(request, "reviews/panels/panel.html", context)


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as CSV."""
    found = _readable(request, pk)
    page = selectors.page(found, request.user, clock.now().date())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="panel-{found.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(["kpi", "name", "reported", "validated", "difference", "verdict", "reason"])
    for line in page.lines:
        validated = line.validation.validated if line.validation else None
        reason = line.validation.reason if line.validation else ""
        compared = line.compared
        row = [line.kpi.code, escaped(line.kpi.name), line.reported, validated]
        writer.writerow([*row, compared.points, compared.verdict, escaped(reason)])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody from outside a seat."""
    at = clock.now()
    found = _readable(request, pk)
    require(permissions.may_seat(request.user, found, on=at.date()))
    form = SeatForm(request.POST or None)
    by = actors.acting(request.user)
    if request.method == "POST" and attempt(
        form, lambda: bool(panels.seat(panel=found, **form.cleaned_data, by=by, at=at))
    ):
        messages.success(request, _("The seat is given. Its holder is told."))
        return redirect("reviews:panel", pk=found.pk)
    return _act(request, found, form, _("Give a seat"), _("Give the seat"))


@require_POST
def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a seat."""
    at = clock.now()
    rows = PanelSeat.objects.select_related("panel__programme")
    found: PanelSeat = get_object_or_404(rows, pk=pk)
    _readable(request, found.panel_id)
    require(permissions.may_seat(request.user, found.panel, on=at.date()))
    try:
        panels.unseat(seat=found, by=actors.acting(request.user), at=at)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The seat has ended."))
    return redirect("reviews:panel", pk=found.panel_id)


@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Score one KPI."""
    at = clock.now()
    found = _readable(request, pk)
    require(permissions.may_score(request.user, found, on=at.date()))
    kpi = get_object_or_404(selectors.to_validate(found, request.user, at.date()), code=code)
    line = selectors.line(found, kpi)
    earlier = line.validation
    form = ScoreForm(
        request.POST or None,
        initial={"validated": earlier.validated, "reason": earlier.reason} if earlier else None,
    )
    by = actors.acting(request.user)
    if request.method == "POST" and attempt(
        form, lambda: bool(panels.score(panel=found, kpi=kpi, **form.cleaned_data, by=by, at=at))
    ):
        messages.success(request, _("Your score is recorded beside the reported one."))
        return redirect("reviews:panel", pk=found.pk)
    heading = _("Score %(kpi)s") % {"kpi": kpi.name}
    return _act(request, found, form, heading, _("Record score"), line=line)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the report."""
    at = clock.now()
    found = _readable(request, pk)
    require(permissions.may_score(request.user, found, on=at.date()))
    form = ReportForm(request.POST or None, request.FILES or None)
    by = actors.acting(request.user)
    if request.method == "POST" and attempt(
        form,
        lambda: bool(
            panels.report(
                panel=found,
                text=form.cleaned_data["report"],
                file=form.cleaned_data["file"],
                by=by,
                at=at,
            )
        ),
    ):
        messages.success(request, _("The report is in. The scores stay as they are."))
        return redirect("reviews:panel", pk=found.pk)
    note = _(
        "With the report the scores stay as they are, and those who answer for the KPIs are told."
    )
    return _act(request, found, form, _("Report"), _("Hand in the report"), note=note)


@require_safe
def report_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The report as a file. Always downloaded."""
    found = _readable(request, pk)
    if found.document is None:
        raise Http404
    return FileResponse(
        found.document.file.open("rb"),
        as_attachment=True,
        filename=found.document.name,
        content_type=found.document.content_type,
    )


def _act(
    request: HttpRequest, panel: Panel, form: Any, heading: str, submit: str, **more: Any
) -> HttpResponse:
    context = {"panel": panel, "form": form, "heading": heading, "submit": submit, **more}
    return render(request, "reviews/panels/act.html", context)


def _readable(request: HttpRequest, pk: int) -> Panel:
    """The panel, or 404 for those who may not read it."""
    found: Panel = get_object_or_404(selectors.readable(request.user, clock.now().date()), pk=pk)
    return found
