"""Which kinds of support reach which goals and target groups."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config import clock
from labs.selectors import coverage as selectors
from labs.views.registers.pages import about, readable


@require_safe
def coverage(request: HttpRequest, code: str) -> HttpResponse:
    """The matrix of a programme, with its gaps."""
    programme = readable(request, code)
    found = selectors.of(programme, request.user, clock.now().date())
    context = about(programme, _("Coverage of support")) | {"coverage": found}
    return render(request, "labs/registers/coverage.html", context)
