"""What the grid's script asks: keep cells, say who is where, keep a document."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from config import clock
from kpis.forms.grid import AnotherUser, entries_of, heartbeat_of
from kpis.selectors import presence as present
from kpis.selectors.pages import cells
from kpis.services.grid import presence
from kpis.views.grid.keeping import keep_all, reportable_series, user_id_of
from kpis.views.grid.words import cell_data
from ledger.rules.errors import Refused
from people.permissions import require
from people.selectors import people
from people.selectors.actors import acting
from people.services import documents


@require_POST
def entry_cells(request: HttpRequest) -> JsonResponse:
    """Keep the cells that the page's script sends, each by itself; says what became of each."""
    at = clock.now()
    series = reportable_series(request, at)
    try:
        entries = entries_of(request.body, user_id_of(request))
    except Refused as refused:
        return _unread(refused)
    outcomes = keep_all(request, series, entries, at)
    now = cells.named(series, [each.key for each in entries], at)
    answers = [
        {
            "key": each.key,
            "outcome": each.outcome,
            "code": each.code,
            "message": each.message,
            "meanings": list(each.meanings),
            "cell": cell_data(now[each.key]) if each.key in now else None,
        }
        for each in outcomes
    ]
    return JsonResponse({"cells": answers})


@require_POST
def entry_presence(request: HttpRequest) -> JsonResponse:
    """The page's pulse: where the reader is; answers who else is there and what has changed."""
    at = clock.now()
    try:
        shown, here = heartbeat_of(request.body, user_id_of(request))
    except Refused as refused:
        return _unread(refused)
    found = cells.named(reportable_series(request, at), {*shown, here}, at)
    if here in found:
        cell = found[here]
        presence.see(user_id=user_id_of(request), series=cell.series, period=cell.period, at=at)
    else:
        presence.leave(user_id=user_id_of(request))
    others = present.others(request.user, [cell.series.pk for cell in found.values()], at)
    return JsonResponse(
        {
            "others": {
                key: others[cell.series.pk, cell.period]
                for key, cell in found.items()
                if (cell.series.pk, cell.period) in others
            },
            "cells": [
                cell_data(cell)
                for key, cell in found.items()
                if key in shown and cell.version != shown[key]
            ],
        }
    )


@require_POST
def entry_evidence(request: HttpRequest) -> JsonResponse:
    """Keep the document that shows what is entered for others; the page's cells name it then."""
    at = clock.now()
    require(people.is_delivery_unit(request.user))
    file = request.FILES.get("document")
    try:
        if file is None:
            raise documents.Empty(fields={"document": documents.Empty.message})
        document = documents.store(file=file, restricted=True, by=acting(request.user), at=at)
    except Refused as refused:
        return JsonResponse({"message": str(refused)}, status=400)
    return JsonResponse({"evidence": document.pk, "name": document.name})


def _unread(refused: Refused) -> JsonResponse:
    """A request that cannot be taken as it stands; 403 asks the page to wait for its own user."""
    status = 403 if isinstance(refused, AnotherUser) else 400
    return JsonResponse({"message": str(refused)}, status=status)
