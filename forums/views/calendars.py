"""The secret addresses of one's own calendars: made, shown once, given up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config import clock
from forums.models import Forum
from forums.permissions import takes_part
from forums.selectors import calendars
from ledger.rules.errors import Refused
from people.models import CalendarFeed
from people.permissions import require
from people.selectors.actors import acting
from people.services import calendar_feeds


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One's calendars: all forums, and each of them."""
    lines = calendars.lines(request.user, clock.now().date())
    return render(request, "forums/calendars.html", {"lines": lines})


@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make an address; the answer to this request is the only place that shows it."""
    return _make(request, None)


@never_cache
@require_POST
def make_for(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for one forum, by those who sit there."""
    forum = get_object_or_404(Forum, pk=pk)
    require(takes_part(request.user, forum, on=clock.now().date()))
    return _make(request, forum)


def _make(request: HttpRequest, forum: Forum | None) -> HttpResponse:
    user = request.user
    assert user.is_authenticated
    try:
        _feed, token = calendar_feeds.make(
            user=user,
            forum_key=str(forum.pk) if forum else "",
            by=acting(user),
            at=clock.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("forums:calendars")
    address = request.build_absolute_uri(reverse("reviews:calendar_feed", args=[token]))
    return render(request, "forums/calendar_made.html", {"address": address, "forum": forum})


@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an address of one's own up; whoever subscribed to it gets nothing any more."""
    feed = get_object_or_404(CalendarFeed, pk=pk, user=request.user.pk)
    try:
        calendar_feeds.revoke(feed=feed, by=acting(request.user), at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The address no longer works."))
    return redirect("forums:calendars")
