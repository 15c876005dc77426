"""Values: entering, making final, correcting, taking back, verifying, and choosing among sources."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.readings import CorrectForm, FinalForm, ReadingForm, ReasonForm, VerifyForm
from kpis.models import Kpi, Reading, Series
from kpis.selectors import locks
from kpis.selectors.pages import beside, entry, facts
from kpis.selectors.pages import kpi as pages
from kpis.services import entries
from kpis.services import readings as service
from kpis.views.loading import chosen_series, readable_kpi
from ledger.rules.errors import Refused
from people.forms.refusals import attempt
from people.models import Post
from people.permissions import require
from people.selectors.actors import acting


@require_http_methods(["GET", "HEAD", "POST"])
def reading_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a value; ``?cell=`` for a part of a breakdown."""
    at = clock.now()
    kpi = readable_kpi(request, code, at.date())
    post = permissions.reporting_post(request.user, kpi, on=at.date())
    require(post or permissions.may_report_for(request.user, kpi, on=at.date()))
    for_owner = post is None and kpi.owner is not None
    series = chosen_series(request, kpi)
    sources = entry.sources(series)
    form = ReadingForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        series=series,
        owed=entry.owed_periods(series, at),
        evidence=for_owner,
        initial=_asked_for(request) | {"source": sources[0] if sources else ""},
    )
    recorded = None
    if request.method == "POST":
        recorded = attempt(
            form,
            lambda: entries.record(
                series=series,
                period=form.cleaned_data["when"],
                observation=form.cleaned_data["observation"],
                source=form.cleaned_data["source"],
                state=form.cleaned_data["state"],
                vintage=form.cleaned_data["vintage"],
                note=form.cleaned_data["note"],
                owner=kpi.owner if for_owner else None,
                file=form.cleaned_data.get("document"),
                files=form.cleaned_data["documents"],
                by=acting(request.user, post),
                at=at,
            ),
        )
    if recorded is not None:
        if recorded.created:
            hurry(tasks.detect_changed)
            messages.success(request, _("The value is recorded."))
        else:
            messages.info(request, _("This value is already recorded. Nothing was added."))
        return redirect(page_of(kpi, series))
    context = {
        "cells": pages.cells(kpi),
        "sources": sources,
        "for_owner": for_owner,
        "same_period": _conflicting(form, series),
        "locks": locks.of_kpi(kpi),
    }
    return _form(request, "kpis/reading_new.html", kpi, series, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def reading_correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Put another value in the place of one that is there; the old one stays visible."""
    at = clock.now()
    kpi, reading = _reading(request, code, pk)
    post = permissions.reporting_post(request.user, kpi, on=at.date())
    require(post or permissions.may_report_for(request.user, kpi, on=at.date()))
    for_owner = post is None and kpi.owner is not None
    series = reading.series
    form = CorrectForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        definition=series.definition,
        evidence=for_owner,
        initial=CorrectForm.initial_of(reading),
    )
    corrected = None
    if request.method == "POST":
        corrected = attempt(
            form,
            lambda: entries.correct(
                reading=reading,
                observation=form.cleaned_data["observation"],
                reason=form.cleaned_data["reason"],
                state=form.cleaned_data["state"],
                vintage=form.cleaned_data["vintage"],
                owner=kpi.owner if for_owner else None,
                file=form.cleaned_data.get("document"),
                files=form.cleaned_data["documents"],
                by=acting(request.user, post),
                at=at,
            ),
        )
    if corrected is not None:
        return _done(request, kpi, series, _("The value is corrected. The old one stays visible."))
    context = {"reading": reading, "for_owner": for_owner}
    return _form(request, "kpis/reading_correct.html", kpi, series, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def reading_final(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say that a provisional value is final: as it stands (one click), or with another value."""
    at = clock.now()
    kpi, reading = _reading(request, code, pk)
    post = permissions.reporting_post(request.user, kpi, on=at.date())
    require(post or permissions.may_report_for(request.user, kpi, on=at.date()))
    for_owner = post is None and kpi.owner is not None
    same = "same" in request.POST
    form = FinalForm(
        request.POST if request.method == "POST" and not same else None,
        request.FILES if request.method == "POST" and not same else None,
        definition=reading.series.definition,
        reading=reading,
        evidence=for_owner,
    )
    final = None
    if same and not for_owner:
        final = _final_as_it_is(request, reading, post, at)
    elif request.method == "POST" and not same:
        final = attempt(
            form,
            lambda: entries.finalise(
                reading=reading,
                observation=form.cleaned_data["observation"],
                reason=form.cleaned_data["reason"],
                vintage=form.cleaned_data["vintage"],
                owner=kpi.owner if for_owner else None,
                file=form.cleaned_data.get("document"),
                files=form.cleaned_data["documents"],
                by=acting(request.user, post),
                at=at,
            ),
        )
    if final is not None:
        return _done(request, kpi, reading.series, _("The value is final."))
    context = {"reading": reading, "for_owner": for_owner}
    return _form(request, "kpis/reading_final.html", kpi, reading.series, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def reading_retract(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a value back, with a reason."""
    at = clock.now()
    kpi, reading = _reading(request, code, pk)
    post = permissions.reporting_post(request.user, kpi, on=at.date())
    require(post or permissions.may_report_for(request.user, kpi, on=at.date()))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    taken = None
    if request.method == "POST":
        taken = attempt(
            form,
            lambda: service.retract(
                reading=reading,
                reason=form.cleaned_data["reason"],
                by=acting(request.user, post),
                at=at,
            ),
        )
    if taken is not None:
        return _done(request, kpi, reading.series, _("The value is taken back. It stays visible."))
    context = {"reading": reading}
    return _form(request, "kpis/reading_retract.html", kpi, reading.series, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def reading_verify(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Confirm a value that somebody else entered."""
    at = clock.now()
    kpi, reading = _reading(request, code, pk)
    require(permissions.may_verify(request.user, reading, on=at.date()))
    post = permissions.verifying_post(request.user, reading, on=at.date())
    form = VerifyForm(request.POST if request.method == "POST" else None)
    verified = None
    if request.method == "POST":
        verified = attempt(
            form,
            lambda: service.verify(
                reading=reading,
                note=form.cleaned_data["note"],
                by=acting(request.user, post),
                at=at,
            ),
        )
    if verified is not None:
        return _done(request, kpi, reading.series, _("The value is verified."))
    context = {"reading": reading}
    return _form(request, "kpis/reading_verify.html", kpi, reading.series, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def reading_choose(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say which of several sources counts for a period."""
    at = clock.now()
    kpi, reading = _reading(request, code, pk)
    require(permissions.may_choose_source(request.user, kpi, on=at.date()))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    chosen = None
    if request.method == "POST":
        chosen = attempt(
            form,
            lambda: service.choose(
                reading=reading,
                reason=form.cleaned_data["reason"],
                by=acting(request.user),
                at=at,
            ),
        )
    if chosen is not None:
        return _done(request, kpi, reading.series, _("This source counts from now on."))
    context = {"reading": reading}
    return _form(request, "kpis/reading_choose.html", kpi, reading.series, form, context)


def _final_as_it_is(
    request: HttpRequest, reading: Reading, post: Post | None, at: datetime
) -> Reading | None:
    """The one click; a refusal is said at the top of the page."""
    try:
        return entries.finalise(reading=reading, by=acting(request.user, post), at=at)
    except Refused as refused:
        messages.error(request, str(refused))
        return None


def page_of(kpi: Kpi, series: Series) -> str:
    """The page of the KPI at the series that was worked on."""
    url = reverse("kpis:kpi", args=[kpi.code])
    return url if series.cell.is_total else f"{url}?cell={series.cell.key}"


def _reading(request: HttpRequest, code: str, pk: int) -> tuple[Kpi, Reading]:
    """A reading of a KPI that the user may read, else 404."""
    kpi = readable_kpi(request, code, clock.now().date())
    reading = pages.live_reading(kpi, pk)
    if reading is None:
        raise Http404
    return kpi, reading


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """A period that the page was opened for: the desk links to what is owed."""
    period = request.GET.get("period", "")
    return {"period": period} if period else {}


def _conflicting(form: BaseForm, series: Series) -> Reading | None:
    """The value that stands in the way of the one just posted, to be corrected instead."""
    if not form.is_bound or not form.errors or "when" not in form.cleaned_data:
        return None
    return entry.live_from(series, form.cleaned_data["when"], form.cleaned_data.get("source", ""))


def _done(request: HttpRequest, kpi: Kpi, series: Series, said: str) -> HttpResponse:
    hurry(tasks.detect_changed)
    messages.success(request, said)
    return redirect(page_of(kpi, series))


def _form(
    request: HttpRequest,
    template: str,
    kpi: Kpi,
    series: Series,
    form: BaseForm,
    context: dict[str, Any],
) -> HttpResponse:
    shared = {"kpi": kpi, "series": series, "form": form, "kpi_url": page_of(kpi, series)}
    if "reading" in context:
        today = facts.today_of(kpi.area.programme, clock.now())
        shared["info"] = beside.of_reading(context["reading"], today)
    return render(request, template, shared | context)
