"""Asking what a rule would have raised in the past."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.forms.rules import parameter_field, shown
from kpis.models import Kpi, RuleVersion
from kpis.rules import rules_catalogue
from kpis.services.backtests.running import KINDS
from kpis.templatetags.rule_texts import TITLES
from ledger.forms import DayField

FIRST, SECOND = "first_", "second_"


class KindForm(forms.Form):
    """Which rule is tried."""

    kind = forms.ChoiceField(
        label=_("Which rule?"),
        choices=[(kind, TITLES[kind]) for kind in KINDS],
        help_text=_(
            "Not tried: rules that look at several KPIs at once, at milestones, or at how long"
            " a value stays provisional."
        ),
    )


class BacktestForm(forms.Form):
    """A span of the past, one setting of the rule, and another beside it if wanted."""

    since = DayField(label=_("From"), widget=forms.DateInput)
    until = DayField(label=_("Until"), widget=forms.DateInput)
    kpi = forms.ModelChoiceField(
        label=_("On which KPI?"),
        queryset=Kpi.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("On all KPIs of the programme"),
    )
    compare = forms.BooleanField(label=_("Compare it with a second setting"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        kind: str,
        now: RuleVersion | None,
        kpis: QuerySet[Kpi],
        **kwargs: Any,
    ) -> None:
        self.kind = rules_catalogue.kind_of(kind)
        stored = now.parameters if now else self.kind.defaults()
        typed = rules_catalogue.typed(kind, stored)
        as_set = {name: shown(value) for name, value in typed.items()}
        initial = {
            prefix + name: value for prefix in (FIRST, SECOND) for name, value in as_set.items()
        }
        super().__init__(data, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.fields["kpi"].queryset = kpis  # type: ignore[attr-defined]
        for prefix in (FIRST, SECOND):
            for parameter in self._tried():
                field = parameter_field(parameter, kind)
                field.required = field.required and prefix == FIRST
                self.fields[prefix + parameter.name] = field

    def _tried(self) -> Iterable[rules_catalogue.Parameter]:
        """Settings that matter here: when a deviation closes again has no part in a back-test."""
        return [p for p in self.kind.parameters if p.name != "clear_periods"]

    def _part(self, prefix: str) -> list[forms.BoundField]:
        return [self[prefix + parameter.name] for parameter in self._tried()]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The fields of the setting that is tried."""
        return self._part(FIRST)

    @property
    def second_fields(self) -> list[forms.BoundField]:
        """The fields of the setting beside it."""
        return self._part(SECOND)

    @property
    def first(self) -> dict[str, Any]:
        """The setting that is tried, as the service takes it."""
        return self._given(FIRST)

    @property
    def second(self) -> dict[str, Any] | None:
        """The setting beside it; None when none was asked for."""
        return self._given(SECOND) if self.cleaned_data["compare"] else None

    def _given(self, prefix: str) -> dict[str, Any]:
        given = {p.name: self.cleaned_data[prefix + p.name] for p in self._tried()}
        return {name: "" if value is None else value for name, value in given.items()}
