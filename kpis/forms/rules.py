"""The settings of a rule as a form, made from the catalogue of rules."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.forms.definitions import posts
from kpis.forms.readings import StrictNumber
from kpis.models import RuleVersion
from kpis.models.findings import Severity
from kpis.rules import rules_catalogue
from kpis.rules.rules_catalogue import Parameter
from kpis.rules.values import to_text
from kpis.templatetags.rule_texts import CHOICES, FOLLOWS, HINTS, label
from ledger.forms import DayField
from ledger.rules.errors import Refused
from people.models import Post


class RuleForm(forms.Form):
    """Settings, what follows when the rule fires, from when, and why.

    ``now`` is what applies until the change; None where the rule is not switched on yet.
    """

    severity = forms.ChoiceField(
        label=_("What follows when it fires?"),
        choices=[(value, FOLLOWS[value]) for value in Severity.values],
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

    def __init__(
        self,
        data: Any = None,
        *,
        kind: str,
        now: RuleVersion | None,
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind, self.now = rules_catalogue.kind_of(kind), now
        super().__init__(data, initial={**self._as_it_is(), **(initial or {})}, **kwargs)
        for parameter in self.kind.parameters:
            self.fields[parameter.name] = parameter_field(parameter, kind)
        names = [parameter.name for parameter in self.kind.parameters]
        self.order_fields([*names, "severity", "enabled", "applies_from", "reason", "sure"])

    def _as_it_is(self) -> dict[str, Any]:
        """What the form shows before anything is changed: what applies, or the kind's defaults."""
        stored = self.now.parameters if self.now else self.kind.defaults()
        settings = rules_catalogue.typed(self.kind.key, stored)
        as_set = {name: shown(value) for name, value in settings.items()}
        if self.now is None:
            return as_set | {"severity": self.kind.severity, "enabled": True}
        return as_set | {
            "severity": self.now.severity,
            "enabled": self.now.enabled,
            "applies_from": self.now.applies_from,
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """The settings as the service takes them."""
        return self._given(self.cleaned_data)

    def _given(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        return {
            p.name: "" if cleaned[p.name] is None else cleaned[p.name] for p in self.kind.parameters
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or self.now is None:
            return cleaned
        wider = self._wider(self._given(cleaned), cleaned)
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
        assert self.now is not None
        try:
            new = rules_catalogue.clean(self.kind.key, given)
        except Refused:
            return []  # the service says what is wrong, field by field
        names = rules_catalogue.widened(self.kind.key, self.now.parameters, new)
        wider = [str(label(name, self.kind.key)).lower() for name in names]
        if rules_catalogue.softened(self.now.severity, cleaned["severity"]):
            wider.append(str(_("what follows when it fires")))
        if self.now.enabled and not cleaned["enabled"]:
            wider.append(str(_("the rule is switched off")))
        return wider


class RuleOwnerForm(forms.Form):
    """The post that answers for a setting; none: the delivery unit."""

    owner = forms.ModelChoiceField(
        label=_("Who answers for this rule?"),
        queryset=Post.objects.none(),
        required=False,
        empty_label=_("The delivery unit"),
        help_text=_("Whom people ask why the rule is set as it is."),
    )
    reason = forms.CharField(
        label=_("Why does the owner change?"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = posts()  # type: ignore[attr-defined]


class FollowForm(forms.Form):
    """From which period the programme's setting applies to a KPI again, and why."""

    applies_from = DayField(
        label=_("Applies to periods that end on or after"), widget=forms.DateInput
    )
    reason = forms.CharField(
        label=_("Why does the KPI follow the programme again?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def parameter_field(parameter: Parameter, kind: str) -> forms.Field:
    """The field in which people write one setting of a kind of rule."""
    name, hint = label(parameter.name, kind), HINTS.get(parameter.name, "")
    if parameter.kind == "boolean":
        return forms.BooleanField(label=name, help_text=hint, required=False)
    if parameter.kind == "choice":
        choices = [(value, CHOICES.get(value, value)) for value in parameter.choices]
        return forms.ChoiceField(
            label=name, help_text=hint, choices=choices, widget=forms.RadioSelect
        )
    return StrictNumber(
        label=name,
        required=not parameter.optional,
        help_text=hint
        or _("From %(low)s to %(high)s.")
        % {"low": to_text(parameter.minimum), "high": to_text(parameter.maximum)},
    )


def shown(value: Any) -> Any:
    """A typed setting as its field shows it."""
    if isinstance(value, (bool, str)):
        return value
    return to_text(value) if isinstance(value, Decimal) else str(value)
