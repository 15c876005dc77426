"""Reference lists: an entry, and the firm sizes of a country."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.models import ReferenceItem
from labs.models.reference import List
from labs.selectors import reference
from ledger.forms import DayField

LANGUAGES = {"es": _("Name in Spanish"), "ms": _("Name in Malay"), "pt": _("Name in Portuguese")}


class ItemForm(forms.Form):
    """One entry; saving it writes a version."""

    label = forms.CharField(label=_("Name"), max_length=200)
    label_es = forms.CharField(label=LANGUAGES["es"], max_length=200, required=False)
    label_ms = forms.CharField(label=LANGUAGES["ms"], max_length=200, required=False)
    label_pt = forms.CharField(label=LANGUAGES["pt"], max_length=200, required=False)
    support = forms.ChoiceField(
        label=_("Kind of support it gives"),
        required=False,
        help_text=_("Counted in the coverage of a programme."),
    )
    note = forms.CharField(
        label=_("Note or source"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, of: str, item: ReferenceItem | None = None, **kwargs: Any):
        if item is not None:
            names = {f"label_{language}": item.labels.get(language, "") for language in LANGUAGES}
            kwargs["initial"] = names | {
                "label": item.label,
                "note": item.note,
                "support": item.support,
            }
        super().__init__(*args, **kwargs)
        if of == List.INSTRUMENT:
            field: Any = self.fields["support"]
            kinds = [(each.code, str(each)) for each in reference.items(List.SUPPORT)]
            field.choices = [("", _("none of these")), *kinds]
        else:
            del self.fields["support"]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        return {
            "label": given["label"],
            "labels": {language: given[f"label_{language}"] for language in LANGUAGES},
            "note": given["note"],
            "support": given.get("support", ""),
        }


class SizesForm(forms.Form):
    """All sizes of a country at once: that they neither overlap nor leave a gap is one question."""

    country = forms.CharField(
        label=_("Country"),
        max_length=10,
        required=False,
        help_text=_("Two letters, such as CL. Empty: for countries that have none of their own."),
    )
    valid_from = DayField(label=_("Valid from"), required=False)
    note = forms.CharField(
        label=_("Source"), max_length=2000, help_text=_("The law or statistic that defines them.")
    )

    def __init__(self, *args: Any, sizes: list[ReferenceItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [each.code for each in sizes]
        for each in sizes:
            low, high = _("%(size)s: from, persons employed"), _("%(size)s: to, persons employed")
            self.fields[f"low_{each.code}"] = _persons(low % {"size": each})
            self.fields[f"high_{each.code}"] = _persons(
                high % {"size": each}, help_text=_("Empty: no upper bound.")
            )

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        return {
            "country": given["country"],
            "valid_from": given["valid_from"],
            "note": given["note"],
            "bounds": {code: (given[f"low_{code}"], given[f"high_{code}"]) for code in self.codes},
        }


def _persons(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=10_000_000, required=False, **more
    )
