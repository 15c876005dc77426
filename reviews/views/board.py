"""The board of a programme, the desk of a person, the agenda of a forum."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config import clock
from forums import permissions as forum_permissions
from forums.models import Forum
from forums.selectors import meetings
from labs.models import Programme
from labs.selectors import programmes
from people.permissions import require
from reviews.permissions import motions
from reviews.permissions import reviews as permissions
from reviews.selectors import agenda as agendas
from reviews.selectors import between_meetings, ends, lapses, new_revisions
from reviews.selectors import board as boards
from reviews.selectors import desk as desks


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The programme chosen with ``?programme=code``, else the nearest open one."""
    on = clock.now().date()
    readable = list(programmes.nearest_first(request.user, on))
    programme = _chosen(readable, request.GET.get("programme"))
    shown = boards.board(request.user, programme, on) if programme else None
    awaited = [motion.pk for motion in shown.motions] if shown else []
    context = {
        "programmes": readable,
        "programme": programme,
        "board": shown,
        "links": motions.links(request.user, awaited, on=on),
        "lapses": lapses.lapses(request.user, programme, on) if programme else None,
        "ends": ends.of_programme(programme, request.user, on) if programme else None,
    }
    return render(request, "reviews/board.html", context)


def _chosen(readable: list[Programme], code: str | None) -> Programme | None:
    if code:
        found = next((row for row in readable if row.code == code), None)
        if found is None:
            raise Http404
        return found
    return next((row for row in readable if not row.is_closed), readable[0] if readable else None)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the signed-in user."""
    at = clock.now()
    found = desks.desk(request.user, at.date(), at)
    return render(request, "reviews/desk.html", {"desk": found})


@require_safe
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """What the next meeting of a forum has before it."""
    at = clock.now()
    forum = get_object_or_404(Forum.objects.select_related("chair", "secretary"), pk=pk)
    require(permissions.may_read_agenda(request.user, forum, on=at.date()))
    found = agendas.agenda(request.user, forum, at)
    context = {
        "agenda": found,
        "links": motions.links(request.user, [motion.pk for motion in found.motions], on=at.date()),
        "forum": forum,
        "next_meeting": meetings.next_meeting(forum, at),
        "between": between_meetings.on_agenda(
            forum,
            at,
            disputes=[*found.overdue_at_top, *found.disputes],
            reviews=found.reviews,
            motions=found.motions,
        ),
        "may_put": forum_permissions.putting_post(request.user, forum, on=at.date()) is not None,
        "ends": ends.of_forum(forum, request.user, at.date()),
        "adopted": new_revisions.of_forum(forum, request.user, at),
    }
    return render(request, "reviews/agenda.html", context)
