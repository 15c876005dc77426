"""Forms for the parts of a breakdown: adding a list of them, and renaming one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kpis.models import Member
from kpis.rules.periods import PeriodRefused, parse_date
from kpis.selectors import breakdowns
from kpis.services.breakdowns import Part, Renaming
from labs.models import Programme
from ledger.forms import DayField
from people.models import Organisation

BETWEEN = re.compile(r"[;\t]")
ORGANISATION = "organisation"


class PartsForm(forms.Form):
    """A list of parts: written, chosen from the organisations, or as other KPIs have them."""

    dimension = forms.CharField(
        label=_("Broken down by"),
        max_length=60,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-20", "list": "dimensions", "autocomplete": "off"}
        ),
        help_text=_("For example region or firm size. May stay empty for organisations."),
    )
    lines = forms.CharField(
        label=_("Parts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One per line. A name is enough; or code; name; first day; last day, separated by"
            " semicolons or pasted from a spreadsheet. Write days as 2019-04-15."
        ),
    )
    known = forms.BooleanField(
        label=_("Also every part that other KPIs of the programme have in this breakdown"),
        required=False,
    )
    organisations = forms.ModelMultipleChoiceField(
        label=_("Organisations of the programme"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        offered = breakdowns.organisations(programme)
        self.fields["organisations"].queryset = offered  # type: ignore[attr-defined]

    def clean_lines(self) -> list[Part]:
        """The written parts. Everything that is wrong is said, by line."""
        found, problems = [], []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if not line.strip():
                continue
            try:
                found.append(_part(line))
            except ValueError as wrong:
                problems.append(
                    _now("Line %(number)s: %(problem)s") % {"number": number, "problem": wrong}
                )
        if problems:
            raise forms.ValidationError(problems)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("organisations")
        if not cleaned.get("dimension") and not self.errors:
            if not chosen or cleaned.get("lines") or cleaned.get("known"):
                self.add_error("dimension", _("Say what the KPI is broken down by."))
            cleaned["dimension"] = ORGANISATION
        return cleaned

    def parts(self) -> list[Part]:
        """All that was written and chosen, each code once."""
        data = self.cleaned_data
        found = list(data["lines"])
        found += [Part(breakdowns.code_of(each), each.name) for each in data["organisations"]]
        if data["known"]:
            members = breakdowns.known_members(self.programme, data["dimension"])
            written = {part.code for part in found}
            found += [Part(each.code, each.name) for each in members if each.code not in written]
        return found


def _part(line: str) -> Part:
    """One part as it was written. Raises ValueError with what to write instead."""
    pieces = [piece.strip() for piece in BETWEEN.split(line)]
    if len(pieces) > 4:
        raise ValueError(_now("write code; name; first day; last day and no more."))
    name = pieces[1] if len(pieces) > 1 else pieces[0]
    code = pieces[0] if len(pieces) > 1 else slugify(name, allow_unicode=True)
    if not code or not name:
        raise ValueError(_now("write a code and a name."))
    if len(code) > breakdowns.LONGEST or "=" in code:
        raise ValueError(_now("write a code of at most 60 characters, without =."))
    days = [_day(piece) for piece in pieces[2:]] + [None, None]
    return Part(code, name, days[0], days[1])


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except PeriodRefused:
        raise ValueError(_now("write a day as 2019-04-15.")) from None


class PartForm(forms.Form):
    """Names and days of what one part is cut by."""

    def __init__(self, *args: Any, members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        for each in members:
            said = {"dimension": each.dimension.name, "code": each.code}
            self.fields[f"name{each.pk}"] = forms.CharField(
                label=_now("Name of %(dimension)s “%(code)s”") % said,
                max_length=200,
                initial=each.name,
            )
            self.fields[f"starts{each.pk}"] = DayField(
                label=_("Exists from"), required=False, initial=each.starts_on
            )
            self.fields[f"ends{each.pk}"] = DayField(
                label=_("Last day"), required=False, initial=each.ends_on
            )

    def renamings(self) -> list[Renaming]:
        """What each is to be called."""
        data = self.cleaned_data
        return [
            Renaming(each, data[f"name{each.pk}"], data[f"starts{each.pk}"], data[f"ends{each.pk}"])
            for each in self.members
        ]
