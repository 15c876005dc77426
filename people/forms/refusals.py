"""A service's "no" as errors of the form that asked, with what was typed kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.forms import BaseForm

from ledger.rules.errors import Refused

Made = TypeVar("Made")


def attempt(form: BaseForm, act: Callable[[], Made]) -> Made | None:
    """What ``act`` returns when the form holds and nothing is refused, else None.

    ``act`` is called only with a valid form, so it may read ``form.cleaned_data``::

        reading = attempt(form, lambda: readings.record(value=form.cleaned_data["value"], …))
        if reading is not None:
            return redirect(…)
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except Refused as refused:
        show(form, refused)
        return None


def show(form: BaseForm, refused: Refused) -> None:
    """Put the refusal beside the fields it concerns, else above the form."""
    placed = False
    for name, message in (refused.fields or {}).items():
        if name in form.fields:
            form.add_error(name, message)
            placed = True
    if not placed:
        form.add_error(None, refused.message)
