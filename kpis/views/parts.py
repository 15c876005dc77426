"""The parts of a breakdown: listed, added, renamed."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.parts import PartForm, PartsForm
from kpis.selectors import breakdowns
from kpis.services import breakdowns as service
from kpis.views.loading import chosen_series, readable_kpi
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting

ROWS = 50


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_parts(request: HttpRequest, code: str) -> HttpResponse:
    """What a KPI is broken down by, for its readers; the delivery unit adds parts."""
    at = clock.now()
    kpi = readable_kpi(request, code, at.date())
    may_change = permissions.may_change_kpi(request.user, kpi, on=at.date())
    form, added = None, None
    if may_change and kpi.retired_on is None:
        form = PartsForm(
            request.POST if request.method == "POST" else None, programme=kpi.area.programme
        )
    if request.method == "POST":
        require(may_change)
        if form is not None:
            posted = form
            added = attempt(
                posted,
                lambda: service.add(
                    kpi=kpi,
                    dimension=posted.cleaned_data["dimension"],
                    parts=posted.parts(),
                    by=acting(request.user),
                    at=at,
                ),
            )
    if added is not None:
        hurry(tasks.detect_changed)
        messages.success(
            request,
            ngettext("%(count)d part is new.", "%(count)d parts are new.", len(added))
            % {"count": len(added)},
        )
        return redirect("kpis:kpi_parts", kpi.code)
    context = {
        "kpi": kpi,
        "form": form,
        "parts": Paginator(breakdowns.parts(kpi), ROWS).get_page(request.GET.get("page")),
        "dimensions": breakdowns.dimensions(kpi.area.programme) if form else [],
        "may_change": may_change,
    }
    return render(request, "kpis/kpi_parts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_part(request: HttpRequest, code: str) -> HttpResponse:
    """Rename a part, named by ``?cell=``, or say from when until when it exists."""
    at = clock.now()
    kpi = readable_kpi(request, code, at.date())
    require(permissions.may_change_kpi(request.user, kpi, on=at.date()))
    series = chosen_series(request, kpi)
    if series.cell.is_total:
        return redirect("kpis:kpi_parts", kpi.code)
    form = PartForm(
        request.POST if request.method == "POST" else None,
        members=breakdowns.members_of(series),
    )
    renamed = None
    if request.method == "POST":
        renamed = attempt(
            form,
            lambda: service.rename(
                kpi=kpi, renamings=form.renamings(), by=acting(request.user), at=at
            ),
        )
    if renamed is not None:
        messages.success(request, _("Saved."))
        return redirect("kpis:kpi_parts", kpi.code)
    return render(request, "kpis/kpi_part.html", {"form": form, "kpi": kpi, "series": series})
