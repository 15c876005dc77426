"""The grid in which targets of one series, and the path to them, are written into a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.forms.readings import StrictNumber
from kpis.models import Series, Trajectory
from kpis.models.kpis import Direction
from kpis.rules.periods import (
    Period,
    PeriodRefused,
    containing,
    label,
    parse_date,
    parse_period,
)
from kpis.rules.values import to_text
from kpis.selectors.pages.goals import PathLine, TargetRow
from kpis.services.drafts import PathProposal, Proposal

BLANK = 3


class TargetRowForm(forms.Form):
    """One period: what is asked of it, and where the way to it starts."""

    period = forms.CharField(label=_("Period"), max_length=40, required=False)
    value = StrictNumber(label=_("Target"), required=False)
    high = StrictNumber(label=_("Upper end"), required=False)
    baseline = StrictNumber(label=_("Baseline"), required=False)
    drop = forms.BooleanField(label=_("Drop"), required=False)

    def __init__(
        self, *args: Any, series: Series, row: TargetRow | None = None, **kwargs: Any
    ) -> None:
        self.series, self.row = series, row
        fiscal = series.definition.kpi.area.programme.fiscal_year_start
        initial: dict[str, Any] = {}
        if row is not None:
            initial = {"period": label(row.period, fiscal), **(row.shown or {})}
            initial["drop"] = row.dropped
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if series.definition.direction != Direction.RANGE:
            del self.fields["high"]
        else:
            self.fields["value"].label = _("Lower end")
        if row is not None:
            self.fields["period"].widget = forms.HiddenInput()
        if row is None or row.now is None:
            del self.fields["drop"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text, value = cleaned.get("period", ""), cleaned.get("value")
        filled = value is not None or cleaned.get("baseline") is not None
        if text and self.row is None and not filled and not self.errors:
            self.add_error("value", _("Write the target of this period."))
        if filled and not text:
            self.add_error("period", _("Write the period that this target is for."))
        if cleaned.get("baseline") is not None and value is None and "value" not in self.errors:
            self.add_error("value", _("Write the target, not the baseline alone."))
        if text:
            definition = self.series.definition
            fiscal = definition.kpi.area.programme.fiscal_year_start
            try:
                cleaned["when"] = parse_period(text, definition.frequency, fiscal)  # type: ignore[arg-type]
            except PeriodRefused as refused:
                self.add_error("period", str(refused))
        return cleaned

    def proposal(self) -> Proposal | None:
        """What this row asks the draft to say; None where it changes nothing."""
        data = self.cleaned_data
        period: Period | None = data.get("when")
        if period is None:
            return None
        asked = None
        if data.get("value") is not None and not data.get("drop"):
            asked = {
                name: None if data.get(name) is None else to_text(data[name])
                for name in ("value", "high", "baseline")
            }
        if self.row is not None and asked == self.row.shown:
            return None
        if self.row is None and asked is None:
            return None
        return Proposal(period, asked)


class TargetsForm(forms.Form):
    """How the path of a series runs, the rows of its targets, and one reason for all that changes."""

    method = forms.ChoiceField(
        label=_("Between the targets"),
        choices=[
            (
                Trajectory.Method.POINTS,
                _("Nothing is asked: only periods with a target are judged"),
            ),
            (Trajectory.Method.STEPS, _("In steps: a target goes on being asked until the next")),
            (Trajectory.Method.LINEAR, _("Evenly: along a line from target to target")),
        ],
        widget=forms.RadioSelect,
        initial=Trajectory.Method.POINTS,
    )
    path_baseline = StrictNumber(
        label=_("Baseline"),
        required=False,
        help_text=_("The value from which the path starts, before the first target."),
    )
    baseline_of = forms.CharField(
        label=_("Period of the baseline"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        help_text=_("For example 2009, 2009-03 or 2009-Q1."),
    )
    reason = forms.CharField(
        label=_("Why do the targets change?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        series: Series,
        rows: list[TargetRow],
        path: PathLine,
        needs_reason: bool,
    ) -> None:
        self.series, self.path = series, path
        super().__init__(data, initial=self._initial(path))
        # Posted without it (by a script, say), the path stays as it is.
        self.fields["method"].required = data is None or "method" in data
        if needs_reason:
            self.fields["reason"].help_text = _("It can also be given later, to several changes.")
        self.rows = [
            TargetRowForm(data, prefix=f"row{i}", series=series, row=row)
            for i, row in enumerate(rows)
        ] + [TargetRowForm(data, prefix=f"new{i}", series=series) for i in range(BLANK)]

    def _initial(self, path: PathLine) -> dict[str, Any]:
        """The path as it would have been filled in."""
        shown = path.shown
        if shown is None:
            return {}
        baseline_of = ""
        if shown["baseline_on"] is not None:
            definition = self.series.definition
            fiscal = definition.kpi.area.programme.fiscal_year_start
            last = parse_date(shown["baseline_on"])
            period = containing(last, definition.frequency, fiscal)  # type: ignore[arg-type]
            if period.end != last:
                period = Period(last, last)
            baseline_of = label(period, fiscal)
        return {
            "method": shown["method"],
            "path_baseline": shown["baseline"] or "",
            "baseline_of": baseline_of,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text, baseline = cleaned.get("baseline_of", ""), cleaned.get("path_baseline")
        if baseline is not None and not text:
            self.add_error("baseline_of", _("Write the period that the baseline is of."))
        if text and baseline is None and "path_baseline" not in self.errors:
            self.add_error("path_baseline", _("Write the baseline, or leave its period out."))
        if text:
            definition = self.series.definition
            fiscal = definition.kpi.area.programme.fiscal_year_start
            try:
                cleaned["baseline_on"] = parse_period(text, definition.frequency, fiscal).end  # type: ignore[arg-type]
            except PeriodRefused as refused:
                self.add_error("baseline_of", str(refused))
        return cleaned

    def path_proposal(self) -> PathProposal | None:
        """What the draft is to say of the path; None where it changes nothing."""
        data = self.cleaned_data
        method = data.get("method")
        if not method:
            return None
        baseline, day = data.get("path_baseline"), data.get("baseline_on")
        asked = {
            "method": method,
            "baseline": None if baseline is None else to_text(baseline),
            "baseline_on": None if day is None else day.isoformat(),
        }
        plain = {"method": str(Trajectory.Method.POINTS), "baseline": None, "baseline_on": None}
        if asked == (self.path.shown or plain):
            return None
        if asked == plain and self.path.now is None:
            return PathProposal(None)
        return PathProposal(asked)

    def is_valid(self) -> bool:
        # All of them, so that everything that is wrong is shown at once.
        return all([super().is_valid(), *(row.is_valid() for row in self.rows), self._distinct()])

    def _distinct(self) -> bool:
        """Whether each period is written once; says so at the second."""
        seen: set[Period] = set()
        distinct = True
        for row in self.rows:
            asked = row.proposal() if row.is_valid() else None
            if asked is not None and asked.period in seen:
                row.add_error("period", _("This period stands in another line too. Keep one."))
                distinct = False
            elif asked is not None:
                seen.add(asked.period)
        return distinct

    def proposals(self) -> list[Proposal]:
        """What changes."""
        return [found for row in self.rows if (found := row.proposal()) is not None]
