"""Closing a forum: what passes on is said before."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from forums import permissions
from forums.models import Forum
from forums.services import forums
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting
from reviews.forms.forums import CloseForumForm
from reviews.selectors import forum_closing


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a forum and name its successor; what it holds open is shown first."""
    at = clock.now()
    found = get_object_or_404(Forum.objects.select_related("parent"), pk=pk)
    require(permissions.may_manage_forums(request.user, found, on=at.date()))
    if found.closed_on is not None:
        raise Http404
    form = CloseForumForm(request.POST or None, forum=found)
    closed = attempt(
        form,
        lambda: forums.close(forum=found, **form.cleaned_data, by=acting(request.user), at=at),
    )
    if closed is not None:
        messages.success(request, _("The forum is closed. Everybody around it is told."))
        return redirect("forums:forum", pk=found.pk)
    context = {"form": form, "forum": found, "estate": forum_closing.estate(found, at)}
    return render(request, "reviews/forum_close.html", context)
