"""Forms of budget lines and of what beneficiaries promise."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.forms.parts.base import PartForm, date_field
from labs.rules.parts import FIRST_YEAR, LAST_YEAR
from labs.rules.plans import PlanContent
from labs.rules.revisions import BUDGET_LINE, COMMITMENT
from people.models import Organisation


class _OfInitiative(PartForm):
    """A part that belongs to an initiative."""

    parent_field = "initiative_key"

    def choose(self, content: PlanContent, key: uuid.UUID | None) -> None:
        initiatives: Any = self.fields["initiative_key"]
        initiatives.choices = [(str(each.key), each.title) for each in content.initiatives.values()]


def _year(label: Any, help_text: Any, required: bool) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class BudgetLineForm(_OfInitiative):
    """Money planned in one year."""

    part = BUDGET_LINE
    title = forms.CharField(
        label=_("Budget line"), max_length=300, help_text=_("What the money is for.")
    )
    initiative_key = forms.ChoiceField(label=_("Initiative"))
    year = _year(_("Year"), _("The budget year, like 2027."), True)
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        help_text=_("Three letters. Nothing is added up across currencies."),
    )
    planned = forms.CharField(
        label=_("Planned"), max_length=40, help_text=_("Digits only: 1250000 or 1250000.50")
    )
    price_base = _year(
        _("In prices of"),
        _("The year whose prices the amount is in. Empty: prices of the budget year itself."),
        False,
    )

    def choose(self, content: PlanContent, key: uuid.UUID | None) -> None:
        super().choose(content, key)
        if key is None:
            self.initial["currency"] = self.place.plan.lab.area.programme.currency


class CommitmentForm(_OfInitiative):
    """What a beneficiary promises in return."""

    part = COMMITMENT
    title = forms.CharField(
        label=_("Promise"),
        max_length=300,
        help_text=_("What they will do, so that one can see whether they did."),
    )
    initiative_key = forms.ChoiceField(label=_("Initiative"))
    beneficiary = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Who promises"),
        required=False,
        help_text=_("They do not verify it themselves."),
    )
    verify_on = date_field(_("Verified on"), required=True)
    sanction = forms.CharField(
        label=_("Sanction"),
        max_length=20_000,
        help_text=_("What follows if the promise is not kept."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def choose(self, content: PlanContent, key: uuid.UUID | None) -> None:
        super().choose(content, key)
        self.organisation_choices("beneficiary")
