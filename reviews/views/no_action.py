"""How often each rule's reviews end in no action."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from labs.selectors import programmes
from reviews.rules import no_action as rules
from reviews.selectors import no_action as selectors


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Per rule of the programmes the user may read; ``?programme=`` of one."""
    on = clock.now().date()
    code = request.GET.get("programme", "")
    context = {
        "page": selectors.page(request.user, on, code),
        "programme": code,
        "programmes": programmes.readable(request.user, on).order_by("name"),
        "at_least": rules.AT_LEAST,
    }
    return render(request, "reviews/no_action.html", context)
