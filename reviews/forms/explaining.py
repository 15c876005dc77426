"""The form that explains a review: cause, evidence in rows, and what is asked of others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from kpis.templatetags.readings import observed
from ledger.forms import DayField
from people.models import Organisation
from people.templatetags.formats import period_label
from reviews.forms.reviews import CAUSES
from reviews.selectors.explaining import Choices, Typed
from reviews.services.explanations import Source

ROWS, MORE, MOST = 2, 2, 20
ROW = ("title", "dated", "where", "file")
ASKED = ("organisation", "dependency", "reading", "asked", "answer_by")


def _text(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


class ExplainForm(forms.Form):
    """What the owner says is at fault. What a cause needs is checked by the service."""

    cause = forms.ChoiceField(
        label=_("What is at fault?"), choices=CAUSES.items, widget=forms.RadioSelect
    )
    text = _text(_("What happened, and why?"))
    tried = _text(_("What have you tried?"), required=False)
    proposed = _text(_("What do you propose?"), required=False)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Which organisation is asked?"),
        required=False,
        help_text=_("Needed for a policy elsewhere, and for coordination unless the plan says it."),
    )
    dependency = forms.ChoiceField(
        label=_("Which need of the plan is it?"),
        required=False,
        help_text=_("For coordination: what a step of the plan needs, of whom and by when."),
    )
    reading = forms.ChoiceField(
        label=_("Which value is wrong?"),
        required=False,
        help_text=_("For data: whoever reported it is asked to correct it."),
    )
    asked = _text(_("What is asked of them?"), rows=3, required=False)
    answer_by = DayField(label=_("By when?"), required=False, widget=forms.DateInput)
    rows = forms.IntegerField(
        min_value=1, max_value=MOST, widget=forms.HiddenInput, initial=ROWS, required=False
    )

    def __init__(self, *args: Any, choices: Choices, count: int = ROWS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(max(count, 1), MOST)
        self.fields["rows"].initial = self.count
        self.fields["organisation"].queryset = choices.organisations  # type: ignore[attr-defined]
        self._offer("dependency", choices.needs)
        self._offer("reading", [(str(row.reading_id), _said(row)) for row in choices.readings])
        for number in range(self.count):
            self._add_row(number)

    def _offer(self, name: str, found: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("none")), *found]
        if not found:
            del self.fields[name]

    def _add_row(self, number: int) -> None:
        self.fields[f"source_{number}_title"] = forms.CharField(
            label=_("What it shows"), max_length=300, required=False
        )
        self.fields[f"source_{number}_dated"] = DayField(
            label=_("Its date"), required=False, widget=forms.DateInput
        )
        self.fields[f"source_{number}_where"] = forms.CharField(
            label=_("Where it is to be found"), max_length=500, required=False
        )
        self.fields[f"source_{number}_file"] = forms.FileField(label=_("File"), required=False)

    @property
    def about(self) -> list[Any]:
        """The questions about the cause."""
        return [self[name] for name in ("cause", "text", "tried", "proposed")]

    @property
    def evidence(self) -> list[list[Any]]:
        """The fields of each row of evidence."""
        return [[self[f"source_{n}_{name}"] for name in ROW] for n in range(self.count)]

    @property
    def request(self) -> list[Any]:
        """The fields of what is asked of others."""
        return [self[name] for name in ASKED if name in self.fields]

    @property
    def can_grow(self) -> bool:
        """Whether there may be more rows."""
        return self.count < MOST

    def sources(self) -> list[Source]:
        """The evidence as typed, of a form that holds; empty rows left out."""
        found = []
        for number in range(self.count):
            title, dated, where, file = (
                self.cleaned_data.get(f"source_{number}_{name}") for name in ROW
            )
            if title or dated or where or file:
                found.append(Source(title or "", dated, where or "", _file(file), row=number))
        return found

    def typed(self) -> Typed:
        """What is asked of others, of a form that holds."""
        data = self.cleaned_data
        return Typed(
            cause=data["cause"],
            organisation=data.get("organisation"),
            dependency=data.get("dependency") or "",
            reading=data.get("reading") or "",
            asked=data.get("asked") or "",
            answer_by=data.get("answer_by"),
        )


def rows_of(typed: Any) -> int:
    """How many rows of evidence a form that was sent had."""
    text = str(typed.get("rows", ""))
    return int(text) if text.isdigit() and 1 <= int(text) <= MOST else ROWS


def again(sent: Any) -> dict[str, Any]:
    """What was typed, for the same form with more rows; files a browser does not send twice."""
    return {name: sent.get(name) for name in sent if name not in ("rows", "csrfmiddlewaretoken")}


def _file(sent: Any) -> File | None:
    return sent or None


def _said(row: Any) -> str:
    """A value as the list of values names it: period, value, source, part."""
    said = _("%(period)s: %(value)s (%(source)s)") % {
        "period": period_label(row.period_start, row.period_end),
        "value": observed(row.reading, row.series.definition.unit),
        "source": row.reading.source,
    }
    return said if row.series.cell.is_total else f"{row.series.cell}, {said}"
