"""How I am told: digest, mail at once, quiet hours, time zone."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from config import clock
from ledger import wallclock
from people.forms.notices import NoticeSettingsForm
from people.forms.refusals import attempt
from people.models import NoticeSettings, User
from people.rules import mail_times
from people.selectors import notice_wishes
from people.selectors.actors import acting
from people.services import notice_settings as services


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """My settings; below the form what they come to."""
    user: Any = request.user
    row = NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)
    form = NoticeSettingsForm(
        request.POST if request.method == "POST" else None,
        instance=row,
        initial={"time_zone": user.time_zone},
    )
    changed = attempt(
        form,
        lambda: services.change(user=user, **form.cleaned_data, by=acting(user), at=clock.now()),
    )
    if changed is not None:
        messages.success(request, _saved(user))
        return redirect("people:notice_settings")
    return render(
        request,
        "people/notice_settings.html",
        {"form": form, "next_digest": _next_digest(user), "by_mail": settings.MAIL_NOTICES},
    )


def _saved(user: User) -> str:
    """What was saved comes to; no day of a digest where nothing is mailed."""
    if not settings.MAIL_NOTICES:
        return _("Saved.")
    with timezone.override(ZoneInfo(user.time_zone) if user.time_zone else None):
        return _("Saved. Your next digest: %(when)s") % {"when": _next_digest(user)}


def _next_digest(user: User) -> str:
    """ "Tuesday, 24 November, 07:00", by the person's clock."""
    wishes = notice_wishes.of(user)
    found = mail_times.next_digest(wallclock.now(), wishes).astimezone(wishes.zone)
    return date_format(found, pgettext("date format of the next digest", "l, j F, H:i"))
