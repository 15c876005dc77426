"""Forms of what is recorded beside a plan: money, promises verified, requests answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from labs.models import BudgetFigure, CommitmentCheck, DependencyAnswer
from ledger.forms import DayField


def _choices(choices: Any) -> list[tuple[str, str]]:
    return [(value, capfirst(str(label))) for value, label in choices]


class FigureForm(forms.Form):
    """Money allotted to a budget line, or spent from it."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=_choices(BudgetFigure.Kind.choices), widget=forms.RadioSelect
    )
    amount = forms.CharField(
        label=_("Amount"),
        max_length=40,
        help_text=_("Digits only: 1250000 or 1250000.50. A negative amount takes back."),
    )
    on = DayField(label=_("On"))
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The warrant, the account, the report.")
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = _("Amount in %(currency)s") % {"currency": currency}


class CeilingForm(forms.Form):
    """The most a programme may plan for one year in one currency."""

    year = forms.CharField(label=_("Year"), max_length=4)
    currency = forms.CharField(label=_("Currency"), max_length=3)
    amount = forms.CharField(
        label=_("Ceiling"), max_length=40, help_text=_("Digits only: 1250000 or 1250000.50")
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Who set it and where: a budget act, a letter. Whoever is refused reads this."),
    )


class CheckForm(forms.Form):
    """Whether a promise was kept."""

    result = forms.ChoiceField(
        label=_("Was the promise kept?"),
        choices=_choices(CommitmentCheck.Result.choices),
        widget=forms.RadioSelect,
    )
    basis = forms.CharField(
        label=_("Evidence"),
        max_length=5000,
        help_text=_("What shows it: a document, a place, a count."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sanction = forms.CharField(
        label=_("What follows"),
        required=False,
        max_length=5000,
        help_text=_("If it was not kept, or only in part: the sanction, or why there is none."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RequestAnswerForm(forms.Form):
    """What the organisation asked for something says of it."""

    state = forms.ChoiceField(
        label=_("Answer"),
        choices=_choices(DependencyAnswer.State.choices),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=5000,
        help_text=_("Refused: why. Delivered: what shows it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    step_key = forms.TypedChoiceField(
        label=_("Your step that delivers it"),
        required=False,
        empty_value=None,
        help_text=_("A step in force that a post of your organisation owns."),
    )

    def __init__(self, *args: Any, steps: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["step_key"]
        field.choices = [
            ("", _("none")),
            *((str(step.key), f"{step.title} ({step.plan.lab.title})") for step in steps),
        ]
