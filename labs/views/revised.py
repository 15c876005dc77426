"""How many initial plans of a programme were revised: a figure without alarm."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config import clock
from labs.selectors import programmes
from labs.selectors import revised as selectors


@require_safe
def revised(request: HttpRequest, code: str) -> HttpResponse:
    """The share of initial plans revised, by year, goals apart from execution."""
    readable = programmes.readable(request.user, clock.now().date())
    found = get_object_or_404(readable, code=code)
    *years, all_years = selectors.shares(found)
    context = {"programme": found, "years": years, "all_years": all_years}
    return render(request, "labs/revised.html", context)
