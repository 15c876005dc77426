"""Pages of the ledger: what happened, and what one was told of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from config import clock
from ledger import permissions, selectors
from ledger.forms import EventFilter
from ledger.models import Event
from ledger.services import notices as notices_service

LARGEST = 2**63 - 1


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The ledger, newest first."""
    _require(request)
    sees = permissions.may_read_restricted(request.user)
    form = EventFilter(request.GET if set(request.GET) & set(EventFilter.base_fields) else None)
    page = selectors.page(
        selectors.events(**form.criteria(), sees_restricted=sees),
        before=_cursor(request, "before"),
        after=_cursor(request, "after"),
        sees_restricted=sees,
    )
    return render(
        request,
        "ledger/events.html",
        {
            "form": form,
            "lines": page.lines,
            "newer_url": _turned(request, after=page.newer),
            "older_url": _turned(request, before=page.older),
            "state": selectors.seal_state(),
        },
    )


@require_GET
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with its data, texts and digests."""
    _require(request)
    row = get_object_or_404(Event.objects.prefetch_related("texts"), pk=pk)
    line = selectors.line(row, sees_restricted=permissions.may_read_restricted(request.user))
    return render(
        request, "ledger/event.html", {"line": line, "seal": selectors.seal_of(row.number)}
    )


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """My notices."""
    user_id = _user_id(request)
    rows, older = selectors.notices(user_id, before=_cursor(request, "before"))
    return render(
        request,
        "ledger/notices.html",
        {
            "notices": rows,
            "older_url": _turned(request, before=older),
            "unread": selectors.unread(user_id),
        },
    )


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one of my notices, or all, as read."""
    given = request.POST.get("notice", "")
    if given and not given.isdecimal():
        raise Http404
    notices_service.mark_read(
        user_id=_user_id(request), notice_ids=[int(given)] if given else None, at=clock.now()
    )
    return redirect("ledger:notices")


def _require(request: HttpRequest) -> None:
    if not permissions.may_read_events(request.user):
        raise PermissionDenied


def _user_id(request: HttpRequest) -> int:
    if request.user.pk is None:
        raise PermissionDenied
    return int(request.user.pk)


def _cursor(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return min(int(given), LARGEST) if given.isdecimal() and given.isascii() else None


def _turned(request: HttpRequest, **cursor: Any) -> str:
    """The address of a neighbouring page with the same filters, "" when there is none."""
    if None in cursor.values():
        return ""
    kept = {
        name: value
        for name, value in request.GET.items()
        if name in EventFilter.base_fields and value
    }
    return f"?{urlencode(kept | cursor)}"
