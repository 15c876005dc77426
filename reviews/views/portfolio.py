"""The joint portfolio of a programme: engines and bottom-up initiatives side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config import clock
from labs.selectors import labs, programmes
from reviews.selectors import portfolio as portfolios


@require_safe
def portfolio(request: HttpRequest, code: str) -> HttpResponse:
    """All initiatives in force by pathway."""
    on = clock.now().date()
    programme = get_object_or_404(programmes.readable(request.user, on), code=code)
    context = {
        "programme": programme,
        "portfolio": portfolios.of(programme, request.user, on),
        "hidden": labs.hidden_count(request.user, on, programme),
    }
    return render(request, "reviews/portfolio.html", context)
