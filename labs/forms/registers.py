"""Registers of a programme: recommendations, money, windows, acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from labs.forms.labs import open_forums
from labs.models import Initiative, Milestone, Programme, Recommendation
from labs.models.content import Pathway
from ledger.forms import DayField
from people.models import Organisation, Post
from people.templatetags.govuk_forms import with_capitals

PATHWAYS = [("", _("neither of the two")), *Pathway.choices]


def text_field(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(
        label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def amount_field(label: Any, **more: Any) -> forms.DecimalField:
    """An amount of money with two decimals."""
    return forms.DecimalField(label=label, max_digits=17, decimal_places=2, **more)


class FilterForm(forms.Form):
    """Which entries to list; ``choices`` of each filter come from the page."""

    def __init__(self, *args: Any, filters: Mapping[str, tuple[Any, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, (label, choices) in filters.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=with_capitals(choices),
                required=False,
                widget=forms.Select(attrs={"class": "govuk-select"}),
            )

    def chosen(self) -> dict[str, str]:
        """The value of each filter; "" where it is not one of the choices."""
        self.full_clean()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


class RecommendationForm(forms.Form):
    title = forms.CharField(label=_("What is recommended"), max_length=300)
    text = text_field(_("In full"), required=False)
    source = forms.CharField(
        label=_("By whom, or where"),
        max_length=300,
        help_text=_("A report with its page, a review, an adviser."),
    )
    owner = forms.ModelChoiceField(
        Post.objects.filter(abolished_on=None).select_related("organisation"),
        label=_("Who follows it up"),
        required=False,
    )


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        Post.objects.filter(abolished_on=None).select_related("organisation"),
        label=_("Who follows it up"),
        required=False,
    )


class StateForm(forms.Form):
    """Where a recommendation stands. ``seen``: the status its reader saw."""

    state = forms.ChoiceField(
        label=_("Status"), choices=Recommendation.State, widget=forms.RadioSelect
    )
    reason = text_field(_("Reason"), required=False, help_text=_("Needed to decline it."))
    basis = text_field(
        _("Evidence"), required=False, help_text=_("Needed when it is done: what shows it.")
    )
    seen = forms.ChoiceField(choices=Recommendation.State, widget=forms.HiddenInput)


class SourceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    funder = forms.ModelChoiceField(Organisation.objects.all(), label=_("Who pays"), required=False)
    pathway = forms.ChoiceField(
        label=_("Pathway it springs from"), choices=PATHWAYS, required=False
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Three letters: MYR"))
    amount = amount_field(_("Amount"), min_value=0)
    note = text_field(_("Note"), required=False)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class AmountForm(forms.Form):
    amount = amount_field(_("Amount"), min_value=0)
    reason = text_field(_("Why it changes"))


class AllocationForm(forms.Form):
    """For an organisation, an initiative in force, or both."""

    purpose = forms.CharField(label=_("What for"), max_length=300)
    amount = amount_field(_("Amount"))
    beneficiary = forms.ModelChoiceField(
        Organisation.objects.all(),
        label=_("Organisation that receives it"),
        required=False,
        help_text=_("It has no vote on the allocation, nor has anybody in it."),
    )
    initiative = forms.ModelChoiceField(
        Initiative.objects.none(),
        label=_("Initiative"),
        required=False,
        help_text=_("One that is in force. Who leads it has no vote on the allocation."),
    )

    def __init__(self, *args: Any, initiatives: QuerySet[Initiative], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["initiative"]
        field.queryset = initiatives

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.cleaned_data)
        initiative = given.pop("initiative")
        return given | {
            "plan": initiative.plan if initiative else None,
            "initiative_key": initiative.key if initiative else None,
        }


class TransferForm(forms.Form):
    amount = amount_field(_("Amount"))
    on = DayField(label=_("On"))
    reference = forms.CharField(
        label=_("Reference"), max_length=200, help_text=_("Such as the number of its voucher.")
    )
    from_pathway = forms.ChoiceField(
        label=_("From"), choices=[("", _("as the source says")), *Pathway.choices], required=False
    )
    to_pathway = forms.ChoiceField(
        label=_("To"),
        choices=[("", _("as the initiative says")), *Pathway.choices],
        required=False,
    )


class WindowForm(forms.Form):
    title = forms.CharField(label=_("Window"), max_length=200)
    text = text_field(_("What it allows"), required=False)
    opens_on = DayField(label=_("Opens"))
    closes_on = DayField(label=_("Closes"), help_text=_("The last day on which it can be used."))
    pays_off_on = DayField(
        label=_("Pays off"),
        required=False,
        help_text=_("When its use shows results; often after it has closed."),
    )
    alert_days = forms.IntegerField(label=_("Say so beforehand, days"), min_value=0, max_value=3650)


class StepsForm(forms.Form):
    """Steps that make use of a window, among those found."""

    steps = forms.ModelMultipleChoiceField(
        Milestone.objects.none(),
        label=_("Steps that make use of it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="key",
    )

    def __init__(self, *args: Any, found: list[Milestone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["steps"]
        field.queryset = Milestone.objects.filter(
            pk__in=[each.pk for each in found]
        ).select_related("plan__lab")
        field.label_from_instance = lambda step: f"{step.title} ({step.plan.lab.title})"


class ActForm(forms.Form):
    council = forms.CharField(
        label=_("Council"),
        max_length=200,
        required=False,
        help_text=_("Its name; leave empty where it is one of the forums here."),
    )
    forum = forms.ModelChoiceField(
        Forum.objects.all(), label=_("The council as a forum here"), required=False
    )
    reference = forms.CharField(
        label=_("Reference"), max_length=100, help_text=_("As the council numbers it: CMC 12/08")
    )
    dated = DayField(label=_("Dated"))
    title = forms.CharField(label=_("Title"), max_length=300)
    creates_forum = forms.ModelChoiceField(
        Forum.objects.none(), label=_("Body it created"), required=False
    )
    creates_programme = forms.ModelChoiceField(
        Programme.objects.none(), label=_("Programme it created"), required=False
    )
    url = forms.URLField(label=_("Address"), required=False, assume_scheme="https")

    def __init__(self, *args: Any, programmes: QuerySet[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["creates_forum"].queryset = open_forums()
        fields["creates_programme"].queryset = programmes
