"""The settings of a rule as a form, made from the catalogue of rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.forms.readings import StrictNumber
from kpis.models import RuleVersion
from kpis.models.findings import Severity
from kpis.rules import rules_catalogue
from kpis.rules.rules_catalogue import Parameter
from kpis.rules.values import to_text
from kpis.templatetags.rules import HINTS, LABELS
from ledger.forms import DayField
from ledger.rules.errors import Refused

CHOICES = {
    "off_track": _("When a value is off track"),
    "at_risk": _("When a value is at risk or off track"),
}


class RuleForm(forms.Form):
    """Settings, what follows when the rule fires, from when, and why."""

    severity = forms.ChoiceField(
        label=_("What follows when it fires?"),
        choices=[
            (Severity.NOTE, _("It is noted")),
            (Severity.ASK, _("The owner is asked")),
            (Severity.REVIEW, _("A review opens")),
        ],
        widget=forms.RadioSelect,
    )
    enabled = forms.BooleanField(label=_("The rule is switched on"), required=False)
    applies_from = DayField(
        label=_("Applies to periods that end on or after"), widget=forms.DateInput
    )
    reason = forms.CharField(
        label=_("Why does the rule change?"), widget=forms.Textarea(attrs={"rows": 3})
    )
    sure = forms.BooleanField(
        label=_("Yes, let the rule be more lenient"), required=False, widget=forms.HiddenInput()
    )

    def __init__(self, data: Any = None, *, kind: str, now: RuleVersion, **kwargs: Any) -> None:
        self.kind, self.now = rules_catalogue.kind_of(kind), now
        stored = rules_catalogue.typed(kind, now.parameters)
        initial = {
            "severity": now.severity,
            "enabled": now.enabled,
            "applies_from": now.applies_from,
            **{name: _shown(value) for name, value in stored.items()},
        }
        super().__init__(data, initial=initial, **kwargs)
        for parameter in self.kind.parameters:
            self.fields[parameter.name] = _field(parameter)
        names = [parameter.name for parameter in self.kind.parameters]
        self.order_fields([*names, "severity", "enabled", "applies_from", "reason", "sure"])

    @property
    def parameters(self) -> dict[str, Any]:
        """The settings as the service takes them."""
        names = [parameter.name for parameter in self.kind.parameters]
        return {name: self.cleaned_data[name] for name in names}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        wider = self._wider({p.name: cleaned[p.name] for p in self.kind.parameters}, cleaned)
        if wider and not cleaned.get("sure"):
            self.fields["sure"].widget = forms.CheckboxInput()
            self.add_error(
                "sure",
                _("This makes the rule more lenient: %(what)s. Tick the box if that is meant.")
                % {"what": ", ".join(wider)},
            )
        return cleaned

    def _wider(self, given: Mapping[str, Any], cleaned: Mapping[str, Any]) -> list[str]:
        """What the change makes more lenient, in words."""
        try:
            new = rules_catalogue.clean(self.kind.key, given)
        except Refused:
            return []  # the service says what is wrong, field by field
        names = rules_catalogue.widened(self.kind.key, self.now.parameters, new)
        wider = [str(LABELS[name]).lower() for name in names]
        if rules_catalogue.softened(self.now.severity, cleaned["severity"]):
            wider.append(str(_("what follows when it fires")))
        if self.now.enabled and not cleaned["enabled"]:
            wider.append(str(_("the rule is switched off")))
        return wider


def _field(parameter: Parameter) -> forms.Field:
    label, hint = LABELS[parameter.name], HINTS.get(parameter.name, "")
    if parameter.kind == "boolean":
        return forms.BooleanField(label=label, help_text=hint, required=False)
    if parameter.kind == "choice":
        choices = [(value, CHOICES[value]) for value in parameter.choices]
        return forms.ChoiceField(
            label=label, help_text=hint, choices=choices, widget=forms.RadioSelect
        )
    return StrictNumber(
        label=label,
        help_text=hint
        or _("From %(low)s to %(high)s.")
        % {"low": to_text(parameter.minimum), "high": to_text(parameter.maximum)},
    )


def _shown(value: Any) -> Any:
    return to_text(value) if hasattr(value, "as_tuple") else value
