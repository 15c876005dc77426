"""Forms of the calendar of holidays."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ledger.forms import DayField


class CalendarForm(forms.Form):
    """Which calendar to show."""

    country = forms.CharField(
        label=_("Country"),
        max_length=10,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    year = forms.IntegerField(
        label=_("Year"),
        min_value=1950,
        max_value=2099,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )


class HolidayForm(forms.Form):
    """A day that is off here, or worked although it is a holiday."""

    day = DayField(label=_("Day"), widget=forms.DateInput)
    working = forms.TypedChoiceField(
        label=_("What is different?"),
        choices=[("off", _("The day is off")), ("worked", _("The holiday is worked"))],
        coerce=lambda chosen: chosen == "worked",
        widget=forms.RadioSelect,
        initial="off",
    )
    name = forms.CharField(label=_("What is the day called?"), max_length=200)
