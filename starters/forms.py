"""What is asked when a programme is started from a template."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ledger.forms import DayField
from people.models import Organisation
from starters.rules.shape import Template
from starters.services.starting import Overrides


class StartForm(forms.Form):
    name = forms.CharField(label=_("Name of the programme"), max_length=200)
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Part of addresses; small letters, digits and hyphens: gtp-2"),
    )
    starts_on = DayField(
        label=_("Starts"),
        help_text=_("All dates of the template are counted from this day."),
    )
    lead = forms.ModelChoiceField(
        Organisation.objects.filter(successor=None),
        label=_("Lead organisation"),
        required=False,
    )
    country = forms.CharField(
        label=_("Country of its calendar"),
        max_length=10,
        required=False,
        help_text=_("Two letters whose public holidays and firm sizes count: MY"),
    )
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        help_text=_("Three letters: MYR. Amounts keep their numbers; change them in the draft."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(
        label=_("Language of the texts"),
        help_text=_("What is not written in this language comes in English."),
    )

    def __init__(self, *args: Any, template: Template, today: date, **kwargs: Any) -> None:
        offered = template.programme
        languages = template.labs[0].question.languages()
        mine = (get_language() or "en").partition("-")[0]
        chosen = mine if mine in languages else "en"
        kwargs["initial"] = {
            "name": offered.name.said(chosen),
            "starts_on": today,
            "country": offered.country,
            "currency": offered.currency,
            "time_zone": offered.time_zone,
            "language": chosen,
        }
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["time_zone"].choices = [(each, each) for each in sorted(available_timezones())]
        known = dict(settings.LANGUAGES)
        fields["language"].choices = [
            (each, known.get(each, each)) for each in sorted(languages, key=lambda x: x != "en")
        ]
        placeholder = next(each for each in template.organisations if each.key == offered.lead)
        fields["lead"].empty_label = format_lazy(
            _("{name} (from the template)"), name=placeholder.name.said(chosen)
        )

    def overrides(self) -> Overrides:
        """What whoever starts it says in place of the template."""
        said = self.cleaned_data
        return Overrides(
            starts_on=said["starts_on"],
            lead=said["lead"],
            currency=said["currency"],
            country=said["country"],
            time_zone=said["time_zone"],
            language=said["language"],
        )
