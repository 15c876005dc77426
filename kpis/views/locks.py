"""Locked periods of a programme: which, since when, by whom, why; locking and lifting."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from kpis import permissions
from kpis.forms.locks import LockForm
from kpis.forms.readings import ReasonForm
from kpis.selectors import kpis
from kpis.selectors import locks as selector
from kpis.services import locks as service
from labs.selectors import programmes
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_http_methods(["GET", "HEAD", "POST"])
def locks(request: HttpRequest, code: str) -> HttpResponse:
    """Every lock of a programme; the delivery unit sets new ones."""
    at = clock.now()
    programme = get_object_or_404(programmes.readable(request.user, at.date()), code=code)
    may_lock = permissions.may_lock(request.user, programme, on=at.date())
    if request.method == "POST":
        require(may_lock)
    readable = kpis.readable(request.user, at.date())
    form = LockForm(
        request.POST if request.method == "POST" else None,
        kpis=readable.filter(area__programme=programme, retired_on=None),
        initial={"kpi": request.GET.get("kpi", "")},
    )
    made = None
    if request.method == "POST":
        made = attempt(
            form,
            lambda: service.lock(
                programme=programme,
                kpi=form.cleaned_data["kpi"],
                first=form.cleaned_data["first"],
                last=form.cleaned_data["last"],
                reason=form.cleaned_data["reason"],
                by=acting(request.user),
                at=at,
            ),
        )
    if made is not None:
        messages.success(
            request, _("These periods are locked. Their values can still be verified.")
        )
        return redirect("kpis:locks", programme.code)
    context = {
        "programme": programme,
        "locks": selector.listed(programme, readable),
        "may_lock": may_lock,
        "form": form,
    }
    return render(request, "kpis/locks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def lock_lift(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let values of the periods change again, with a reason."""
    at = clock.now()
    programme = get_object_or_404(programmes.readable(request.user, at.date()), code=code)
    readable = kpis.readable(request.user, at.date())
    found = get_object_or_404(selector.listed(programme, readable), pk=pk)
    require(permissions.may_lock(request.user, programme, on=at.date()))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    lifted = None
    if request.method == "POST":
        lifted = attempt(
            form,
            lambda: service.lift(
                lock=found, reason=form.cleaned_data["reason"], by=acting(request.user), at=at
            ),
        )
    if lifted is not None:
        messages.success(
            request, _("The lock is lifted. Values of these periods can change again.")
        )
        return redirect("kpis:locks", programme.code)
    return render(
        request, "kpis/lock_lift.html", {"programme": programme, "lock": found, "form": form}
    )
