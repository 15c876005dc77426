"""What was mailed, to whom, and what became of it: for those who see to it that it arrives."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from ledger.models import Delivery
from people.permissions import may_read_deliveries, require
from people.selectors import deliveries as selectors

PER_PAGE = 50


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """Deliveries with their attempts; ``?state=`` shows those of one state."""
    require(may_read_deliveries(request.user, on=clock.now().date()))
    state = request.GET.get("state", "")
    state = state if state in Delivery.State.values else ""
    page = Paginator(selectors.listed(state), PER_PAGE).get_page(request.GET.get("page"))
    counts = selectors.counts()
    return render(
        request,
        "people/deliveries.html",
        {
            "page": page,
            "lines": selectors.lines(page.object_list),
            "state": state,
            "states": [
                (value, label, counts.get(value, 0)) for value, label in Delivery.State.choices
            ],
        },
    )
