"""The components of a composite KPI: one line each, a KPI and its weight."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.forms.codes import KpiField
from kpis.forms.readings import StrictNumber
from kpis.models import Kpi
from kpis.rules.values import to_text

ROWS, SPARE = 6, 3
Part = tuple[Kpi, Decimal]


class ComponentForm(forms.Form):
    """One line."""

    kpi = KpiField(label=_("KPI"), required=False)
    weight = StrictNumber(label=_("Weight"), required=False)

    def __init__(self, *args: Any, offered: QuerySet[Kpi], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kpi"].offered = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("weight") is not None and not self.errors and cleaned.get("kpi") is None:
            self.add_error("kpi", _("Write which KPI this weight is of."))
        return cleaned

    def part(self) -> Part | None:
        """The KPI of this line with its weight, 1 unless it is written."""
        kpi, weight = self.cleaned_data.get("kpi"), self.cleaned_data.get("weight")
        if kpi is None:
            return None
        return kpi, Decimal(1) if weight is None else weight


class ComponentRows:
    """All the lines, with those that are there already and some to spare."""

    def __init__(self, data: Any, *, offered: QuerySet[Kpi], there: list[Part]) -> None:
        count = max(ROWS, len(there) + SPARE)
        self.forms = [
            ComponentForm(
                data,
                prefix=f"component{i}",
                offered=offered,
                initial={"kpi": there[i][0].code, "weight": to_text(there[i][1])}
                if i < len(there)
                else {},
            )
            for i in range(count)
        ]

    def is_valid(self) -> bool:
        """Whether every line holds; all of them are looked at."""
        held = [form.is_valid() for form in self.forms]
        return all(held)

    @property
    def wrong(self) -> list[ComponentForm]:
        """The lines in which something does not hold."""
        return [form for form in self.forms if form.is_bound and form.errors]

    def parts(self) -> list[Part]:
        """What is written, in order."""
        return [part for form in self.forms if (part := form.part()) is not None]
