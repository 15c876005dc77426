"""A meeting and its agenda: other business, who came, the minutes, signing, cancelling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config import clock
from forums import permissions as forum_permissions
from forums.forms import WhyForm
from forums.models import Meeting
from forums.selectors import meetings as selectors
from ledger.rules.errors import Refused
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors
from reviews.forms.meetings import AttendanceForm, BusinessForm, MinutesForm
from reviews.permissions import meetings as permissions
from reviews.services import agendas, sittings


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put other business on the agenda of a planned meeting."""
    at = clock.now()
    found = _meeting(pk)
    require(permissions.may_add_business(request.user, found, on=at.date()))
    form = BusinessForm(request.POST or None)
    if request.method == "POST":
        item = attempt(
            form,
            lambda: agendas.add(
                meeting=found, title=form.cleaned_data["title"], by=_by(request, found), at=at
            ),
        )
        if item is not None:
            messages.success(request, _("It is on the agenda."))
            return redirect("forums:meeting", pk=found.pk)
    return _form(request, found, form, _("Other business"))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """A planned meeting does not take place; its items are carried over."""
    at = clock.now()
    found = _meeting(pk)
    _require_run(request, found)
    form = WhyForm(request.POST or None)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: sittings.cancel(
                meeting=found, reason=form.cleaned_data["reason"], by=_by(request, found), at=at
            ),
        )
        if done is not None:
            messages.success(request, _("The meeting is cancelled, and its items carried over."))
            return redirect("forums:meeting", pk=found.pk)
    return _form(request, found, form, _("Cancel the meeting"), style="warning")


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a meeting took place and who came; correct it until the minutes are signed."""
    at = clock.now()
    found = _meeting(pk)
    _require_run(request, found)
    held = found.state == Meeting.State.HELD
    form = AttendanceForm(
        request.POST or None,
        forum=found.forum,
        places=selectors.places(found.forum, selectors.day_of(found)),
        recorded=selectors.attendance(found),
        chaired_by=found.chaired_by_id,
    )
    if request.method == "POST":
        act = sittings.correct if held else sittings.hold
        done = attempt(
            form,
            lambda: act(
                meeting=found,
                attendance=form.attendance(),
                chaired_by=form.cleaned_data["chaired_by"],
                by=_by(request, found),
                at=at,
            ),
        )
        if done is not None:
            messages.success(request, _("It is recorded who came."))
            return redirect("forums:meeting", pk=found.pk)
    context = {"form": form, "meeting": found, "held": held}
    return render(request, "reviews/meetings/attendance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the minutes, and what was said of each item."""
    at = clock.now()
    found = _meeting(pk)
    _require_run(request, found)
    papers = permissions.papers(found, request.user, at)
    require(papers.shows_minutes)
    lines = papers.agenda.lines if papers.agenda and not papers.is_live else []
    form = MinutesForm(request.POST or None, request.FILES or None, meeting=found, lines=lines)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: sittings.write_minutes(
                meeting=found,
                minutes=form.cleaned_data["minutes"],
                notes=form.notes(),
                noted=form.noted(),
                file=form.cleaned_data["document"],
                by=_by(request, found),
                at=at,
            ),
        )
        if done is not None:
            messages.success(request, _("The minutes are kept. Whoever chaired may sign them."))
            return redirect("forums:meeting", pk=found.pk)
    return render(request, "reviews/meetings/minutes.html", {"form": form, "meeting": found})


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the minutes: nothing about the meeting changes any more."""
    at = clock.now()
    found = _meeting(pk)
    post = forum_permissions.signing_post(request.user, found, on=at.date())
    if post is None:
        raise PermissionDenied
    try:
        sittings.sign(
            meeting=found,
            post=post,
            by=actors.acting(request.user, post),
            at=at,
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The minutes are signed."))
    return redirect("forums:meeting", pk=found.pk)


def _form(
    request: HttpRequest, meeting: Meeting, form: Any, heading: str, style: str = ""
) -> HttpResponse:
    context = {"form": form, "meeting": meeting, "heading": heading, "style": style}
    return render(request, "reviews/meetings/act.html", context)


def _require_run(request: HttpRequest, meeting: Meeting) -> None:
    on = clock.now().date()
    require(forum_permissions.may_run_meetings(request.user, meeting.forum, on=on))


def _by(request: HttpRequest, meeting: Meeting) -> Any:
    """The actor, in their office of the forum or their place in it if they have one."""
    on = clock.now().date()
    post = forum_permissions.convening_post(request.user, meeting.forum, on=on)
    post = post or forum_permissions.putting_post(request.user, meeting.forum, on=on)
    return actors.acting(request.user, post)


def _meeting(pk: int) -> Meeting:
    return get_object_or_404(selectors.one(), pk=pk)
