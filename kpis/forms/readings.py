"""Forms that take a value: strict about numbers and periods, and plain about what to write instead."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kpis.forms.evidence import evidence_field
from kpis.models import Definition, Reading, Series
from kpis.models.kpis import Kind
from kpis.rules.periods import Period, PeriodRefused, parse_period
from kpis.rules.schedule import Owed
from kpis.rules.values import NumberRefused, Observation, parse_decimal, to_text
from ledger.forms import DayField
from people.templatetags.formats import day, period_label

COMPARATORS = [
    ("=", _("exactly")),
    ("≈", _("about (≈)")),
    ("<", _("less than (<)")),
    (">", _("more than (>)")),
    ("range", _("a range, from … to …")),
]


class AnyChoice(forms.ChoiceField):
    """A list of proposals: the rules say whether what comes back can be taken.

    Between two clicks a period stops being owed; posting it again must not be an error.
    """

    def valid_value(self, value: Any) -> bool:
        return True


class StrictNumber(forms.CharField):
    """A number as the rules take it: digits and a point, nothing that could mean two things."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.attrs["class"] = "govuk-input--width-10"

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_decimal(text)
        except NumberRefused as refused:
            raise forms.ValidationError(str(refused)) from None


class Done(forms.TypedChoiceField):
    """Whether a milestone is reached: 1 or 0."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[("1", _("Done")), ("0", _("Not done"))],
            coerce=Decimal,
            widget=forms.RadioSelect,
            **kwargs,
        )


def _comparator(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    """Whether the value is exact or a bound."""
    return forms.ChoiceField(
        label=_("The value is"),
        choices=choices,
        initial="=",
        help_text=_(
            "Where only a limit is known, the value may lie on either side of its target:"
            " it is then called indeterminate, neither on track nor off track."
        ),
    )


class ObservationForm(forms.Form):
    """What was observed: a number, or the two parts of a ratio; with a bound where it is one."""

    definition: Definition

    def __init__(self, *args: Any, definition: Definition, evidence: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.definition = definition
        unit = definition.unit
        if definition.kind == Kind.MILESTONE:
            self.fields["value"] = Done(label=_("Is it done?"))
        elif definition.kind == Kind.RATIO:
            self.fields["numerator"] = StrictNumber(label=_("Numerator: the part"))
            self.fields["denominator"] = StrictNumber(
                label=_("Denominator: the whole"),
                help_text=_now("Shown as numerator ÷ denominator × %(scale)s, in %(unit)s.")
                % {"scale": definition.scale, "unit": unit},
            )
            comparators = [each for each in COMPARATORS if each[0] != "range"]
        else:
            self.fields["value"] = StrictNumber(
                label=_now("Value, in %(unit)s") % {"unit": unit} if unit else _("Value"),
                help_text=_("Digits and a point: 1250000 or 12.5."),
            )
            self.fields["high"] = StrictNumber(
                label=_("Upper end"), required=False, help_text=_("Only for a range.")
            )
            comparators = COMPARATORS
        if definition.kind != Kind.MILESTONE:
            self.fields["comparator"] = _comparator(comparators)
        self.fields["state"] = forms.ChoiceField(
            label=_("State"),
            choices=[
                (Reading.State.FINAL, _("Final")),
                (Reading.State.PROVISIONAL, _("Provisional: it may still change")),
            ],
            widget=forms.RadioSelect,
            initial=Reading.State.FINAL,
        )
        self.fields["vintage"] = DayField(
            label=_("Date of the source"),
            required=False,
            widget=forms.DateInput,
            help_text=_("When the source was published, if it says so."),
        )
        self.fields["documents"] = evidence_field(required=False)
        if evidence:
            self.fields["document"] = forms.FileField(
                label=_("Document that shows the value"),
                help_text=_("You enter this for the post that owns the KPI."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                cleaned["observation"] = self._observation(cleaned)
            except NumberRefused as refused:
                for name, message in (refused.fields or {"": str(refused)}).items():
                    self.add_error(name if name in self.fields else None, message)
        return cleaned

    def _observation(self, cleaned: dict[str, Any]) -> Observation:
        if self.definition.kind == Kind.RATIO:
            return Observation.ratio(
                cleaned["numerator"],
                cleaned["denominator"],
                Decimal(self.definition.scale),
                cleaned["comparator"],
            )
        return Observation(cleaned.get("comparator", "="), cleaned["value"], cleaned.get("high"))

    @staticmethod
    def initial_of(reading: Reading) -> dict[str, Any]:
        """The form as it would have been filled in for a reading."""
        numbers = {
            name: to_text(value)
            for name in ("value", "high", "numerator", "denominator")
            if (value := getattr(reading, name)) is not None
        }
        return {
            **numbers,
            "comparator": reading.comparator,
            "state": reading.state,
            "vintage": reading.vintage,
        }


class ReadingForm(ObservationForm):
    """A new value: for a period that is owed, or for any other."""

    period = AnyChoice(label=_("Period"), required=False)
    other_period = forms.CharField(
        label=_("Another period"),
        required=False,
        max_length=40,
        help_text=_("Write 2019, 2019-03, 2019-Q1, 2019-H1, 2019-W07 or 2019-03-01/2019-03-31."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=500,
        help_text=_("Where the value comes from: a register, a report, a page."),
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, series: Series, owed: list[Owed], **kwargs: Any) -> None:
        super().__init__(*args, definition=series.definition, **kwargs)
        self.series = series
        periods = {str(each.period): _said(each) for each in owed}
        for asked in (self.data.get("period"), self.initial.get("period")):
            if asked and asked not in periods:
                periods[asked] = self._named(asked)
        if periods:
            self.fields["period"].choices = [  # type: ignore[attr-defined]
                *periods.items(),
                ("", _("Another period, written below")),
            ]
            self.fields["period"].initial = str(owed[-1].period) if owed else ""
        else:
            del self.fields["period"]
            self.fields["other_period"].label = _("Period")
            self.fields["other_period"].required = True
        self.order_fields(
            [
                *("period", "other_period", "value", "numerator", "denominator", "comparator"),
                *("high", "state", "source", "vintage", "note", "document", "documents"),
            ]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text = cleaned.get("other_period") or cleaned.get("period") or ""
        if text:
            try:
                cleaned["when"] = self._read(text)
            except PeriodRefused as refused:
                self.add_error("other_period", str(refused))
        elif "other_period" not in self.errors:
            self.add_error("other_period", _("Choose a period, or write another one."))
        return cleaned

    def _read(self, text: str) -> Period:
        definition = self.series.definition
        fiscal_start = definition.kpi.area.programme.fiscal_year_start
        return parse_period(text, definition.frequency, fiscal_start)  # type: ignore[arg-type]

    def _named(self, text: str) -> str:
        """A period that the page was asked for, in words where it can be read."""
        try:
            period = self._read(text)
        except PeriodRefused:
            return text
        return period_label(period.start, period.end)


class CorrectForm(ObservationForm):
    """Another value in place of one that is there."""

    reason = forms.CharField(
        label=_("Why is it corrected?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The old value stays visible with this reason."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(
            [
                *("value", "numerator", "denominator", "comparator", "high"),
                *("state", "vintage", "reason", "document", "documents"),
            ]
        )


class FinalForm(CorrectForm):
    """The final value in place of a provisional one: the same, or another with a reason."""

    def __init__(self, *args: Any, reading: Reading, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.initial_of(reading), **kwargs)
        del self.fields["state"]
        self.fields["reason"].required = False
        self.fields["reason"].label = _("Why does the value change?")
        self.fields["reason"].help_text = _("Only if it changes. The old value stays visible.")


class ReasonForm(forms.Form):
    """One reason, and nothing else."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class VerifyForm(forms.Form):
    """What whoever checks a value has to say about it."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you checked it against."),
    )


def _said(owed: Owed) -> str:
    """A period that is owed, with its due date."""
    words = {"period": period_label(owed.period.start, owed.period.end), "due": day(owed.due)}
    if owed.status == "missing":
        return _now("%(period)s – was due on %(due)s") % words
    return _now("%(period)s – due on %(due)s") % words
