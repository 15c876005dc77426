"""The calendar by which working days are counted: published holidays and local entries."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config import clock
from ledger.rules.errors import Refused
from people.forms.holidays import CalendarForm, HolidayForm
from people.forms.refusals import attempt
from people.models import LocalHoliday
from people.permissions import may_manage_holidays, require
from people.selectors import calendars
from people.selectors.actors import acting
from people.services import holidays as service


@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """The days off of a country in a year; adds a local one."""
    at = clock.now()
    require(may_manage_holidays(request.user, on=at.date()))
    countries = calendars.with_overrides()
    shown = {
        "country": request.GET.get("country", countries[0] if countries else "").strip().upper(),
        "year": request.GET.get("year") or at.year,
    }
    choice = CalendarForm(shown)
    known = choice.is_valid() and calendars.is_known(choice.cleaned_data["country"])
    form = HolidayForm(request.POST if request.method == "POST" else None)
    made = None
    if known:
        country, year = choice.cleaned_data["country"], choice.cleaned_data["year"]
        made = attempt(
            form,
            lambda: service.add(
                country=country, **form.cleaned_data, by=acting(request.user), at=at
            ),
        )
    if made is not None:
        messages.success(request, _("The calendar is changed. Deadlines given stay as they are."))
        return redirect(_address(made.country, made.day))
    context = {
        "form": form,
        "countries": countries,
        "shown": shown,
        "known": known,
        "days": calendars.of_year(country, year) if known else [],
    }
    return render(request, "people/holidays.html", context)


@require_POST
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a local entry out of the calendar."""
    at = clock.now()
    require(may_manage_holidays(request.user, on=at.date()))
    found = get_object_or_404(LocalHoliday, pk=pk)
    try:
        service.remove(holiday=found, by=acting(request.user), at=at)
        messages.success(request, _("The entry is removed. Deadlines given stay as they are."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_address(found.country, found.day))


def _address(country: str, day: datetime.date) -> str:
    return (
        f"{reverse('people:holidays')}?{urlencode([('country', country), ('year', str(day.year))])}"
    )
