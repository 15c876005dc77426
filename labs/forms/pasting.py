"""Steps pasted from a spreadsheet."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.rules import pasted

# What each column is called on the page; the English name is always understood too.
HEADINGS = {
    pasted.INITIATIVE: _("Initiative"),
    pasted.STEP: _("Step"),
    pasted.OWNER: _("Owner"),
    pasted.START: _("Start"),
    pasted.FINISH: _("Finish"),
    pasted.AFTER: _("After"),
}


def headings() -> dict[str, str]:
    """Names of columns in small letters, in the reader's language and in English."""
    return {name: name for name in HEADINGS} | {
        str(label).lower(): name for name, label in HEADINGS.items()
    }


class PasteForm(forms.Form):
    """The steps as one text."""

    text = forms.CharField(
        label=_("Steps"),
        help_text=_("Copy the rows in your spreadsheet, with the line of headings, and paste."),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        strip=False,
    )

    def __init__(self, data: object = None, *, ask_reason: bool = False) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if ask_reason:
            self.fields["reason"] = forms.CharField(
                label=_("Why they are added"),
                help_text=_("The plan is in force. Readers see this beside each step."),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=5000,
                required=False,
            )
