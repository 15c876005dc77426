"""The order in which the sources of a KPI count."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.evidence import RanksForm
from kpis.selectors.pages import entry
from kpis.services import source_ranks
from kpis.views.loading import readable_kpi
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_sources(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever reads the KPI sees the order; the delivery unit sets it, with a reason."""
    at = clock.now()
    kpi = readable_kpi(request, code, at.date())
    may_rank = permissions.may_rank_sources(request.user, kpi, on=at.date())
    if request.method == "POST":
        require(may_rank)
    standing = list(
        kpi.source_ranks.select_related("source", "by_user", "by_post").order_by("rank")
    )
    form = RanksForm(
        request.POST if request.method == "POST" else None,
        sources=entry.sources_of(kpi),
        ranks={each.source_id: each.rank for each in standing},
    )
    ranked = None
    if request.method == "POST":
        ranked = attempt(
            form,
            lambda: source_ranks.rank(
                kpi=kpi,
                sources=form.cleaned_data["order"],
                reason=form.cleaned_data["reason"],
                by=acting(request.user),
                at=at,
            ),
        )
    if ranked is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("The order of the sources is changed."))
        return redirect("kpis:kpi_sources", kpi.code)
    context = {"kpi": kpi, "standing": standing, "form": form, "may_rank": may_rank}
    return render(request, "kpis/kpi_sources.html", context)
