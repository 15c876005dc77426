"""Forms of external validation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.models import Programme
from ledger.forms import DayField
from people.models import User


class PanelForm(forms.Form):
    """Convene a panel."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    name = forms.CharField(
        label=_("Name of the panel"),
        max_length=200,
        help_text=_("Such as: International review panel 2012."),
    )
    starts_on = DayField(label=_("Results from"), widget=forms.DateInput)
    ends_on = DayField(
        label=_("Results until"),
        widget=forms.DateInput,
        help_text=_("The newest value of each KPI whose period ends by this day is validated."),
    )

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]


class SeatForm(forms.Form):
    """Give somebody a seat."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Person"),
        help_text=_(
            "From outside: nobody of the delivery unit, or of an organisation that leads an area"
            " or answers for a KPI. Invite people who have no account yet."
        ),
    )
    organisation = forms.CharField(label=_("Organisation they come from"), max_length=200)
    mandate = forms.CharField(
        label=_("Why this person"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = User.objects.filter(is_active=True, is_system=False).order_by("name", "pk")
        self.fields["user"].queryset = active  # type: ignore[attr-defined]


class ScoreForm(forms.Form):
    """Score one KPI."""

    validated = forms.DecimalField(
        label=_("Validated score, in per cent of the target"),
        required=False,
        max_digits=9,
        decimal_places=2,
        help_text=_("Leave it empty if it could not be validated, and say why."),
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 5}))


class ReportForm(forms.Form):
    """The panel's report."""

    report = forms.CharField(label=_("Report"), widget=forms.Textarea(attrs={"rows": 12}))
    file = forms.FileField(label=_("The report as a file"), required=False)
