"""A refusal by the rules, shown on the form that asked; what was typed stays."""

from __future__ import annotations

from django import forms

from ledger.rules.errors import Refused


def show(form: forms.Form, refused: Refused, **renamed: str) -> None:
    """Add the refusal to ``form``: to its fields where it names them, else on top.

    ``renamed`` maps a name the service uses to the form's field of another name.
    """
    placed = False
    for name, message in (refused.fields or {}).items():
        field = renamed.get(name, name)
        if field in form.fields:
            form.add_error(field, message)
            placed = True
    if not placed:
        form.add_error(None, str(refused))
