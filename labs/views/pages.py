"""The shape that all pages with a form have: show it, act once, say so, go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from people.forms.refusals import attempt

Made = TypeVar("Made")
Crumbs = list[tuple[Any, str]]


def form_page(
    request: HttpRequest,
    *,
    form: BaseForm,
    act: Callable[[], Made],
    to: Callable[[Made], str],
    done: str,
    context: Mapping[str, Any],
    template: str = "labs/form.html",
) -> HttpResponse:
    """A page with one form. ``act`` is the service call; ``to`` the address after it.

    What the rules refuse is shown on the form, and what was typed stays.
    """
    if request.method == "POST":
        made = attempt(form, act)
        if made is not None:
            messages.success(request, done)
            return redirect(to(made))
    return render(request, template, {"form": form, **context})
