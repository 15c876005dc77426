"""Forms of the ledger's pages."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EARLIEST = datetime.date(1900, 1, 1)
LATEST = datetime.date(9998, 12, 31)


class EventFilter(forms.Form):
    """Which events to list; every field may stay empty."""

    verb = forms.CharField(
        label=_("What happened"),
        max_length=64,
        required=False,
        help_text=_("Such as reading.recorded, or the beginning of it."),
    )
    subject_type = forms.CharField(
        label=_("Kind of subject"),
        max_length=64,
        required=False,
        help_text=_("Such as kpis.reading."),
    )
    subject_id = forms.CharField(label=_("Number of the subject"), max_length=64, required=False)
    programme_id = forms.CharField(
        label=_("Number of the programme"), max_length=64, required=False
    )
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)

    def clean_since(self) -> datetime.date | None:
        return self._sensible("since")

    def clean_until(self) -> datetime.date | None:
        return self._sensible("until")

    def _sensible(self, name: str) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data[name]
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Enter a year from 1900 to 9998."))
        return day

    def criteria(self) -> dict[str, Any]:
        """What ``selectors.events`` takes; fields that do not hold are left out."""
        if not self.is_bound:
            return {}
        self.full_clean()
        return dict(self.cleaned_data)
