"""Evidence: signed minutes and what shows that an action was done. Always downloaded."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from config import clock
from forums import permissions
from forums.models import Action, Decision
from people.models import Document


@require_safe
def minute(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed minute of a decision: for the forum and for whom it was entered."""
    on = clock.now().date()
    found = get_object_or_404(Decision.objects.select_related("motion__forum", "evidence"), pk=pk)
    inside = permissions.may_read_motion(request.user, found.motion, on=on)
    if not (inside or permissions.answering_post(request.user, found, on=on)):
        raise Http404
    return download(found.evidence)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """What the owner of an action handed in."""
    related = ("evidence", "decision__motion__forum")
    found = get_object_or_404(Action.objects.select_related(*related), pk=pk)
    if not permissions.may_read_action(request.user, found, on=clock.now().date()):
        raise Http404
    return download(found.evidence)


def download(document: Document | None) -> FileResponse:
    """A kept file, to be saved; 404 where there is none."""
    if document is None:
        raise Http404
    return FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.name,
        content_type=document.content_type,
    )
