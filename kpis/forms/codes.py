"""KPIs named by their code, where a list to choose from would be thousands long."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi

SUGGESTED = 300


class KpiField(forms.CharField):
    """A KPI by its code or its full name; ``offered`` are those that may be named."""

    default_error_messages = {
        "unknown": _("There is no such KPI in the programme. Write its code."),
        "several": _("Several KPIs have this name. Write the code of one."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        super().__init__(**kwargs)
        self.offered: QuerySet[Kpi] = Kpi.objects.none()
        self.widget.attrs |= {
            "list": "kpi-codes",
            "autocomplete": "off",
            "class": "govuk-input--width-20",
        }

    def clean(self, value: Any) -> Kpi | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(self.offered.filter(code=text).select_related("area")[:1])
        if not found:
            found = list(self.offered.filter(name__iexact=text).select_related("area")[:2])
        if len(found) != 1:
            code = "several" if found else "unknown"
            raise forms.ValidationError(self.error_messages[code], code=code)
        return found[0]


def suggestions(offered: QuerySet[Kpi]) -> list[tuple[str, str]]:
    """Code and name of the KPIs that the browser may propose while one types."""
    return list(offered.order_by("name").values_list("code", "name")[:SUGGESTED])
