"""Forms of the delivery unit: a new KPI, who answers for it, and what it means."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.models import Definition, Kpi
from kpis.models.kpis import Direction, Frequency, Kind, Level
from labs.models import ResultArea
from ledger.forms import DayField
from people.models import Post


def posts() -> Any:
    """Posts that still exist, with their organisations."""
    return (
        Post.objects.filter(abolished_on=None)
        .select_related("organisation")
        .order_by("organisation__name", "title")
    )


class DefinitionForm(forms.Form):
    """What a KPI means, and when its values are due."""

    unit = forms.CharField(
        label=_("Unit"), max_length=60, help_text=_("For example %, cases, MYR million.")
    )
    direction = forms.ChoiceField(
        label=_("Which way is better?"),
        choices=[
            (Direction.INCREASE, _("It should increase")),
            (Direction.DECREASE, _("It should decrease")),
            (Direction.RANGE, _("It should stay within a range")),
            (Direction.CONTEXT, _("Context only: it is not judged and has no target")),
        ],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=_("Kind of value"),
        choices=[
            (Kind.NUMBER, _("A number")),
            (Kind.RATIO, _("A ratio: numerator and denominator are reported")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.NUMBER,
    )
    scale = forms.IntegerField(
        label=_("A ratio is shown times"),
        min_value=1,
        max_value=1_000_000,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}),
        help_text=_("100 for per cent, 1000 for per mille. 1 for numbers."),
    )
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[(value, str(label).capitalize()) for value, label in Level.choices],
        initial=Level.OUTCOME,
    )
    frequency = forms.ChoiceField(
        label=_("How often is it reported?"),
        choices=[(value, str(label).capitalize()) for value, label in Frequency.choices],
        initial=Frequency.YEARLY,
    )
    reporting_days = forms.IntegerField(
        label=_("Working days after a period's end until its value is due"),
        min_value=0,
        max_value=250,
        initial=20,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}),
    )
    effective_from = DayField(
        label=_("Effect date"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Periods that start before this day open no review."),
    )
    reporting_from = DayField(
        label=_("Values are expected for periods from"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Without this day and an effect date no value is ever due."),
    )
    text = forms.CharField(
        label=_("Definition"),
        required=False,
        widget=forms.Textarea,
        help_text=_("What is counted, what is left out, and how."),
    )

    @staticmethod
    def initial_of(definition: Definition) -> dict[str, Any]:
        """The form as it would have been filled in for a definition."""
        return {name: getattr(definition, name) for name in DefinitionForm.base_fields}


class RedefineForm(DefinitionForm):
    """A new version of what a KPI means."""

    reason = forms.CharField(
        label=_("Why does the definition change?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Readers of the KPI see it beside the new version."),
    )


class KpiForm(DefinitionForm):
    """A KPI that is new."""

    area = forms.ModelChoiceField(label=_("Result area"), queryset=ResultArea.objects.none())
    name = forms.CharField(label=_("Name"), max_length=300)
    code = forms.SlugField(
        label=_("Code"),
        max_length=60,
        help_text=_("Short and lasting: letters, digits and hyphens. It is part of the address."),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Post.objects.none(),
        required=False,
        help_text=_("The post that answers for the KPI and reports its values."),
    )
    verifier = forms.ModelChoiceField(
        label=_("Verifier"),
        queryset=Post.objects.none(),
        required=False,
        help_text=_("Another post, which checks the values."),
    )

    def __init__(self, *args: Any, areas: Any, area: ResultArea | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given_area = area
        if area is None:
            self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        else:
            del self.fields["area"]
        for name in ("owner", "verifier"):
            self.fields[name].queryset = posts()  # type: ignore[attr-defined]
        self.order_fields(["area", "name", "code", "direction", "unit", "kind", "scale"])

    def clean_code(self) -> str:
        """Not a word that the addresses of this app keep for themselves."""
        code = str(self.cleaned_data["code"])
        if code == "new":
            raise forms.ValidationError(_("Choose another code: this word is part of addresses."))
        return code

    @property
    def chosen_area(self) -> ResultArea:
        """The area that was given, or chosen."""
        found: ResultArea = self.given_area or self.cleaned_data["area"]
        return found

    def definition(self) -> dict[str, Any]:
        """All fields but those that need a word of their own."""
        return {name: value for name, value in self.cleaned_data.items() if name != "area"}


class AssignForm(forms.Form):
    """Who answers for a KPI, who verifies it, and which goal it measures."""

    owner = KpiForm.base_fields["owner"]
    verifier = KpiForm.base_fields["verifier"]
    goal_key = forms.ChoiceField(label=_("Goal it measures"), required=False)

    def __init__(self, *args: Any, kpi: Kpi, goals: list[tuple[UUID, str]], **kwargs: Any) -> None:
        kwargs["initial"] = {
            "owner": kpi.owner_id,
            "verifier": kpi.verifier_id,
            "goal_key": kpi.goal_key,
        }
        super().__init__(*args, **kwargs)
        for name in ("owner", "verifier"):
            self.fields[name].queryset = posts()  # type: ignore[attr-defined]
        choices: list[tuple[str, Any]] = [(str(key), title) for key, title in goals]
        if kpi.goal_key is None:
            choices.insert(0, ("", _("None yet")))
        elif str(kpi.goal_key) not in dict(choices):
            choices.insert(0, (str(kpi.goal_key), _("A goal that has left the plan")))
        self.fields["goal_key"].choices = choices  # type: ignore[attr-defined]

    def goal(self) -> UUID | None:
        """The key of the chosen goal."""
        chosen = self.cleaned_data["goal_key"]
        return UUID(chosen) if chosen else None
