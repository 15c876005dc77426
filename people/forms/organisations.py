"""Forms for organisations, posts and appointments."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ledger.forms import DayField
from people.models import Organisation, User
from people.models.organisations import Sector
from people.selectors import directory


class OrganisationForm(forms.Form):
    """A new organisation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    sector = forms.ChoiceField(label=_("Sector"), choices=Sector.choices)
    parent = forms.ModelChoiceField(
        Organisation.objects.all(), label=_("Part of"), required=False, empty_label=_("none")
    )


class PostForm(forms.Form):
    """A new post."""

    title = forms.CharField(label=_("Title"), max_length=200)
    rank = forms.IntegerField(
        label=_("Rank"),
        min_value=1,
        max_value=1000,
        initial=50,
        help_text=_("1 is the highest; used for attendance by rank."),
    )


class AppointmentForm(forms.Form):
    """Who holds a post from when."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Person"))
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty while it is open.")
    )
    acting = forms.BooleanField(
        label=_("Acting"),
        required=False,
        help_text=_("Stands in while the post is vacant or its holder is away."),
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = directory.appointable()  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = today


class LastDayForm(forms.Form):
    """The last day of an appointment, or of a post."""

    ends_on = DayField(label=_("Last day"))
