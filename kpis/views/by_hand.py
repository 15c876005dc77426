"""What people decide by hand about a series: its status, and where its baselines start."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.by_hand import BaselineForm, HandStatusForm
from kpis.forms.readings import ReasonForm
from kpis.models import Baseline, Kpi, Series
from kpis.selectors import baselines as baseline_selectors
from kpis.selectors import hand_statuses as hand_selectors
from kpis.selectors import kpis
from kpis.selectors.pages import baselines as baseline_pages
from kpis.selectors.pages import facts, history
from kpis.selectors.pages import kpi as pages
from kpis.services import baselines, hand_statuses
from kpis.views import pictures
from kpis.views.loading import readable_kpi
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_status(request: HttpRequest, code: str) -> HttpResponse:
    """Statuses set by hand on a series; the delivery unit sets one."""
    at = clock.now()
    kpi, series = _series(request, code, at.date())
    may_set = permissions.may_set_status(request.user, kpi, on=at.date())
    require(may_set or request.method != "POST")
    form = HandStatusForm(request.POST if request.method == "POST" else None)
    made = attempt(
        form,
        lambda: hand_statuses.set(
            series=series, **form.cleaned_data, by=acting(request.user), at=at
        ),
    )
    if made is not None:
        messages.success(
            request, _("The status is shown as you set it, until the next value comes in.")
        )
        return redirect(_page("kpis:kpi", kpi, series))
    told = list(hand_selectors.of_series(series))
    context = {
        "kpi": kpi,
        "series": series,
        "form": form,
        "may_set": may_set,
        "hands": told,
        "standing": next((each for each in told if each.lapsed_at is None), None),
        "worked_out": getattr(getattr(series, "status", None), "status", "not_due"),
    }
    return render(request, "kpis/kpi_status.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_status_back(request: HttpRequest, code: str) -> HttpResponse:
    """Take a status set by hand back."""
    at = clock.now()
    kpi, series = _series(request, code, at.date())
    require(permissions.may_set_status(request.user, kpi, on=at.date()))
    hand = hand_selectors.standing_of([series.pk]).get(series.pk)
    if hand is None:
        return redirect(_page("kpis:kpi_status", kpi, series))
    hand.series = series
    form = ReasonForm(request.POST if request.method == "POST" else None)
    done = attempt(
        form,
        lambda: hand_statuses.take_back(
            hand=hand, **form.cleaned_data, by=acting(request.user), at=at
        ),
    )
    if done is not None:
        messages.success(request, _("The status is the one that the rules work out again."))
        return redirect(_page("kpis:kpi", kpi, series))
    context = {"kpi": kpi, "series": series, "form": form, "hand": hand}
    return render(request, "kpis/kpi_status_back.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kpi_baselines(request: HttpRequest, code: str) -> HttpResponse:
    """The baselines of a series' control chart; the delivery unit starts a new one."""
    at = clock.now()
    kpi, series = _series(request, code, at.date())
    may_rebase = permissions.may_rebase(request.user, kpi, on=at.date())
    require(may_rebase or request.method != "POST")
    form = BaselineForm(
        request.POST if request.method == "POST" else None, definition=series.definition
    )
    made = attempt(
        form,
        lambda: baselines.rebase(
            series=series,
            starts_on=form.cleaned_data["period"],
            reason=form.cleaned_data["reason"],
            by=acting(request.user),
            at=at,
        ),
    )
    if made is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("The control chart starts a new baseline there."))
        return redirect(_page("kpis:kpi_baselines", kpi, series))
    past = history.of(series, facts.today_of(kpi.area.programme, at))
    context = {
        "kpi": kpi,
        "series": series,
        "form": form,
        "may_rebase": may_rebase,
        "groups": baseline_pages.groups(past),
        "withdrawn": baseline_selectors.withdrawn(series),
        "history": past,
        "charted": pictures.is_worth_drawing(past),
        "summary": pictures.summary(kpi, series, past, _status(series)),
    }
    return render(request, "kpis/kpi_baselines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def baseline_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw a baseline, so that the chart goes on with the one before."""
    at = clock.now()
    kpi = readable_kpi(request, code, at.date())
    require(permissions.may_rebase(request.user, kpi, on=at.date()))
    found: Baseline = get_object_or_404(
        baseline_selectors.standing(), pk=pk, series__definition__kpi=kpi
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    done = attempt(
        form,
        lambda: baselines.withdraw(
            baseline=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
    )
    if done is not None:
        hurry(tasks.detect_changed)
        messages.success(request, _("The baseline is withdrawn."))
        return redirect(_page("kpis:kpi_baselines", kpi, found.series))
    context = {"kpi": kpi, "series": found.series, "form": form, "baseline": found}
    return render(request, "kpis/baseline_withdraw.html", context)


def _series(request: HttpRequest, code: str, on: date) -> tuple[Kpi, Series]:
    """The KPI and the series in use that ``?cell=`` names, the total by default; else 404."""
    kpi = readable_kpi(request, code, on)
    found = pages.find(kpi, cell=request.GET.get("cell") or kpis.TOTAL, version="")
    if found is None:
        raise Http404
    found.definition.kpi = kpi
    return kpi, found


def _status(series: Series) -> str:
    row = getattr(series, "status", None)
    return row.status if row else "not_due"


def _page(name: str, kpi: Kpi, series: Series) -> str:
    """The address of a page of the KPI, of the same part of the breakdown."""
    url = reverse(name, args=[kpi.code])
    return url if series.cell.is_total else f"{url}?{urlencode({'cell': series.cell.key})}"
