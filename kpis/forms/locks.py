"""Locking periods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi
from ledger.forms import DayField


class LockForm(forms.Form):
    """From when to when, for which KPI, and why."""

    first = DayField(label=_("First day"), widget=forms.DateInput)
    last = DayField(
        label=_("Last day"),
        widget=forms.DateInput,
        help_text=_("Values of every period that ends on one of these days are locked."),
    )
    kpi = forms.ModelChoiceField(
        label=_("KPI"),
        queryset=Kpi.objects.none(),
        required=False,
        empty_label=_("All KPIs of the programme"),
    )
    reason = forms.CharField(
        label=_("Why may these values not change any more?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever is refused is shown this."),
    )

    def __init__(self, *args: Any, kpis: QuerySet[Kpi], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kpi"].queryset = kpis.order_by("name")  # type: ignore[attr-defined]
