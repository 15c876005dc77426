"""Forms of the spreadsheet of what is due: the file, and yes to what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from kpis.services.sheets.read import Line

SALT = "kpis.forms.sheets"
ONE_DAY = 24 * 3600  # seconds


class SheetForm(forms.Form):
    """The file as it came back."""

    sheet = forms.FileField(
        label=_("The spreadsheet, filled in"),
        help_text=_("The .xlsx file that you downloaded here. Nothing is saved before you say so."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class TakeForm(forms.Form):
    """Yes, save these: the rows travel with the page, signed, so that they are the ones shown."""

    lines = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, evidence: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if evidence:
            self.fields["document"] = forms.FileField(
                label=_("Document that shows the values"),
                help_text=_("You enter these for the posts that own the KPIs."),
            )


def packed(lines: Sequence[Line], user_id: int) -> str:
    """The filled-in rows, for this user and a day."""
    return signing.dumps(
        [asdict(line) for line in lines if not line.is_empty],
        salt=f"{SALT}.{user_id}",
        compress=True,
    )


def unpacked(text: str, user_id: int) -> list[Line] | None:
    """The rows again; None for anything that was not packed for this user today."""
    try:
        rows = signing.loads(text, salt=f"{SALT}.{user_id}", max_age=ONE_DAY)
    except signing.BadSignature:
        return None
    return [Line(**row) for row in rows]
