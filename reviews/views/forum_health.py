"""How forums do: all of them, the worst first, and one with its gaps and who came."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config import clock
from forums.models import Forum
from forums.permissions import oversees
from people.permissions import require
from reviews.permissions import reviews as permissions
from reviews.selectors import carried_over, forum_health, forum_words


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every open forum, the worst first: for the delivery unit and auditors."""
    require(oversees(request.user))
    rows = [
        {
            "found": found,
            "summary": forum_words.summary(found.health),
            "warnings": forum_words.warnings(found.health),
        }
        for found in forum_health.every(clock.now())
    ]
    return render(request, "reviews/forums_health.html", {"rows": rows})


@require_safe
def forum(request: HttpRequest, pk: int) -> HttpResponse:
    """One forum: for those who sit there or above it, the delivery unit and auditors."""
    at = clock.now()
    found = get_object_or_404(Forum, pk=pk)
    require(permissions.may_read_agenda(request.user, found, on=at.date()))
    health = forum_health.of([found], at)[0]
    context = {
        "forum": found,
        "found": health,
        "health": health.health,
        "summary": forum_words.summary(health.health),
        "items": forum_words.items(health.health),
        "own_decisions": forum_words.own_decisions(health.health),
        "warnings": forum_words.warnings(health.health),
        "carried": carried_over.most(found, request.user, at),
        "oversees": oversees(request.user),
    }
    return render(request, "reviews/forum_health.html", context)
