"""What people decide by hand about a series: its status, and where its baselines start."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.models import Definition
from kpis.models.targets import Status
from kpis.rules.periods import PeriodRefused, parse_period
from kpis.services.hand_statuses import SETTABLE


class HandStatusForm(forms.Form):
    """A status in place of the one worked out, and why."""

    status = forms.ChoiceField(
        label=_("Status to show"),
        choices=[(status, str(Status(status).label).capitalize()) for status in SETTABLE],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why does it differ from what the rules say?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who reads the KPI reads this reason."),
    )


class BaselineForm(forms.Form):
    """From which period on the control chart is worked out anew, and why."""

    period = forms.CharField(
        label=_("First period of the new baseline"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
        help_text=_("Such as 2018, 2018-Q1, 2018-03 or 2018-W07."),
    )
    reason = forms.CharField(
        label=_("What changed in how things are done?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "A new baseline is for a change that somebody made or knows of, not for"
            " values that have merely become worse."
        ),
    )

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition

    def clean_period(self) -> date:
        """The first day of the period that was written."""
        fiscal = self.definition.kpi.area.programme.fiscal_year_start
        try:
            period = parse_period(
                self.cleaned_data["period"],
                self.definition.frequency,  # type: ignore[arg-type]
                fiscal,
            )
        except PeriodRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        return period.start
