"""Forms of the delivery unit: a new KPI, and who answers for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.forms.codes import KpiField, suggestions
from kpis.forms.definitions import DefinitionForm, posts
from kpis.models import Kpi
from labs.models import ResultArea
from people.models import Post


class KpiForm(DefinitionForm):
    """A KPI that is new."""

    area = forms.ModelChoiceField(label=_("Result area"), queryset=ResultArea.objects.none())
    name = forms.CharField(label=_("Name"), max_length=300)
    code = forms.SlugField(
        label=_("Code"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        help_text=_("Short and lasting: letters, digits and hyphens. It is part of the address."),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Post.objects.none(),
        required=False,
        help_text=_("The post that answers for the KPI and reports its values."),
    )
    verifier = forms.ModelChoiceField(
        label=_("Verifier"),
        queryset=Post.objects.none(),
        required=False,
        help_text=_("Another post, which checks the values."),
    )
    quality_pair = KpiField(
        label=_("Quality KPI beside it"),
        required=False,
        help_text=_("The code of the KPI that shows whether quality suffers for this one."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        areas: Any,
        area: ResultArea | None,
        offered: QuerySet[Kpi],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, offered=offered, **kwargs)
        self.given_area = area
        if area is None:
            self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        else:
            del self.fields["area"]
        for name in ("owner", "verifier"):
            self.fields[name].queryset = posts()  # type: ignore[attr-defined]
        self.fields["quality_pair"].offered = offered  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Not a word that the addresses of this app keep for themselves."""
        code = str(self.cleaned_data["code"])
        if code == "new":
            raise forms.ValidationError(_("Choose another code: this word is part of addresses."))
        return code

    @property
    def chosen_area(self) -> ResultArea:
        """The area that was given, or chosen."""
        found: ResultArea = self.given_area or self.cleaned_data["area"]
        return found


class AssignForm(forms.Form):
    """Who answers for a KPI, who verifies it, which goal it measures, and what is beside it."""

    owner = KpiForm.base_fields["owner"]
    verifier = KpiForm.base_fields["verifier"]
    goal_key = forms.ChoiceField(label=_("Goal it measures"), required=False)
    quality_pair = KpiForm.base_fields["quality_pair"]

    def __init__(
        self,
        *args: Any,
        kpi: Kpi,
        goals: list[tuple[UUID, str]],
        offered: QuerySet[Kpi],
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {
            "owner": kpi.owner_id,
            "verifier": kpi.verifier_id,
            "goal_key": kpi.goal_key,
            "quality_pair": kpi.quality_pair.code if kpi.quality_pair else "",
        }
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.fields["quality_pair"].offered = offered  # type: ignore[attr-defined]
        for name in ("owner", "verifier"):
            self.fields[name].queryset = posts()  # type: ignore[attr-defined]
        choices: list[tuple[str, Any]] = [(str(key), title) for key, title in goals]
        if kpi.goal_key is None:
            choices.insert(0, ("", _("None yet")))
        elif str(kpi.goal_key) not in dict(choices):
            choices.insert(0, (str(kpi.goal_key), _("A goal that has left the plan")))
        self.fields["goal_key"].choices = choices  # type: ignore[attr-defined]

    def suggested(self) -> list[tuple[str, str]]:
        """KPIs that the browser proposes."""
        return suggestions(self.offered)

    def goal(self) -> UUID | None:
        """The key of the chosen goal."""
        chosen = self.cleaned_data["goal_key"]
        return UUID(chosen) if chosen else None
