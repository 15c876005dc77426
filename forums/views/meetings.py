"""Meetings of a forum: its rhythms, what is to come and what was, one meeting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from config.hurry import hurry
from forums import permissions
from forums.forms import CycleForm, MeetingForm, WhyForm
from forums.models import Cycle, Forum, Meeting
from forums.selectors import meetings as selectors
from forums.selectors import pages
from forums.services import cycles, meetings
from forums.tasks import make_meetings
from forums.views.documents import download
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors

SHOWN = 20


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The rhythms of a forum, its meetings to come, those past."""
    at = clock.now()
    forum = _forum(pk)
    context = {
        "forum": forum,
        "zone": str(selectors.zone(forum)).replace("_", " "),
        "cycles": selectors.open_cycles(forum),
        "coming": selectors.coming(forum)[:SHOWN],
        "page": Paginator(selectors.past(forum), SHOWN).get_page(request.GET.get("page")),
        "may_run": permissions.may_run_meetings(request.user, forum, on=at.date()),
    }
    return render(request, "forums/meetings.html", context)


@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """When and where, the agenda, who came, what was decided; for those inside the minutes."""
    found = _meeting(pk)
    context = {
        "meeting": found,
        "forum": found.forum,
        "zone": str(selectors.zone(found.forum)).replace("_", " "),
        "papers": pages.meeting_papers(found, request.user, clock.now()),
    }
    return render(request, "forums/meeting.html", context)


@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    """The file of the minutes, for who may read them."""
    found = _meeting(pk)
    if not pages.meeting_papers(found, request.user, clock.now()).shows_minutes:
        raise Http404
    return download(found.document)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a rhythm; its next meetings are there at once."""
    forum = _forum(pk)
    by = _by(request, forum)
    form = CycleForm(request.POST or None, forum=forum)
    return _serve(
        request,
        forum,
        form,
        lambda at: cycles.begin(forum=forum, **form.cleaned_data, by=by, at=at),
        heading=_("Set a rhythm"),
        done=_("The rhythm is set, and its next meetings are planned."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_change(request: HttpRequest, pk: int) -> HttpResponse:
    """End a rhythm and begin another in its place."""
    cycle = _cycle(pk)
    by = _by(request, cycle.forum)
    names = ("rhythm", "first_on", "at_time", "minutes_long", "place", "agenda_days")
    initial = {name: getattr(cycle, name) for name in names}
    form = CycleForm(request.POST or None, forum=cycle.forum, changing=True, initial=initial)
    return _serve(
        request,
        cycle.forum,
        form,
        lambda at: cycles.change(cycle=cycle, **form.cleaned_data, by=by, at=at),
        heading=_("Change the rhythm"),
        done=_("The rhythm is changed. Meetings whose agenda went out stay."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a rhythm."""
    cycle = _cycle(pk)
    by = _by(request, cycle.forum)
    form = WhyForm(request.POST or None)
    return _serve(
        request,
        cycle.forum,
        form,
        lambda at: cycles.end(cycle=cycle, **form.cleaned_data, by=by, at=at),
        heading=_("End the rhythm"),
        done=_("The rhythm ends today. Meetings whose agenda went out stay."),
        style="warning",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def convene(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an extraordinary meeting."""
    forum = _forum(pk)
    by = _by(request, forum)
    form = MeetingForm(request.POST or None, forum=forum)
    return _serve(
        request,
        forum,
        form,
        lambda at: meetings.convene(
            forum=forum,
            starts_at=form.starts_at,
            minutes_long=form.cleaned_data["minutes_long"],
            place=form.cleaned_data["place"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        ),
        heading=_("Call an extraordinary meeting"),
        done=_("The meeting is called. Its agenda goes out within minutes."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day, time or place for a planned meeting."""
    found = _meeting(pk)
    by = _by(request, found.forum)
    initial = {"day": found.local.date(), "at_time": found.local.time(), "place": found.place}
    form = MeetingForm(request.POST or None, forum=found.forum, moving=True, initial=initial)
    return _serve(
        request,
        found.forum,
        form,
        lambda at: meetings.move(
            meeting=found,
            starts_at=form.starts_at,
            place=form.cleaned_data["place"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        ),
        heading=_("Move the meeting"),
        done=_("The meeting is moved, and everybody around the forum is told."),
    )


def _serve(
    request: HttpRequest,
    forum: Forum,
    form: forms.Form,
    act: Callable[[Any], Any],
    *,
    heading: str,
    done: str,
    style: str = "",
) -> HttpResponse:
    """Show the form; when it holds, do the one act and go on to the meeting or the list."""
    if request.method == "POST":
        made = attempt(form, lambda: act(clock.now()))
        if made is not None:
            messages.success(request, done)
            hurry(make_meetings)
            if isinstance(made, Meeting):
                return redirect("forums:meeting", pk=made.pk)
            return redirect("forums:meetings", pk=forum.pk)
    context = {"form": form, "forum": forum, "heading": heading, "style": style}
    return render(request, "forums/meeting_form.html", context)


def _by(request: HttpRequest, forum: Forum) -> Any:
    """The actor, in their office of the forum if they have one; 403 for who may not."""
    on = clock.now().date()
    require(permissions.may_run_meetings(request.user, forum, on=on))
    return actors.acting(request.user, permissions.convening_post(request.user, forum, on=on))


def _forum(pk: int) -> Forum:
    return get_object_or_404(Forum.objects.select_related("parent"), pk=pk)


def _cycle(pk: int) -> Cycle:
    return get_object_or_404(Cycle.objects.select_related("forum"), pk=pk)


def _meeting(pk: int) -> Meeting:
    return get_object_or_404(selectors.one(), pk=pk)
