"""What people say of a file, step by step. Nothing that could mean two things is filled in for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kpis.rules.spelling import AS_SHARE, AS_SHOWN, REFUSE, TAKE, Spelling
from kpis.services.imports.reading_header import FIELDS
from kpis.services.imports.uploads import DELIMITERS, ENCODINGS

SAID = {
    "kpi": _("KPI: its code"),
    "cell": _("Part of a breakdown"),
    "period": _("Period, in one column"),
    "period_start": _("First day of the period"),
    "period_end": _("Last day of the period"),
    "value": _("Value"),
    "numerator": _("Numerator"),
    "denominator": _("Denominator"),
    "comparator": _("Sign before the value"),
    "high": _("Upper end of a range"),
    "status": _("State: provisional or final"),
    "source": _("Source"),
    "vintage": _("Date of the source"),
    "note": _("Note"),
}
HINTS = {
    "kpi": _("As on the KPI's page, like export-value."),
    "cell": _("Empty or total for the whole; region=north for a part."),
    "period": _("2019, 2019-03, 2019-Q1, 2019-H1, 2019-W07, or its first day."),
    "comparator": _("=, <, >, ≈ or range."),
}
NONE = ""


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=_("File with values"),
        help_text=_("CSV or XLSX, with the names of the columns in its first row."),
    )


class SheetForm(forms.Form):
    """Which sheet holds the table."""

    sheet = forms.ChoiceField(label=_("Sheet with the values"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]


class FormatForm(forms.Form):
    """How the text of a CSV file was written."""

    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=[(name, words) for name, words in ENCODINGS.items() if name != "utf-8-sig"],
        widget=forms.RadioSelect,
        help_text=_("Choose the one with which accents look right."),
    )
    delimiter = forms.ChoiceField(
        label=_("Between the columns stands a"),
        choices=[("", _("what the first row shows")), *DELIMITERS.items()],
        required=False,
        widget=forms.RadioSelect,
    )


class ColumnsForm(forms.Form):
    """What each column holds, and how numbers and dates are written."""

    def __init__(
        self,
        *args: Any,
        header: Sequence[str],
        sample: Sequence[str],
        guessed: Mapping[str, int],
        is_sheet: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NONE, _now("Not in the file")), *_columns(header, sample)]
        for name in FIELDS:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=SAID[name],
                choices=choices,
                required=False,
                help_text=HINTS.get(name, ""),
                initial=str(guessed[name]) if name in guessed else NONE,
            )
        self.fields["fixed_kpi"] = forms.CharField(
            label=_("Code of the KPI, if it is the same in all rows"), required=False, max_length=60
        )
        self.fields["fixed_source"] = forms.CharField(
            label=_("Source, if it is the same in all rows"), required=False, max_length=500
        )
        self._add_spelling(is_sheet)

    def _add_spelling(self, is_sheet: bool) -> None:
        self.fields["decimal"] = _radio(
            _("Before the decimals stands"),
            [(".", _("a point: 12.5")), (",", _("a comma: 12,5"))],
            _("Cells that a spreadsheet keeps as numbers are read as they are.")
            if is_sheet
            else "",
        )
        self.fields["thousands"] = _radio(
            _("Between thousands stands"),
            [
                ("none", _("nothing: 1250000")),
                (",", _("a comma: 1,250,000")),
                (".", _("a point: 1.250.000")),
                (" ", _("a space: 1 250 000")),
                ("'", _("an apostrophe: 1'250'000")),
            ],
        )
        self.fields["dates"] = _radio(
            _("Dates with the year last are written"),
            [
                ("dmy", _("day, month, year: 31/03/2024")),
                ("mdy", _("month, day, year: 03/31/2024")),
                ("iso", _("there are none: dates are written 2024-03-31")),
            ],
        )
        self.fields["percent"] = _radio(
            _("A value with a percent sign, 12.5%, is"),
            [
                (REFUSE, _("a mistake: say in which row")),
                (AS_SHOWN, _("12.5 in the unit of the KPI")),
                (AS_SHARE, _("0.125 in the unit of the KPI")),
            ],
        )
        if is_sheet:
            self.fields["formulas"] = _radio(
                _("A cell with a formula is"),
                [
                    (REFUSE, _("a mistake: say in which row")),
                    (TAKE, _("taken with the value that was saved with it")),
                ],
            )
        self.fields["history"] = _radio(
            _("The values are"),
            [
                ("history", _("history: they are shown and open nothing")),
                ("news", _("news: they are judged as if they were entered now")),
            ],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for name in FIELDS:
            column = cleaned.get(f"column_{name}")
            if column and column in taken:
                words = {"other": SAID[taken[column]]}
                self.add_error(
                    f"column_{name}", _now("This column is chosen for “%(other)s” already.") % words
                )
            elif column:
                taken[column] = name
        if cleaned.get("decimal") and cleaned.get("decimal") == cleaned.get("thousands"):
            self.add_error("thousands", _now("The same sign cannot stand before decimals too."))
        return cleaned

    @property
    def columns(self) -> dict[str, int]:
        """Field -> column."""
        chosen = {name: self.cleaned_data[f"column_{name}"] for name in FIELDS}
        return {name: int(column) for name, column in chosen.items() if column}

    @property
    def fixed(self) -> dict[str, str]:
        """What holds for all rows of a field without a column."""
        return {name: self.cleaned_data[f"fixed_{name}"] for name in ("kpi", "source")}

    @property
    def spelling(self) -> Spelling:
        said = self.cleaned_data
        return Spelling(
            decimal=said["decimal"],
            thousands="" if said["thousands"] == "none" else said["thousands"],
            percent=said["percent"],
            dates=said["dates"],
            formulas=said.get("formulas", REFUSE),
        )


class LoadForm(forms.Form):
    """What becomes of rows that differ from what is there."""

    differing = forms.ChoiceField(
        label=_("Where another value is there from the same source"),
        choices=[
            ("keep", _("keep the value that is there")),
            ("correct", _("correct it with the one of the file; the old one stays visible")),
        ],
        widget=forms.RadioSelect,
        initial="keep",
    )
    reason = forms.CharField(
        label=_("Why are they corrected?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, conflicts: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not conflicts:
            del self.fields["differing"], self.fields["reason"]


def _radio(label: Any, choices: list[tuple[str, Any]], hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, help_text=hint)


def _columns(header: Sequence[str], sample: Sequence[str]) -> list[tuple[str, str]]:
    """Each column by its name, with what its first row holds."""
    found = []
    for place, name in enumerate(header):
        words = {"name": name or _now("column %(number)s") % {"number": place + 1}}
        example = sample[place][:30] if place < len(sample) else ""
        if example:
            words["example"] = example
            found.append((str(place), _now("%(name)s (such as %(example)s)") % words))
        else:
            found.append((str(place), words["name"]))
    return found
