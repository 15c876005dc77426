"""Options, criteria, scores, the choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.models import Criterion, Lab, Option


class OptionForm(forms.Form):
    title = forms.CharField(label=_("Option"), max_length=200)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CriterionForm(forms.Form):
    name = forms.CharField(label=_("Criterion"), max_length=200)
    weight = forms.DecimalField(
        label=_("Weight"),
        max_digits=6,
        decimal_places=2,
        help_text=_("How much it counts against the others: 3 counts three times as much as 1."),
    )


class ScoreForm(forms.Form):
    """A score for each option on each criterion; what is left empty stays missing."""

    def __init__(
        self,
        *args: Any,
        options: Sequence[Option],
        criteria: Sequence[Criterion],
        scores: Mapping[tuple[int, int], int],
        on_behalf: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.options, self.criteria = list(options), list(criteria)
        for option in self.options:
            for criterion in self.criteria:
                self.fields[f"score_{option.pk}_{criterion.pk}"] = forms.IntegerField(
                    label=f"{option.title}: {criterion.name}",
                    min_value=0,
                    max_value=10,
                    required=False,
                    initial=scores.get((option.pk, criterion.pk)),
                )
        if on_behalf:
            self.fields["note"] = forms.CharField(
                label=_("On what these scores rest"),
                max_length=300,
                help_text=_("You enter them for the seat: who gave them, when, how."),
            )

    def rows(self) -> Iterator[tuple[Option, list[Any]]]:
        """Each option with its fields, in the order of the criteria."""
        for option in self.options:
            yield option, [self[f"score_{option.pk}_{each.pk}"] for each in self.criteria]

    def values(self) -> dict[tuple[int, int], int]:
        """What was entered, by option and criterion."""
        return {
            (option.pk, criterion.pk): value
            for option in self.options
            for criterion in self.criteria
            if (value := self.cleaned_data.get(f"score_{option.pk}_{criterion.pk}")) is not None
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.values():
            raise forms.ValidationError(_("Give at least one score."))
        return cleaned


class ChoiceForm(forms.Form):
    option = forms.ModelChoiceField(
        Option.objects.none(), label=_("Option"), widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        help_text=_("Readers see it. If it is not the one that scored best, say why."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, lab: Lab, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        option: Any = self.fields["option"]
        option.queryset = lab.options.order_by("position", "pk")
