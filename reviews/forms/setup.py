"""The form of the first run: one page, works without JavaScript."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from people.forms.refusals import show
from reviews.services.setup import MOST_FORUMS, Opening, Rung

TOP = {
    "name": _("Prime Minister"),
    "chair_title": _("Prime Minister"),
    "organisation": _("Office of the Prime Minister"),
}


def zones() -> list[tuple[str, str]]:
    """Time zones for a list, those of no place left out."""
    return [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


class SetupForm(forms.Form):
    """The delivery unit's administrator and the first programme."""

    name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least 10 characters, and nothing that is easy to guess."),
    )
    organisation = forms.CharField(
        label=_("Name of the delivery unit"), max_length=200, initial=_("Delivery Unit")
    )
    programme_name = forms.CharField(label=_("Name of the programme"), max_length=200)
    programme_code = forms.SlugField(
        label=_("Code of the programme"),
        max_length=40,
        help_text=_("Small letters, digits and hyphens; part of addresses, such as health-2030."),
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency"),
        required=False,
        help_text=_("Three letters, such as MYR."),
        error_messages={"invalid": _("Write the three letters of the currency, like MYR.")},
    )
    country = forms.RegexField(
        r"^[A-Za-z]{2}(-[A-Za-z0-9]{1,5})?$",
        label=_("Country whose public holidays count"),
        required=False,
        help_text=_("Two letters, such as MY. Empty: only weekends are days off."),
        error_messages={"invalid": _("Write the two letters of the country, like MY.")},
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones, initial="UTC")
    fiscal_year_start = forms.TypedChoiceField(
        label=_("The fiscal year starts in"),
        choices=list(MONTHS.items()),
        coerce=int,
        initial=1,
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def opening(self) -> Opening:
        """The programme as the service takes it."""
        given = self.cleaned_data
        return Opening(
            code=given["programme_code"],
            name=given["programme_name"],
            currency=given["currency"],
            country=given["country"],
            time_zone=given["time_zone"],
            fiscal_year_start=given["fiscal_year_start"],
        )


class RungForm(forms.Form):
    """One forum; a row left empty is no forum."""

    name = forms.CharField(label=_("Forum"), max_length=200, required=False)
    chair_title = forms.CharField(label=_("Post that chairs it"), max_length=200, required=False)
    organisation = forms.CharField(
        label=_("Organisation of that post"), max_length=200, required=False
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        filled = [name for name in self.fields if given.get(name)]
        if filled:
            for name in self.fields:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill this in, or empty the whole row."))
        return given

    def rung(self) -> Rung | None:
        """The forum as the service takes it."""
        given = self.cleaned_data
        return Rung(**{name: given[name] for name in self.fields}) if given.get("name") else None


LadderForm = forms.formset_factory(
    RungForm, extra=0, min_num=MOST_FORUMS, max_num=MOST_FORUMS, absolute_max=MOST_FORUMS
)


def empty_ladder() -> Any:
    """Five rows, lowest first, the top one filled in."""
    blank: list[dict[str, Any]] = [{} for _row in range(MOST_FORUMS - 1)]
    return LadderForm(prefix="forums", initial=[*blank, TOP])


def refuse(form: SetupForm, refused: Any) -> None:
    """Show a refusal; what concerns the programme stands under its own names here."""
    renamed = {"code": "programme_code"}
    if refused.fields and str(refused.code) == "programme":
        renamed["name"] = "programme_name"
    if refused.fields:
        refused.fields = {renamed.get(name, name): text for name, text in refused.fields.items()}
    show(form, refused)
