"""What a KPI means, as a form; forms/kpis.py adds what a new KPI needs beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.forms.codes import suggestions
from kpis.forms.components import ComponentRows, Part
from kpis.forms.groups import GroupedForm
from kpis.models import Definition, Kpi
from kpis.models.kpis import (
    Aggregation,
    Composition,
    Direction,
    Frequency,
    Kind,
    Level,
    PartsCheck,
)
from ledger.forms import DayField
from people.models import Post

FITS, NOT_ADDED = "fits", "none"
UNITS = {Kind.PERCENTAGE: "%", Kind.SCORE: "points", Kind.RANK: "place", Kind.MILESTONE: ""}
NARROW = {"class": "govuk-input--width-5"}


def posts() -> Any:
    """Posts that still exist, with their organisations."""
    return (
        Post.objects.filter(abolished_on=None)
        .select_related("organisation")
        .order_by("organisation__name", "title")
    )


class DefinitionForm(GroupedForm):
    """What a KPI means, and when its values are due."""

    text = forms.CharField(
        label=_("Definition"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is counted, what is left out, and how."),
    )
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[
            (Level.INPUT, _("Input: what is put in")),
            (Level.OUTPUT, _("Output: what is made of it")),
            (Level.OUTCOME, _("Outcome: what changes for people")),
        ],
        initial=Level.OUTCOME,
    )
    kind = forms.ChoiceField(
        label=_("Kind of value"),
        choices=[
            (Kind.NUMBER, _("A number: an amount, an index, anything measured")),
            (Kind.PERCENTAGE, _("A percentage, reported as it is")),
            (Kind.RATIO, _("A ratio: its numerator and denominator are reported")),
            (Kind.COUNT, _("A count: whole things, such as cases")),
            (Kind.MILESTONE, _("Done or not done")),
            (Kind.SCORE, _("A score: points on a scale")),
            (Kind.RANK, _("A rank: a place in a list, 1 is the first")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.NUMBER,
    )
    unit = forms.CharField(
        label=_("Unit"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        help_text=_(
            "For example cases or MYR million. May stay empty for a percentage, a score,"
            " a rank, and for done or not done."
        ),
    )
    scale = forms.IntegerField(
        label=_("A ratio is shown times"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        initial=1,
        widget=forms.NumberInput(attrs=NARROW),
        help_text=_("For a ratio only: 100 for per cent, 1000 for per mille."),
    )
    direction = forms.ChoiceField(
        label=_("Which way is better?"),
        choices=[
            (Direction.INCREASE, _("It should increase")),
            (Direction.DECREASE, _("It should decrease; a rank too, if the first place is best")),
            (Direction.RANGE, _("It should stay within a range")),
            (Direction.CONTEXT, _("Context only: it is not judged and has no target")),
        ],
        widget=forms.RadioSelect,
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
        widget=forms.NumberInput(attrs=NARROW),
    )
    effective_from = DayField(
        label=_("Effect date"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Nothing is due, and no review opens, for periods that start before it."),
    )
    reporting_from = DayField(
        label=_("Values are expected for periods from"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Without this day and an effect date no value is ever due."),
    )
    provisional_days = forms.IntegerField(
        label=_("Working days a value may stay provisional"),
        required=False,
        min_value=0,
        max_value=250,
        widget=forms.NumberInput(attrs=NARROW),
        help_text=_("After that it counts in full. Empty: as long as it takes."),
    )
    over_periods = forms.ChoiceField(
        label=_("The value of a year is"),
        required=False,
        choices=[
            (FITS, _("What fits the kind of value")),
            (Aggregation.LATEST, _("The latest value")),
            (Aggregation.SUM, _("The sum of its values")),
            (Aggregation.AVERAGE, _("The average of its values")),
            (Aggregation.RATIO_OF_SUMS, _("The ratio of the sums")),
            (Aggregation.CUMULATIVE, _("The latest: it holds the year so far")),
            (NOT_ADDED, _("None: they are not put together")),
        ],
        initial=FITS,
        help_text=_("What fits: counts are summed, of ratios the sums; else the latest value."),
    )
    over_parts = forms.ChoiceField(
        label=_("The total of a breakdown is"),
        required=False,
        choices=[
            (NOT_ADDED, _("Reported by itself")),
            (Aggregation.SUM, _("The sum of its parts")),
            (Aggregation.AVERAGE, _("The average of its parts")),
            (Aggregation.RATIO_OF_SUMS, _("The ratio of the sums")),
        ],
        initial=NOT_ADDED,
    )
    parts_check = forms.ChoiceField(
        label=_("Check of the parts"),
        required=False,
        choices=[
            (NOT_ADDED, _("None")),
            (PartsCheck.TOTAL, _("The parts must make the total")),
            (PartsCheck.HUNDRED, _("The shares must sum to 100")),
        ],
        initial=NOT_ADDED,
    )
    composition = forms.ChoiceField(
        label=_("Is it worked out from other KPIs?"),
        required=False,
        choices=[
            (NOT_ADDED, _("No: its values are reported")),
            (Composition.WEIGHTED, _("Yes: their weighted average")),
            (Composition.SUM, _("Yes: their weighted sum")),
        ],
        initial=NOT_ADDED,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        offered: QuerySet[Kpi],
        there: list[Part] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.offered = offered
        self.components = ComponentRows(data, offered=offered, there=there or [])

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.components.is_valid()])

    def suggested(self) -> list[tuple[str, str]]:
        """KPIs that the browser proposes."""
        return suggestions(self.offered)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind != Kind.RATIO or cleaned.get("scale") is None:
            cleaned["scale"] = 1
        if kind and not cleaned.get("unit") and "unit" not in self.errors:
            per_cent = kind == Kind.RATIO and cleaned["scale"] == 100
            unit = "%" if per_cent else UNITS.get(kind)
            if unit is None:
                self.add_error("unit", _("Write the unit of the values."))
            cleaned["unit"] = unit or ""
        return cleaned

    def definition(self) -> dict[str, Any]:
        """All fields as the services take them."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "area"}
        found["over_periods"] = _chosen(found["over_periods"], fits=True)
        for name in ("over_parts", "parts_check", "composition"):
            found[name] = _chosen(found[name])
        found["components"] = self.components.parts()
        return found

    @staticmethod
    def initial_of(definition: Definition) -> dict[str, Any]:
        """The form as it would have been filled in for a definition."""
        found = {name: getattr(definition, name) for name in DefinitionForm.base_fields}
        for name in ("over_periods", "over_parts", "parts_check", "composition"):
            found[name] = found[name] or NOT_ADDED
        if definition.kind == Kind.MILESTONE:
            found["unit"] = ""
        return found


class RedefineForm(DefinitionForm):
    """A new version of what a KPI means."""

    reason = forms.CharField(
        label=_("Why does the definition change?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Readers of the KPI see it beside the new version."),
    )


def _chosen(value: str, *, fits: bool = False) -> str | None:
    """A choice as the services take it: "" for none, None for what fits the kind."""
    if fits and value in ("", FITS):
        return None
    return "" if value == NOT_ADDED else value
