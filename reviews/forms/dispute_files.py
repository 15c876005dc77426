"""Forms of a dispute's file and time: evidence, more time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ledger.forms import DayField

PROSE = forms.Textarea(attrs={"rows": 5})


class ExhibitForm(forms.Form):
    """A dated source, with the file or where it is to be found."""

    title = forms.CharField(label=_("What it shows"), max_length=300)
    dated = DayField(label=_("Dated"), help_text=_("The day the source itself bears."))
    where = forms.CharField(
        label=_("Where to find it"),
        max_length=500,
        required=False,
        help_text=_("A register, a report with its page, an address. Or hand in the file."),
    )
    document = forms.FileField(
        label=_("The file"),
        required=False,
        help_text=_("A PDF, a picture or a document, at most 20 MB."),
    )

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "file": self.cleaned_data["document"],
            **{name: self.cleaned_data[name] for name in ("title", "dated", "where")},
        }


class TimeForm(forms.Form):
    """How many working days more, and what for."""

    days = forms.IntegerField(label=_("Working days more"), min_value=1)
    reason = forms.CharField(label=_("What the time is for"), widget=PROSE)

    def __init__(self, *args: Any, longest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].help_text = ngettext(
            "At most %(days)d working day: half of this tier's own time. Given once.",
            "At most %(days)d working days: half of this tier's own time. Given once.",
            longest,
        ) % {"days": longest}
        self.fields["days"].widget.attrs["max"] = longest
