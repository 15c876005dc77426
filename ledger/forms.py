"""Forms of the ledger's pages."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EARLIEST = datetime.date(1900, 1, 1)
LATEST = datetime.date(2199, 12, 31)


class DayField(forms.DateField):
    """A date somebody means. A year typed wrong, such as 0219 or 20190, is refused."""

    default_error_messages = {"year": _("Write a year from 1900 to 2199.")}
    widget = forms.DateInput

    def validate(self, value: datetime.date | None) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(self.error_messages["year"], code="year")


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
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)

    def criteria(self) -> dict[str, Any]:
        """What ``selectors.events`` takes; fields that do not hold are left out."""
        if not self.is_bound:
            return {}
        self.full_clean()
        return dict(self.cleaned_data)
