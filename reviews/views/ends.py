"""Ends to come: listed, and put to the forum that decides what becomes of each."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from forums import permissions as forum_permissions
from forums.selectors import ladders
from labs.models import Window
from labs.selectors import endings, labs, programmes
from labs.selectors.endings import End
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors
from reviews.forms.ends import EndForm
from reviews.permissions import ends as permissions
from reviews.selectors import ends as selectors
from reviews.services import ends

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """The ends of a programme's initiatives and windows."""
    on = clock.now().date()
    programme = get_object_or_404(programmes.readable(request.user, on), code=code)
    context = {
        "programme": programme,
        "ends": selectors.of_programme(programme, request.user, on),
        "hidden": labs.hidden_count(request.user, on, programme),
    }
    return render(request, "reviews/ends.html", context)


@require_http_methods(METHODS)
def initiative(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """The end of one initiative."""
    on = clock.now().date()
    plan = get_object_or_404(labs.readable_plans(request.user, on), pk=pk)
    end = endings.one_initiative(plan, key, on)
    if end is None:
        raise Http404
    return _page(request, end)


@require_http_methods(METHODS)
def window(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of one window."""
    on = clock.now().date()
    readable = Window.objects.filter(programme__in=programmes.readable(request.user, on))
    found = get_object_or_404(readable.select_related("programme"), pk=pk)
    return _page(request, endings.one_window(found, on))


def _page(request: HttpRequest, end: End) -> HttpResponse:
    """How it stands, and the form for whoever may put the choice to the forum."""
    at = clock.now()
    programme = selectors.programme_of(end)
    proposal = selectors.open_proposal(end)
    forum = selectors.forum_of(end)
    may_choose = permissions.may_choose(request.user, end, on=at.date())
    form = EndForm(request.POST or None)
    if request.method == "POST":
        require(may_choose)
        made = attempt(form, lambda: _put(request, end, form, at))
        if made is not None:
            messages.success(request, _("The choice is before the forum."))
            return redirect("forums:motion", pk=made.motion_id)
    context = {
        "end": end,
        "programme": programme,
        "proposal": proposal,
        "may_read_motion": proposal is not None
        and forum_permissions.may_read_motion(request.user, proposal.motion, on=at.date()),
        "forum": ladders.sitting_for(forum) if forum else None,
        "form": form,
        "may_choose": may_choose and proposal is None,
        "crumbs": [
            (programme.name, reverse("labs:programme", args=[programme.code])),
            (_("Ends to come"), reverse("reviews:ends", args=[programme.code])),
            (end.title, ""),
        ],
    }
    return render(request, "reviews/end.html", context)


def _put(request: HttpRequest, end: End, form: EndForm, at: Any) -> Any:
    post = permissions.choosing_post(request.user, end, on=at.date())
    return ends.put(end=end, **form.cleaned_data, by=actors.acting(request.user, post=post), at=at)
