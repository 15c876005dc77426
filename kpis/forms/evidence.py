"""Files that show a value, and the order of a KPI's sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kpis.models import Source


class FilesInput(forms.FileInput):
    """One control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; a list, empty when none was chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # type: ignore[override]
        given = data if isinstance(data, list | tuple) else [data]
        files = [file for file in given if file]
        if not files:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(file, initial) for file in files]


def evidence_field(*, required: bool) -> FilesField:
    """The field for files that show a value, on every form that takes one."""
    return FilesField(
        label=_("Files that show the value"),
        required=required,
        help_text=_(
            "PDF, PNG, JPEG, text, CSV or office documents, 20 MB each at most."
            " Whoever may read the value may read them."
        ),
    )


class FilesForm(forms.Form):
    """Files added to a value that is there already."""

    documents = evidence_field(required=True)


class RanksForm(forms.Form):
    """The order in which sources count: a number beside each; empty stays out of the list."""

    reason = forms.CharField(
        label=_("Why in this order?"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, sources: Sequence[Source], ranks: dict[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sources = {f"rank_{source.pk}": source for source in sources}
        for name, source in self.sources.items():
            self.fields[name] = forms.IntegerField(
                label=source.name,
                required=False,
                min_value=1,
                max_value=999,
                initial=ranks.get(source.pk),
                widget=forms.NumberInput(
                    attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}
                ),
            )
        self.order_fields([*self.sources, "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        placed = [(cleaned[name], name) for name in self.sources if cleaned.get(name) is not None]
        taken: dict[int, str] = {}
        for place, name in placed:
            if place in taken:
                self.add_error(name, _now("Another source has this number. Give each its own."))
            taken[place] = name
        cleaned["order"] = [self.sources[name] for _place, name in sorted(placed)]
        return cleaned
