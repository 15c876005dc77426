"""The list of KPIs."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config import clock
from kpis import permissions
from kpis.models.targets import Status
from kpis.selectors import kpis
from kpis.selectors.pages import index as pages
from labs.models import Programme
from labs.selectors import programmes

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """KPIs of a programme by result area; filtered by status and by words."""
    on = clock.now().date()
    open_first = F("closed_at").asc(nulls_first=True)
    readable = list(programmes.readable(request.user, on).order_by(open_first, "name"))
    programme = _chosen(readable, request.GET.get("programme", ""))
    context: dict[str, Any] = {
        "programmes": readable,
        "programme": programme,
        "statuses": _statuses(),
        "status": _known(request.GET.get("status", "")),
        "text": request.GET.get("q", "").strip()[:100],
        "may_see_imports": permissions.may_see_imports(request.user),
    }
    if programme is not None:
        found = pages.listed(
            request.user, on, programme=programme, status=context["status"], text=context["text"]
        )
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "rows": pages.rows(page),
            "hidden": kpis.hidden_count(request.user, on, programme),
            "may_create": permissions.may_create_kpi(request.user, programme, on=on),
        }
    return render(request, "kpis/index.html", context)


def _chosen(readable: list[Programme], code: str) -> Programme | None:
    if code:
        found = next((row for row in readable if row.code == code), None)
        if found is None:
            raise Http404
        return found
    return readable[0] if readable else None


def _statuses() -> list[tuple[str, str]]:
    words = [(str(value), str(label).capitalize()) for value, label in Status.choices]
    return [*words, (pages.DISPUTED, _("Disputed"))]


def _known(status: str) -> str:
    return status if status in {value for value, _label in _statuses()} else ""
